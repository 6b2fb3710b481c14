"""What the first assessment decides: classification, department and owner, and why."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from workflows.contract.assessment import Assessment
from workflows.contract.assignment import AssignTo
from workflows.contract.calendar import Calendar
from workflows.contract.destination import destination
from workflows.contract.events import Assigned, Classified, Event
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Status
from workflows.core.assignment import People, assigned
from workflows.core.calling import convened
from workflows.core.case import Case, Procedure, procedure_in
from workflows.core.people import next_in_line
from workflows.core.timetable import timetable

_MOST_POLICIES = 128
"""How many policies one process keeps."""


def procedure_of(assessment: Assessment) -> Procedure:
    """What applies to a complaint for its whole life."""
    policy, version = _shared(assessment.policy.model_dump_json(exclude_defaults=True))
    return Procedure(
        policy=policy,
        version=version,
        calendar=timetable(assessment.calendar).calendar if assessment.calendar else None,
        departments=assessment.departments,
        executive=assessment.executive,
    )


@lru_cache(_MOST_POLICIES)
def _shared(stated: str) -> tuple[Policy, str]:
    """A policy and its name and version; the same object for all complaints of a process, as their calendar is: each
    brings its own copy, which takes 34 kB of memory.
    """
    policy = Policy.model_validate_json(stated)
    return policy, f"{policy.name}@{policy.version}"


def calendar_version(calendar: Calendar | None) -> str | None:
    """Name and version of a calendar, as events record them."""
    return f"{calendar.name}@{calendar.version}" if calendar else None


def assess(case: Case, assessment: Assessment, now: datetime) -> tuple[Event, ...]:
    """The complaint is classified and goes to the responsible department: to its head, who answers for it until
    somebody accepts it, or where the policy says so to whom of its people it suits best. A policy may have several
    departments called together at once. `case` has its procedure.
    """
    procedure, classification = procedure_in(case), assessment.classification
    goes_to = destination(procedure.policy, classification)
    classified = Classified(
        classification=classification, policy=procedure.version, calendar=calendar_version(assessment.calendar)
    )
    if procedure.policy.assignment.to is AssignTo.HEAD:
        given = Assigned(owner=next_in_line(case, goes_to.department), because=goes_to.because)
    else:
        people = People(assessment.candidates, assessment.calendars)
        given = assigned(case, goes_to.department, classification.nature, people, now, because=goes_to.because)
    now_its = {"classification": classification, "owner": given.owner, "status": Status.ASSIGNED}
    return (classified, given, *convened(case.model_copy(update=now_its)))
