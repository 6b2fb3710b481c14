"""Who may change the directory: heads in their own department, executives everywhere, and everybody their absences."""

from __future__ import annotations

from infra.organisation import Member
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Role

_GIVEN_BY_EXECUTIVES = frozenset({Role.HEAD, Role.EXECUTIVE, Role.AUDITOR})
"""Heads could otherwise make themselves, or a friend, more than they are."""

_KEPT_BY_EXECUTIVES = frozenset({Role.EXECUTIVE, Role.AUDITOR})
"""Whoever writes such a person's record chooses the deputy who decides for them; and nobody picks their own auditor."""


def check_executive(by: Member, what: str) -> None:
    """Refuse what is for executives alone.

    Raises:
        AmendsError: `not_permitted`.
    """
    if Role.EXECUTIVE not in by.roles:
        raise _refusal(f"{by.subject} may not {what}: only an executive may")


def check_leads(by: Member, department: str, what: str) -> None:
    """Refuse what is for the head of a department, and for executives.

    Raises:
        AmendsError: `not_permitted`.
    """
    if not _leads(by, department):
        raise _refusal(f"{by.subject} may not {what}: only the head of {department} or an executive may")


def check_may_write(by: Member, before: Member | None, after: Member | None) -> None:
    """Refuse changes to the record of somebody, before and after which it says this; none is who is not on the staff.

    Raises:
        AmendsError: `not_permitted`.
    """
    records = [record for record in (before, after) if record is not None]
    who = records[0].subject
    for record in records:
        check_leads(by, record.department, f"change what the directory says of {who}")
    if any(_KEPT_BY_EXECUTIVES.intersection(record.roles) for record in records):
        check_executive(by, f"change what the directory says of {who}, an executive or auditor")
    roles = [frozenset(record.roles if record else ()) for record in (before, after)]
    given = sorted(_GIVEN_BY_EXECUTIVES & (roles[0] ^ roles[1]))
    if given:
        check_executive(by, f"give or take the role {given[0]}")


def check_may_announce(by: Member, who: Member) -> None:
    """Refuse to say when somebody else is absent, unless one leads them.

    Raises:
        AmendsError: `not_permitted`.
    """
    if by.subject != who.subject:
        check_leads(by, who.department, f"say when {who.subject} is absent")


def _leads(by: Member, department: str) -> bool:
    return Role.EXECUTIVE in by.roles or (Role.HEAD in by.roles and by.department == department)


def _refusal(message: str) -> AmendsError:
    return AmendsError(ErrorCode.NOT_PERMITTED, message, "actor")
