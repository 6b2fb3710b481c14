"""The people a command names, as owners, and who answers for a case when they cannot."""

from __future__ import annotations

from collections.abc import Collection

from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Owner, Party
from workflows.contract.vocabulary import Role
from workflows.core.case import Case, Procedure, procedure_in

_MAY_OWN = {Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE}


def holder(case: Case, command: ask.Command) -> Owner:
    """The actor as owner, in the department that holds the case."""
    return Owner(subject=command.actor.subject, department=case.owner.department)


def person_in(procedure: Procedure, party: Party, field: str) -> Owner:
    """The person meant, or the head of the department when nobody in particular is. `field` named the department.

    Raises:
        AmendsError: `unknown_department`.
    """
    responsible = procedure.departments.get(party.department)
    if responsible is None:
        known = ", ".join(sorted(procedure.departments))
        raise AmendsError(
            ErrorCode.UNKNOWN_DEPARTMENT, f"there is no department {party.department}; known: {known}", field
        )
    return Owner(subject=party.subject or responsible.head, department=party.department)


def line_of(procedure: Procedure, department: str) -> tuple[str, ...]:
    """Who answers for a department, the nearest first: its head, its lead, the executive."""
    responsible = procedure.departments[department]
    line = (responsible.head, *([responsible.lead] if responsible.lead else []), procedure.executive)
    return tuple(dict.fromkeys(line))


def next_in_line(case: Case, department: str, *, rather_not: Collection[str] = ()) -> Owner:
    """Who owns the case there when nobody else does: the first of the line whom no interest bars, and if possible none
    of `rather_not`. The executive, when all are barred: somebody has to answer for it, if only by handing it on.
    """
    procedure = procedure_in(case)
    free = [subject for subject in line_of(procedure, department) if subject not in case.conflicts]
    preferred = [subject for subject in free if subject not in rather_not]
    return Owner(subject=next(iter((*preferred, *free)), procedure.executive), department=department)


def owner_meant(case: Case, party: Party, field: str) -> Owner:
    """Whom a handover makes the owner: the person named, if they can own it, or whoever answers for the department.

    Raises:
        AmendsError: `unknown_department`, `absent`, `contractor`, `conflict_of_interest` or `not_permitted`.
    """
    meant = person_in(procedure_in(case), party, f"{field}.department")
    if party.subject is None:
        return next_in_line(case, party.department)
    _check_can_own(case, party, meant.subject, f"{field}.subject")
    return meant


def check_can_do(case: Case, party: Party, field: str) -> None:
    """Refuse to give a part in the case to somebody whom an interest bars, or who handles no complaints.

    Raises:
        AmendsError: `conflict_of_interest` or `not_permitted`.
    """
    if party.subject in case.conflicts:
        raise AmendsError(
            ErrorCode.CONFLICT_OF_INTEREST,
            f"{party.subject} has declared an interest in this case; name somebody else",
            field,
        )
    standing = party.standing
    if standing and party.subject and not _MAY_OWN & set(standing.roles):
        held = " and ".join(role.value for role in standing.roles)
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"{party.subject} is {held}, and handles no complaints", field)


def _check_can_own(case: Case, party: Party, subject: str, field: str) -> None:
    check_can_do(case, party, field)
    standing = party.standing
    if standing is None:  # not a door's, which would know
        return
    if standing.contractor and not procedure_in(case).policy.assignment.contractors:
        raise AmendsError(
            ErrorCode.CONTRACTOR, f"{subject} works for a contractor, and this policy gives those no cases", field
        )
    if standing.absent_until:
        deputy = f"{standing.deputy} stands in" if standing.deputy else "nobody stands in"
        raise AmendsError(
            ErrorCode.ABSENT, f"{subject} is absent until {standing.absent_until.isoformat()}; {deputy}", field
        )
