"""Who has a subscription: what is kept of them, so that what they may see can be found out when an event is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.contract.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Owner:
    """A member of staff or a service.

    Attributes:
        subject: their name.
        authenticated_by: how they were let in when they subscribed.
        sources: those of a service; none for a member of staff.
        roles: those of a token, where tokens say them; else none, and the directory says them.
        department: likewise.
        lapses_at: until when that is believed; none, where all of it is looked up.
    """

    subject: str
    authenticated_by: str
    sources: frozenset[str] | None = None
    roles: tuple[Role, ...] | None = None
    department: str | None = None
    lapses_at: datetime | None = None


class OwnerRefusedError(Exception):
    """An owner gets nothing more; the message says why, as their subscription does."""
