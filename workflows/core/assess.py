"""What the first assessment decides: classification, department and owner, and why."""

from __future__ import annotations

from workflows.contract.assessment import Assessment
from workflows.contract.calendar import Calendar
from workflows.contract.events import Assigned, Classified, Event
from workflows.contract.parties import Owner
from workflows.core.case import Procedure
from workflows.core.timetable import timetable


def procedure_of(assessment: Assessment) -> Procedure:
    """What applies to a complaint for its whole life."""
    policy = assessment.policy
    return Procedure(
        policy=policy,
        version=f"{policy.name}@{policy.version}",
        # The same object for all complaints of a process: each brings its own copy of the same few kilobytes.
        calendar=timetable(assessment.calendar).calendar if assessment.calendar else None,
        departments=assessment.departments,
        executive=assessment.executive,
    )


def calendar_version(calendar: Calendar | None) -> str | None:
    """Name and version of a calendar, as events record them."""
    return f"{calendar.name}@{calendar.version}" if calendar else None


def assess(assessment: Assessment) -> tuple[Event, ...]:
    """The complaint is classified and goes to the head of the responsible department, who answers for it until somebody
    accepts it. What the classifier is unsure of, or holds for somebody else's, goes to a person at intake.
    """
    procedure = procedure_of(assessment)
    classification = assessment.classification
    policy = procedure.policy
    if classification.confidence < policy.min_confidence:
        department = policy.intake_department
        because = f"the classifier is only {classification.confidence:.0%} sure, so a person at intake decides"
    elif not classification.in_scope:
        department = policy.intake_department
        because = "it may not be ours, so a person at intake decides"
    else:
        department = policy.routing[classification.nature]
        because = f"{classification.nature.value} complaints belong to {department}"
    owner = Owner(subject=procedure.departments[department].head, department=department)
    return (
        Classified(
            classification=classification, policy=procedure.version, calendar=calendar_version(assessment.calendar)
        ),
        Assigned(owner=owner, because=because),
    )
