"""`react(entry, case) -> effects`: the work in the outside world that an event causes."""

from __future__ import annotations

from workflows.contract import events as fact
from workflows.contract.effects import ConveneMeeting, Effect, Notice, Notify, RequestApproval, SendSurvey
from workflows.contract.events import Entry
from workflows.contract.parties import SYSTEM
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Outcome, Role, WaitingFor
from workflows.core import approval
from workflows.core.case import Case
from workflows.core.thresholds import WHOLE_PERCENT, instant_of, reckoning


def react(entry: Entry, case: Case) -> tuple[Effect, ...]:  # noqa: C901, PLR0911, PLR0912 - one flat table of facts
    """The effects of `entry`; `case` is the case after it."""
    sequence = entry.sequence
    match entry.event:
        case fact.Filed():
            return (Notify(sequence=sequence, notice=Notice.ACKNOWLEDGEMENT, to=None),)
        case fact.Reassigned() as event:
            facts = {"reason": event.reason}
            return (Notify(sequence=sequence, notice=Notice.ASSIGNMENT, to=event.owner.subject, facts=facts),)
        case fact.Assigned() as event if entry.actor != SYSTEM:  # the first assignment is read in the list of cases
            return (Notify(sequence=sequence, notice=Notice.ASSIGNMENT, to=event.owner.subject),)
        case fact.MeetingCalled() as event:
            return (
                ConveneMeeting(
                    sequence=sequence,
                    number=event.number,
                    chair=event.chair,
                    invited=event.invited,
                    agenda=event.agenda,
                    starts_at=event.starts_at,
                ),
            )
        case fact.Proposed() as event:
            return (_approval_request(sequence, event, case),)
        case fact.Refused() as event:
            facts = {"by": event.by, "reason": event.reason}
            return (Notify(sequence=sequence, notice=Notice.PROPOSAL_REFUSED, to=case.owner.subject, facts=facts),)
        case fact.Waiting(waiting_for=WaitingFor.COMPLAINANT) as event:
            return (Notify(sequence=sequence, notice=Notice.QUESTION, to=None, facts={"question": event.question}),)
        case fact.ComplainantReminded() as event:
            asked = {"question": event.question} if event.question else {}
            return (Notify(sequence=sequence, notice=Notice.REMINDER, to=None, facts=asked),)
        case fact.Informed() as event:
            return (Notify(sequence=sequence, notice=Notice.PROGRESS, to=None, facts={"text": event.text}),)
        case fact.Executed() as event:
            return (SendSurvey(sequence=sequence, round=event.round, result=event.result),)
        case fact.Reopened() as event:
            again = {"reopened": str(event.count)}
            return (
                Notify(sequence=sequence, notice=Notice.REOPENED, to=None, facts={"reason": event.reason}),
                Notify(sequence=sequence, notice=Notice.ASSIGNMENT, to=case.owner.subject, facts=again),
            )
        case fact.Escalated() as event:
            facts = {"level": event.to.value, "reason": event.reason}
            return (Notify(sequence=sequence, notice=Notice.ESCALATION, to=event.tell, facts=facts),)
        case fact.RungReached() as event:
            return (Notify(sequence=sequence, notice=Notice.ESCALATION, to=event.tell, facts=_of_a_limit(event, case)),)
        case fact.Closed() as event if not _confirmed_by_complainant(entry):
            facts = {"outcome": event.outcome.value}
            if entry.actor != SYSTEM:  # what a clock did is worded by the letter, in the reader's language
                facts["reason"] = event.reason
            if event.referral:
                facts["referral"] = event.referral
            return (Notify(sequence=sequence, notice=Notice.CLOSING, to=None, facts=facts),)
        case _:
            return ()


def _of_a_limit(event: fact.RungReached, case: Case) -> dict[str, str]:
    """What somebody who is told of a limit needs: `due_at` is when the limit ends or ended, not when the rung was
    reached; a rung some time after the limit has no percentage.
    """
    facts = {"level": event.level.value, "clock": event.clock}
    clock = next(one for one in case.clocks if (one.name, one.round) == (event.clock, event.round))
    if event.rung.endswith("%"):
        facts["percent"] = str(event.percent)
    due_at, procedure = clock.breached_at, case.procedure
    if due_at is None and procedure:
        due_at = instant_of(reckoning(procedure, procedure.rule(clock.name)), clock, WHOLE_PERCENT)
    if due_at:
        facts["due_at"] = due_at.isoformat()
    if event.repetition:
        facts["repetition"] = str(event.repetition)
    return facts


def _confirmed_by_complainant(entry: Entry) -> bool:
    """Nobody needs a letter about what they have just said themselves."""
    resolved = isinstance(entry.event, fact.Closed) and entry.event.outcome is Outcome.RESOLVED
    return resolved and Role.COMPLAINANT in entry.actor.roles


def _approval_request(sequence: int, event: fact.Proposed, case: Case) -> RequestApproval:
    return RequestApproval(
        sequence=sequence,
        department=case.owner.department,
        roles=approval.rule_for(case).roles,
        barred=approval.barred(case),
        facts={
            "by": event.by,
            "round": str(event.round),
            "solution": event.solution,
            "redress": "; ".join(_in_words(redress) for redress in event.redress),
        },
    )


def _in_words(redress: Redress) -> str:
    amount = f" {redress.amount} {redress.currency}" if redress.amount else ""
    note = f" ({redress.note})" if redress.note else ""
    return f"{redress.kind.value}{amount}{note}"
