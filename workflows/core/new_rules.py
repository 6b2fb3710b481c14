"""What another version of the policy does to the clocks of an open complaint: one ledger, measured by the new rules."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.clock_rule import ClockRule
from workflows.contract.events import Moved
from workflows.contract.vocabulary import EventType
from workflows.core.case import Case, Procedure
from workflows.core.hindsight import booked_since, in_hindsight
from workflows.core.ledger import Clock
from workflows.core.thresholds import reckoning

_PERCENT = " %"
"""How the key of a rung at a percentage ends."""


def under_new_rules(before: Case, after: Case, clocks: tuple[Clock, ...], at: datetime) -> tuple[Clock, ...]:
    """Clocks go on with the time they have used, and those that ended stay as they ended. Nobody owes a clock any more
    that the new policy does not know, or by its rule has stopped already: it is waived. What only the new policy knows
    starts when its event happened, with the pauses since; what it knows again goes on as if it had never been dropped.
    """
    if before.procedure is None or after.procedure is None or after.classification is None:
        return clocks
    rules = {rule.name: rule for rule in after.procedure.policy.clocks}
    kept = tuple(
        _under(rules[clock.name], before.procedure, after, clock, at) if clock.name in rules else clock.waive(at)
        for clock in _with_those_known_again(before.procedure, after, clocks)
    )
    severity, known = after.classification.severity, {clock.name: clock for clock in kept}
    added = (
        in_hindsight(after, rule, severity, known[rule.name].round + 1 if rule.name in known else 1)
        for rule in rules.values()
        if rule.name not in known or _was_dropped_elsewhere(before.procedure, after, rule, known[rule.name])
    )
    return kept + tuple(clock for clock in added if clock)


def moved(before: Case, after: Case, now: datetime) -> tuple[Moved, ...]:
    """The clocks whose due time differs between two cases; a clock that only one of them has is due once."""
    due_before, due_after = _due(before, now), _due(after, now)
    return tuple(
        Moved(clock=name, round=number, due_before=earlier, due_after=later)
        for name, number in sorted(due_before | due_after)
        if (earlier := due_before.get((name, number))) != (later := due_after.get((name, number)))
    )


def _due(case: Case, now: datetime) -> dict[tuple[str, int], datetime]:
    procedure = case.procedure
    if procedure is None:
        return {}
    return {
        (clock.name, clock.round): reckoning(procedure, procedure.rule(clock.name)).due_at(clock, now)
        for clock in case.clocks
        if clock.is_live
    }


def _under(rule: ClockRule, old: Procedure, after: Case, clock: Clock, at: datetime) -> Clock:
    """As long, and as pausable, as its rule now has it. One that has ended keeps its target, unless that would mean
    nothing in what its rule now counts.
    """
    if after.classification is None:
        return clock
    clock = _renumbered(old.rule(clock.name), rule, clock)
    becomes_another = rule.is_of_a_step is not old.rule(clock.name).is_of_a_step
    if clock.is_live and (becomes_another or _has_stopped(after, rule, clock)):
        clock = clock.waive(at)
    target = rule.total(after.classification.severity, clock.extended)
    measured_anew = clock.model_copy(update={"target": target})
    if not clock.is_live:
        return clock if rule.counts is old.rule(clock.name).counts else measured_anew
    pauses = rule.pausable and after.wait
    return measured_anew.pause(at, pauses.waiting_for.value) if pauses else measured_anew.resume(at)


def _renumbered(old: ClockRule, new: ClockRule, clock: Clock) -> Clock:
    """Whoever was told of a percentage is not told again, whatever the ladder now looks like or looked like since."""
    passed = {f"{percent}{_PERCENT}": 0 for percent in old.percents[: clock.passed]}
    reminded = passed | clock.reminded
    told = max((int(key.removesuffix(_PERCENT)) for key in reminded if key.endswith(_PERCENT)), default=0)
    return clock.model_copy(update={"passed": sum(percent <= told for percent in new.percents), "reminded": reminded})


def _has_stopped(case: Case, rule: ClockRule, clock: Clock) -> bool:
    """By this rule it would not run any more: a stop event has come since it began to run, and no start event since."""
    running_since = max(clock.started_at, case.happened.get(EventType.REOPENED, clock.started_at))
    stops = (case.happened[event] for event in rule.stop if event in case.happened and event not in rule.start)
    last_stop = max(stops, default=running_since)
    starts = (case.happened[event] for event in rule.start if event in case.happened)
    return last_stop > running_since and all(start < last_stop for start in starts)


def _with_those_known_again(old: Procedure, after: Case, clocks: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """A clock that ran when a policy dropped it runs again once another has it; one of an approval's step not, because
    under another policy the proposal is put up again, and its steps with it.
    """
    if after.procedure is None:
        return clocks
    rules = (rule for rule in after.procedure.policy.clocks if not rule.is_of_a_step)
    again = {rule.name: rule for rule in rules if rule.name in _dropped(old)}
    latest = {clock.name: clock for clock in clocks}
    return tuple(
        _picked_up(after, again[clock.name], clock)
        if clock.waived and clock.name in again and clock is latest[clock.name]
        else clock
        for clock in clocks
    )


def _dropped(old: Procedure) -> set[str]:
    return {rule.name for rule in old.retired}


def _was_dropped_elsewhere(old: Procedure, after: Case, rule: ClockRule, clock: Clock) -> bool:
    """Another department has the case now, which has this clock for itself."""
    has_moved = rule.per_department and clock.segments[-1].department != after.owner.department
    return clock.waived and has_moved and rule.name in _dropped(old)


def _picked_up(after: Case, rule: ClockRule, clock: Clock) -> Clock:
    """With all the time in between; not if its stop event or the end of the complaint has come meanwhile."""
    dropped_at = clock.stopped_at
    ends = (after.happened[event] for event in (*rule.stop, EventType.CLOSED) if event in after.happened)
    has_moved = rule.per_department and clock.segments[-1].department != after.owner.department
    if dropped_at is None or has_moved or any(end >= dropped_at for end in ends):
        return clock
    segments = (*clock.segments, *booked_since(after, rule, dropped_at))
    return clock.model_copy(update={"segments": segments, "stopped_at": None, "waived": False})
