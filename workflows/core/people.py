"""The people a command names, as owners: whoever asks, or the person meant in a department."""

from __future__ import annotations

from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Owner, Party
from workflows.core.case import Case, Procedure


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
