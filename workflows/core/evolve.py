"""`evolve(case, entry) -> case`: what a complaint becomes by an event. Total: any recorded history can be folded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import events as fact
from workflows.contract.events import Entry
from workflows.contract.vocabulary import EventType, Level, Status
from workflows.core.case import Case, Meeting, Procedure, Proposal, Wait
from workflows.core.clocks import follow, life


def evolve(case: Case, entry: Entry) -> Case:
    """The case after `entry`, clocks included."""
    counters = {
        "sequence": entry.sequence,
        "changed_at": entry.at,
        "settled_at": entry.effective_at or entry.at,
    }
    changed = case.model_copy(update=counters | _changes(case, entry.event))
    changed = changed.model_copy(update={"happened": _happened(case, changed, entry), "life": life(case, changed)})
    return changed.model_copy(update={"clocks": follow(case, changed, entry)})


def _happened(case: Case, changed: Case, entry: Entry) -> dict[EventType, datetime]:
    """When each kind of event last took effect, in that order: instants alone do not tell what came first."""
    kind = EventType(entry.event.type)
    before = case.happened or {EventType.FILED: case.received_at}
    return {event: at for event, at in before.items() if event is not kind} | {kind: changed.settled_at}


def _changes(case: Case, event: fact.Event) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one flat table of facts
    match event:
        case fact.Classified():
            return {"classification": event.classification}
        case fact.Assigned() | fact.Reassigned():
            return {
                "owner": event.owner,
                "status": _after_handover(case.status),
                "proposal": case.proposal
                and case.proposal.model_copy(update={"handlers": (*case.proposal.handlers, case.owner.subject)}),
                "wait": case.wait and case.wait.model_copy(update={"resume_to": _after_handover(case.wait.resume_to)}),
            }
        case fact.Accepted():
            return {"owner": event.owner, "status": Status.INVESTIGATING}
        case fact.MeetingCalled():
            return {
                "meeting": Meeting(number=event.number, departments=event.departments),
                "meetings": event.number,
            }
        case fact.MeetingDecided() | fact.MeetingLapsed():
            return {"meeting": None}
        case fact.Proposed():
            put_up_again = case.proposal if case.status is Status.APPROVING else None
            proposal = Proposal(
                round=event.round,
                by=event.by,
                solution=event.solution,
                redress=event.redress,
                handlers=put_up_again.handlers if put_up_again else (),
            )
            return {"proposal": proposal, "rounds": event.round, "status": Status.APPROVING}
        case fact.ApprovalGranted() if case.proposal:
            approvals = (*case.proposal.approvals, event.by)
            return {"proposal": case.proposal.model_copy(update={"approvals": approvals})}
        case fact.Approved():
            return {"status": Status.EXECUTING}
        case fact.Refused():
            return {"status": Status.INVESTIGATING, "proposal": None}
        case fact.Waiting():
            wait = Wait(waiting_for=event.waiting_for, resume_to=case.status, question=event.question)
            return {"status": Status.WAITING, "wait": wait}
        case fact.Resumed() if case.wait:
            return {"status": case.wait.resume_to, "wait": None}
        case fact.PolicyAdopted() if case.procedure:
            return {"procedure": _adopted(case.procedure, case, event)}
        case fact.CalendarAmended() if case.procedure:
            return {"procedure": case.procedure.model_copy(update={"calendar": event.calendar})}
        case fact.Executed():
            return {"status": Status.CONFIRMING}
        case fact.Reopened():
            return {"status": Status.INVESTIGATING, "proposal": None, "outcome": None, "reopened": event.count}
        case fact.Escalated():
            return {"level": _higher(case.level, event.to)}
        case fact.RungReached():
            return {"level": _higher(case.level, event.level)}
        case fact.Closed():
            return {"status": Status.CLOSED, "outcome": event.outcome, "meeting": None, "wait": None}
        case fact.Archived():
            return {"status": Status.ARCHIVED}
        case _:
            return {}


def _adopted(present: Procedure, case: Case, event: fact.PolicyAdopted) -> Procedure:
    """The procedure under another policy. The rules of clocks that it no longer has stay on file."""
    kept = {rule.name for rule in event.policy.clocks}
    gone = sorted({clock.name for clock in case.clocks} - kept)
    changes = {
        "policy": event.policy,
        "version": event.after,
        # A policy that needs none keeps it: the clocks of the one before are still told by it.
        "calendar": event.calendar or present.calendar,
        "retired": tuple(present.rule(name) for name in gone),
    }
    return present.model_copy(update=changes)


def _after_handover(status: Status) -> Status:
    """A new owner has to accept; a case further on stays where it is."""
    return Status.ASSIGNED if status in (Status.RECEIVED, Status.INVESTIGATING) else status


def _higher(present: Level, told: Level) -> Level:
    return max(present, told, key=lambda level: level.rank)
