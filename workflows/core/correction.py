"""Correcting what a complaint is about: where that sends it, and which limits it moves."""

from __future__ import annotations

from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.classification import Classification, Evidence
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.vocabulary import Status
from workflows.core import approval
from workflows.core.calling import convened
from workflows.core.case import Case, classification_in, procedure_in
from workflows.core.foresight import after
from workflows.core.new_rules import moved
from workflows.core.people import next_in_line
from workflows.core.room import Decisions


def _classify(case: Case, command: ask.Classify, now: datetime) -> tuple[Event, ...]:
    procedure, present = procedure_in(case), classification_in(case)
    is_sure = present.in_scope and present.confidence >= procedure.policy.min_confidence
    if is_sure and (command.nature, command.severity) == (present.nature, present.severity):
        raise AmendsError(ErrorCode.ALREADY_THERE, "the complaint is already classified so", "nature")
    department = _department(case, command)
    classified = fact.Classified(
        classification=_corrected(present, command),
        policy=procedure.version,
        reason=command.reason,
        department_before=case.owner.department,
        department_after=department,
    )
    led_to: list[Event] = []
    if department != case.owner.department:
        owner = next_in_line(case, department)
        because = f"{command.nature.value} complaints belong to {department}"
        led_to.append(fact.Assigned(owner=owner, because=because))
    if case.status is Status.APPROVING:
        led_to.append(approval.put_up_again(case))
    led_to += convened(after(case, (classified, *led_to), command, now))
    corrected = after(case, (classified, *led_to), command, now)
    return (classified.model_copy(update={"moved": moved(case, corrected, now)}), *led_to)


def _department(case: Case, command: ask.Classify) -> str:
    """Who holds the case afterwards: the owner of a settled solution carries it out."""
    status = case.wait.resume_to if case.wait else case.status
    if status in (Status.EXECUTING, Status.CONFIRMING):
        return case.owner.department
    return procedure_in(case).policy.routing[command.nature]


def _corrected(present: Classification, command: ask.Classify) -> Classification:
    """As a person says it is, and ours; all else that the classifier found stays."""
    return Classification.model_validate(
        present.model_dump()
        | {
            "nature": command.nature,
            "severity": command.severity,
            "confidence": 1.0,
            "in_scope": True,
            "classifier": command.actor.subject,
            "evidence": (Evidence(label=command.nature.value, words=(command.reason,)),),
        }
    )


DECISIONS: Decisions = {"classify": _classify}
