"""How a complaint ends and goes on: withdrawn, out of scope, closed, reopened, archived."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.events import Entry, Event
from workflows.contract.parties import SYSTEM
from workflows.contract.vocabulary import Outcome, Role, Status
from workflows.core.case import Case
from workflows.core.room import Changes, Conditions, Decisions, Effects


def _withdraw(_case: Case, command: ask.Withdraw, _now: datetime) -> tuple[Event, ...]:
    closed = fact.Closed(outcome=Outcome.WITHDRAWN, reason=command.reason)
    return (fact.Withdrawn(reason=command.reason), closed)


def _declare_out_of_scope(_case: Case, command: ask.DeclareOutOfScope, _now: datetime) -> tuple[Event, ...]:
    declared = fact.DeclaredOutOfScope(reason=command.reason, referral=command.referral)
    closed = fact.Closed(outcome=Outcome.OUT_OF_SCOPE, reason=command.reason, referral=command.referral)
    return (declared, closed)


def _reopen(case: Case, command: ask.Reopen, _now: datetime) -> tuple[Event, ...]:
    return (fact.Reopened(count=case.reopened + 1, reason=command.reason),)


def _reopened(_case: Case, event: fact.Reopened) -> dict[str, Any]:
    return {"status": Status.INVESTIGATING, "proposal": None, "outcome": None, "reopened": event.count}


def _closed(_case: Case, event: fact.Closed) -> dict[str, Any]:
    return {"status": Status.CLOSED, "outcome": event.outcome, "meeting": None, "wait": None}


def _tell_it_goes_on(entry: Entry, event: fact.Reopened, case: Case) -> tuple[Effect, ...]:
    again = {"reopened": str(event.count)}
    return (
        Notify(sequence=entry.sequence, notice=Notice.REOPENED, to=None, facts={"reason": event.reason}),
        Notify(sequence=entry.sequence, notice=Notice.ASSIGNMENT, to=case.owner.subject, facts=again),
    )


def _tell_the_end(entry: Entry, event: fact.Closed, _case: Case) -> tuple[Effect, ...]:
    if event.outcome is Outcome.RESOLVED and Role.COMPLAINANT in entry.actor.roles:
        return ()  # nobody needs a letter about what they have just said themselves
    facts = {"outcome": event.outcome.value}
    if entry.actor != SYSTEM:  # what a clock did is worded by the letter, in the reader's language
        facts["reason"] = event.reason
    if event.referral:
        facts["referral"] = event.referral
    return (Notify(sequence=entry.sequence, notice=Notice.CLOSING, to=None, facts=facts),)


CONDITIONS: Conditions = {}
DECISIONS: Decisions = {
    "withdraw": _withdraw,
    "declare_out_of_scope": _declare_out_of_scope,
    "reopen": _reopen,
}
CHANGES: Changes = {
    fact.Reopened: _reopened,
    fact.Closed: _closed,
    fact.Archived: lambda *_: {"status": Status.ARCHIVED},
}
EFFECTS: Effects = {fact.Reopened: _tell_it_goes_on, fact.Closed: _tell_the_end}
