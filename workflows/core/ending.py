"""How a complaint ends and goes on: withdrawn, out of scope, closed, reopened, archived."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.clock_rule import OnExpiry
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.vocabulary import EventType, Outcome, Relation, Role, Status, WaitingFor
from workflows.core import tasks
from workflows.core.case import Case
from workflows.core.own_work import check_not_own_work
from workflows.core.relations import relations
from workflows.core.room import Changes, Conditions, Decisions, Effects
from workflows.core.silence import is_over


def _withdraw(case: Case, command: ask.Withdraw, _now: datetime) -> tuple[Event, ...]:
    closed = fact.Closed(outcome=Outcome.WITHDRAWN, reason=command.reason)
    return (fact.Withdrawn(reason=command.reason), *tasks.dropped(case, "the complaint was withdrawn"), closed)


def _declare_out_of_scope(_case: Case, command: ask.DeclareOutOfScope, _now: datetime) -> tuple[Event, ...]:
    declared = fact.DeclaredOutOfScope(reason=command.reason, referral=command.referral)
    closed = fact.Closed(outcome=Outcome.OUT_OF_SCOPE, reason=command.reason, referral=command.referral)
    return (declared, closed)


def _close(case: Case, command: ask.Close, _now: datetime) -> tuple[Event, ...]:
    outcome = Outcome.RESOLVED if case.status is Status.CONFIRMING else Outcome.UNANSWERED
    return tasks.closing(case, fact.Closed(outcome=outcome, reason=command.reason))


def _check_nothing_is_owed(case: Case, actor: Actor) -> None:
    """Only a solution that was carried out ends a case, or the complainant's silence."""
    tasks.check_not_put_off(case)
    if case.wait and case.wait.waiting_for is not WaitingFor.COMPLAINANT:
        raise AmendsError(
            ErrorCode.WRONG_STATUS, "the case waits for a third party, whose silence is not the complainant's doing"
        )
    if case.wait and case.wait.resume_to is Status.EXECUTING:
        raise AmendsError(ErrorCode.WRONG_STATUS, "an approved solution is owed; resume and carry it out")
    if case.status is Status.CONFIRMING:
        check_not_own_work(case, actor)
    answered = EventType.RESUMED if case.wait else EventType.SURVEY_ANSWERED
    if Relation.OWNER in relations(case, actor) and not is_over(case, answered):
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES,
            "the complainant still has time to answer; before it is over, somebody in charge who does not own the case"
            " may close it",
            "actor",
        )


def _check_who_withdraws(case: Case, actor: Actor) -> None:
    """Whoever carried a solution out does not withdraw instead of asking whether it solved anything."""
    if case.status is Status.CONFIRMING and Role.COMPLAINANT not in actor.roles:
        check_not_own_work(case, actor)


def may_archive(case: Case) -> bool:
    """Nothing keeps the file from being archived once it is due."""
    return case.status is Status.CLOSED and case.hold is None and not case.kin.follows


def is_overdue_for_the_archive(case: Case) -> bool:
    """It fell due while something kept it, and nothing does any more."""
    if case.procedure is None or not may_archive(case):
        return False
    latest = {clock.name: clock for clock in case.clocks}
    return any(
        clock.expired and case.procedure.rule(name).on_expiry is OnExpiry.ARCHIVE for name, clock in latest.items()
    )


def _reopen(case: Case, command: ask.Reopen, _now: datetime) -> tuple[Event, ...]:
    return (fact.Reopened(count=case.reopened + 1, reason=command.reason),)


def _reopened(_case: Case, event: fact.Reopened) -> dict[str, Any]:
    return {"status": Status.INVESTIGATING, "proposal": None, "refused": (), "outcome": None, "reopened": event.count}


def _closed(_case: Case, event: fact.Closed) -> dict[str, Any]:
    return {"status": Status.CLOSED, "outcome": event.outcome, "meeting": None, "wait": None}


def _tell_it_goes_on(entry: Entry, event: fact.Reopened, case: Case) -> tuple[Effect, ...]:
    again = {"reopened": str(event.count)}
    return (
        Notify(sequence=entry.sequence, notice=Notice.REOPENED, to=None, facts={"reason": event.reason}),
        Notify(sequence=entry.sequence, notice=Notice.ASSIGNMENT, to=case.owner.subject, facts=again),
    )


def _tell_the_end(entry: Entry, event: fact.Closed, case: Case) -> tuple[Effect, ...]:
    if event.outcome is Outcome.MERGED:
        return ()  # it has not ended for the complainant, who has been told so
    *_, before, _ = case.happened
    have_said_so = Role.COMPLAINANT in entry.actor.roles or before is EventType.CALLED_BACK
    if event.outcome is Outcome.RESOLVED and have_said_so:
        return ()  # nobody needs a letter about what they have just said themselves
    facts = {"outcome": event.outcome.value}
    if entry.actor != SYSTEM:  # what a clock did is worded by the letter, in the reader's language
        facts["reason"] = event.reason
    if event.referral:
        facts["referral"] = event.referral
    return (Notify(sequence=entry.sequence, notice=Notice.CLOSING, to=None, facts=facts),)


CONDITIONS: Conditions = {
    "withdraw": _check_who_withdraws,
    "close": _check_nothing_is_owed,
    "declare_out_of_scope": lambda case, _: tasks.check_none_open(case),
}
DECISIONS: Decisions = {
    "withdraw": _withdraw,
    "declare_out_of_scope": _declare_out_of_scope,
    "close": _close,
    "reopen": _reopen,
}
CHANGES: Changes = {
    fact.Reopened: _reopened,
    fact.Closed: _closed,
    fact.Archived: lambda *_: {"status": Status.ARCHIVED},
}
EFFECTS: Effects = {fact.Reopened: _tell_it_goes_on, fact.Closed: _tell_the_end}
