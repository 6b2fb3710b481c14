"""Which clocks events start, stop, pause and hand over, when the next threshold falls due, and what then happened."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from workflows.contract.events import (
    Archived,
    ClockBreached,
    ClockExpired,
    Closed,
    Entry,
    Escalated,
    Event,
    MeetingLapsed,
    Resumed,
    RungReached,
)
from workflows.contract.policy import ClockRule, OnExpiry, OnReopen, Policy
from workflows.contract.vocabulary import Level, Outcome, Status
from workflows.core.case import Case
from workflows.core.ledger import Clock, started

WHOLE_PERCENT = 100


class Threshold(NamedTuple):
    """A moment at which a clock asks for something."""

    due_at: datetime
    clock: Clock
    percent: int


def thresholds(rule: ClockRule) -> list[int]:
    """The percentages at which a clock asks for something: its rungs, and the whole."""
    return sorted({rung.percent for rung in rule.ladder} | {WHOLE_PERCENT})


def next_threshold(case: Case) -> Threshold | None:
    """The earliest threshold of all live clocks; equal instants in the order of the policy's clocks."""
    if case.procedure is None:
        return None
    found = [
        Threshold(due_at, clock, percents[clock.passed])
        for clock in case.clocks
        if clock.is_live and clock.passed < len(percents := thresholds(case.procedure.policy.clock(clock.name)))
        if (due_at := clock.instant_of(percents[clock.passed])) is not None
    ]
    return min(found, key=lambda threshold: threshold.due_at, default=None)


def events_of(case: Case, threshold: Threshold) -> tuple[Event, ...]:
    """What passing a threshold means under the policy."""
    due_at, clock, percent = threshold
    if case.procedure is None:
        return ()
    rule = case.procedure.policy.clock(clock.name)
    events: list[Event] = []
    if percent == WHOLE_PERCENT and rule.on_expiry is OnExpiry.BREACH:
        events.append(ClockBreached(clock=clock.name, round=clock.round, due_at=due_at))
    events.extend(_rung(case, threshold, rung.tell) for rung in rule.ladder if rung.percent == percent)
    if percent == WHOLE_PERCENT and rule.on_expiry is not OnExpiry.BREACH:
        events.append(ClockExpired(clock=clock.name, round=clock.round, due_at=due_at))
        events.extend(_consequences(case, rule.on_expiry))
    return tuple(events)


def follow(before: Case, after: Case, entry: Entry) -> tuple[Clock, ...]:
    """The clocks after an event that took the case from `before` to `after`."""
    if after.procedure is None:
        return ()
    policy = after.procedure.policy
    event, at = entry.event, after.settled_at
    clocks = tuple(_marked(clock, event, at) for clock in after.clocks)
    clocks = tuple(_stopped(clock, policy.clock(clock.name), event.type, at) for clock in clocks)
    clocks = tuple(clock.hand_over(at, after.owner.department) for clock in clocks)
    if before.status is not Status.WAITING and after.status is Status.WAITING:
        clocks = _paused_by_the_wait(after, clocks, at)
    if before.status is Status.WAITING and after.status is not Status.WAITING:
        clocks = tuple(clock.resume(at) for clock in clocks)
    if after.classification and before.classification and after.classification != before.classification:
        severity = after.classification.severity
        clocks = tuple(
            clock.model_copy(update={"target": policy.clock(clock.name).target[severity]}) if clock.is_live else clock
            for clock in clocks
        )
    if event.type == "reopened":
        clocks = _after_reopening(after, clocks, policy, at)
    return clocks + _newly_started(before, after, clocks, event.type, at)


def _rung(case: Case, threshold: Threshold, level: Level) -> RungReached:
    return RungReached(
        clock=threshold.clock.name,
        round=threshold.clock.round,
        percent=threshold.percent,
        level=level,
        tell=case.person_at(level),
        due_at=threshold.due_at,
    )


