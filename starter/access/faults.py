"""Why credentials are not accepted."""

from __future__ import annotations


class CredentialFaultError(Exception):
    """For the operator's log; whoever showed the credentials is told only that they are not accepted."""
