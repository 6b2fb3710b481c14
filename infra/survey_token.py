"""The signed token in a survey link: whoever holds the link may answer for its complainant, once per round."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference

_PURPOSE = "survey"
"""Part of what is signed: a signature made for anything else with the same secret is worthless here."""

_SHAPE = re.compile(r"([0-9A-Z-]{1,20})\.([1-9][0-9]{0,5})\.([A-Za-z0-9_-]{1,64})")


def make_survey_token(reference: str, survey_round: int, secret: str) -> str:
    """A token such as `7K2M-9QXD-4TBC.1.mT0…`, made of characters that need no escaping in an address."""
    return f"{reference}.{survey_round}.{_signature(reference, survey_round, secret)}"


def read_survey_token(token: str, secret: str) -> tuple[str, int]:
    """The reference and the round that a token was made for.

    Raises:
        AmendsError: `invalid_input`, when it was not made with this secret, or was damaged on the way.
    """
    found = _SHAPE.fullmatch(token.strip())
    if found:
        reference, survey_round, signature = found[1], int(found[2]), found[3]
        if hmac.compare_digest(signature, _signature(reference, survey_round, secret)):
            return parse_reference(reference), survey_round
    raise AmendsError(
        ErrorCode.INVALID_INPUT, "this link is not valid: please open it exactly as it is in our mail", "token"
    )


def _signature(reference: str, survey_round: int, secret: str) -> str:
    signed = f"{_PURPOSE}\n{reference}\n{survey_round}".encode()
    return urlsafe_b64encode(hmac.digest(secret.encode(), signed, sha256)).rstrip(b"=").decode("ascii")