def _consequences(case: Case, on_expiry: OnExpiry) -> tuple[Event, ...]:
    match on_expiry:
        case OnExpiry.RESUME if case.status is Status.WAITING:
            return (Resumed(answer=None),)
        case OnExpiry.CLOSE if case.status is Status.CONFIRMING:
            return (Closed(outcome=Outcome.RESOLVED, reason="the complainant did not object in time"),)
        case OnExpiry.ARCHIVE if case.status is Status.CLOSED:
            return (Archived(),)
        case OnExpiry.LAPSE_MEETING if case.meeting:
            told = case.person_at(Level.EXECUTIVE)
            reason = "the meeting reached no decision in time"
            return (
                MeetingLapsed(number=case.meeting.number),
                Escalated(to=Level.EXECUTIVE, tell=told, reason=reason),
            )
    return ()


def _marked(clock: Clock, event: Event, at: datetime) -> Clock:
    """Thresholds are passed by the event that says so, once each."""
    if not isinstance(event, RungReached | ClockBreached | ClockExpired):
        return clock
    if (clock.name, clock.round) != (event.clock, event.round):
        return clock
    if isinstance(event, ClockBreached):
        return clock.model_copy(update={"passed": clock.passed + 1, "breached_at": event.due_at})
    if isinstance(event, ClockExpired):
        return clock.stop(at).model_copy(update={"passed": clock.passed + 1, "expired": True})
    already_counted = event.percent == WHOLE_PERCENT
    return clock if already_counted else clock.model_copy(update={"passed": clock.passed + 1})


def _stopped(clock: Clock, rule: ClockRule, event_type: str, at: datetime) -> Clock:
    """A clock stops at one of its stop events; closing stops all but those it starts."""
    closes = event_type == "closed" and "closed" not in rule.start
    return clock.stop(at) if event_type in rule.stop or closes or event_type == "archived" else clock


def _after_reopening(after: Case, clocks: tuple[Clock, ...], policy: Policy, at: datetime) -> tuple[Clock, ...]:
    """Stopped clocks go on or start again, with the department and the severity the case has now."""
    if after.classification is None:
        return clocks
    department, severity = after.owner.department, after.classification.severity
    latest = {clock.name: clock for clock in clocks}
    revived = tuple(
        clock.revive(at, department).model_copy(update={"target": policy.clock(clock.name).target[severity]})
        if clock is latest[clock.name] and policy.clock(clock.name).on_reopen is OnReopen.CONTINUE
        else clock
        for clock in clocks
    )
    again = tuple(
        started(clock.name, clock.round + 1, policy.clock(clock.name).target[severity], at, department)
        for clock in latest.values()
        if not clock.is_live and policy.clock(clock.name).on_reopen is OnReopen.RESTART
    )
    return revived + again


def _newly_started(
    before: Case, after: Case, present: tuple[Clock, ...], event_type: str, at: datetime
) -> tuple[Clock, ...]:
    """Clocks that an event starts. Those of `filed` wait for the assessment, which brings the policy, and count from
    when the complaint was received.
    """
    if after.procedure is None or after.classification is None:
        return ()
    first_assessment = before.classification is None
    rounds = {clock.name: clock.round for clock in present}
    live = {clock.name for clock in present if clock.is_live}
    clocks = tuple(
        started(
            rule.name,
            rounds.get(rule.name, 0) + 1,
            rule.target[after.classification.severity],
            after.received_at if first_assessment and "filed" in rule.start else at,
            after.owner.department,
        )
        for rule in after.procedure.policy.clocks
        if (event_type in rule.start or (first_assessment and "filed" in rule.start)) and rule.name not in live
    )
    return _paused_by_the_wait(after, clocks, at)


def _paused_by_the_wait(case: Case, clocks: tuple[Clock, ...], at: datetime) -> tuple[Clock, ...]:
    if case.wait is None or case.procedure is None:
        return clocks
    policy, reason = case.procedure.policy, case.wait.waiting_for.value
    return tuple(clock.pause(at, reason) if policy.clock(clock.name).pausable else clock for clock in clocks)
