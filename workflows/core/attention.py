"""Who is called on when a case needs more than its owner: escalation by people and by limits."""

from __future__ import annotations

from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Level, Relation
from workflows.core.case import Case
from workflows.core.relations import relations
from workflows.core.room import Changes, Conditions, Decisions, Effects
from workflows.core.thresholds import WHOLE_PERCENT, instant_of, reckoning

_ABOVE = {Relation.LEAD, Relation.HEAD, Relation.EXECUTIVE}


def _escalate(case: Case, command: ask.Escalate, _now: datetime) -> tuple[Event, ...]:
    to = command.to or case.level.next()
    if to.rank <= case.level.rank:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"the case already stands at level {case.level.value}", "to")
    return (fact.Escalated(to=to, tell=case.person_at(to), reason=command.reason),)


def _check_not_highest(case: Case, _actor: Actor) -> None:
    if case.level is Level.EXECUTIVE:
        raise AmendsError(ErrorCode.ALREADY_THERE, "the case already stands at the highest level, the executives")


def _de_escalate(case: Case, command: ask.DeEscalate, _now: datetime) -> tuple[Event, ...]:
    if command.to.rank >= case.level.rank:
        raise AmendsError(
            ErrorCode.ALREADY_THERE, f"the case stands at level {case.level.value}, so name a lower one", "to"
        )
    return (fact.DeEscalated(to=command.to, tell=case.person_at(command.to), reason=command.reason),)


def _check_stands_as_high(case: Case, actor: Actor) -> None:
    """What has reached a level, that level or one above it hands back."""
    if case.level is Level.OWNER:
        raise AmendsError(ErrorCode.ALREADY_THERE, "the case stands at its owner's level, which is the lowest")
    own = {relation.value for relation in relations(case, actor) if relation in _ABOVE}
    if not any(level.value in own for level in Level if level.rank >= case.level.rank):
        raise AmendsError(
            ErrorCode.NOT_PERMITTED,
            f"the case has reached level {case.level.value}, so {actor.subject} cannot hand it back",
            "actor",
        )


def _higher(present: Level, told: Level) -> Level:
    return max(present, told, key=lambda level: level.rank)


def _call_on(entry: Entry, event: fact.Escalated, _case: Case) -> tuple[Effect, ...]:
    facts = {"level": event.to.value, "reason": event.reason}
    return (Notify(sequence=entry.sequence, notice=Notice.ESCALATION, to=event.tell, facts=facts),)


def _hand_back(entry: Entry, event: fact.DeEscalated, _case: Case) -> tuple[Effect, ...]:
    facts = {"level": event.to.value, "reason": event.reason}
    return (Notify(sequence=entry.sequence, notice=Notice.DE_ESCALATION, to=event.tell, facts=facts),)


def _tell_of_limit(entry: Entry, event: fact.RungReached, case: Case) -> tuple[Effect, ...]:
    """`due_at` is when the limit ends or ended, not when the rung was reached; a rung some time after the limit has no
    percentage.
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
    return (Notify(sequence=entry.sequence, notice=Notice.ESCALATION, to=event.tell, facts=facts),)


CONDITIONS: Conditions = {"escalate": _check_not_highest, "de_escalate": _check_stands_as_high}
DECISIONS: Decisions = {"escalate": _escalate, "de_escalate": _de_escalate}
CHANGES: Changes = {
    fact.Escalated: lambda case, event: {"level": _higher(case.level, event.to)},
    fact.DeEscalated: lambda _, event: {"level": event.to},
    fact.RungReached: lambda case, event: {"level": _higher(case.level, event.level)},
}
EFFECTS: Effects = {fact.Escalated: _call_on, fact.DeEscalated: _hand_back, fact.RungReached: _tell_of_limit}
