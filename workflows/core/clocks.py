"""What events do to the clocks of a case: which they start, stop, pause, hand over, lengthen and waive."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from workflows.contract import events as fact
from workflows.contract.clock_rule import REPETITIONS_MAX, ClockRule, OnExpiry, OnReopen
from workflows.contract.events import Entry, Event
from workflows.contract.limits import LONGEST_TARGET
from workflows.contract.parties import SYSTEM
from workflows.contract.vocabulary import EventType, Role, Severity, Status
from workflows.core.case import Case, Procedure
from workflows.core.ledger import Clock, started
from workflows.core.new_rules import under_new_rules
from workflows.core.step_clocks import of_steps
from workflows.core.thresholds import WHOLE_PERCENT

Clocks: TypeAlias = tuple[Clock, ...]


def follow(before: Case, after: Case, entry: Entry) -> Clocks:
    """The clocks after an event that took the case from `before` to `after`."""
    if after.procedure is None:
        return ()
    procedure, event, at = after.procedure, entry.event, after.settled_at
    clocks = tuple(_marked(procedure.rule(clock.name), clock, event, at) for clock in after.clocks)
    if _is_an_act(entry):
        clocks = tuple(_acted_upon(procedure.rule(clock.name), clock) for clock in clocks)
    clocks = _stopped(procedure, clocks, event.type, at)
    clocks = _handed_over(before, after, clocks, at)
    if before.status is not Status.WAITING and after.status is Status.WAITING:
        clocks = _paused_by_the_wait(after, clocks, at)
    if before.status is Status.WAITING and after.status is not Status.WAITING:
        clocks = tuple(clock.resume(at) for clock in clocks)
    if before.classification and after.classification and before.classification != after.classification:
        severity = after.classification.severity
        clocks = tuple(_with_severity(procedure, clock, severity) for clock in clocks)
    if isinstance(event, fact.PolicyAdopted):
        clocks = under_new_rules(before, after, clocks, at)
    if isinstance(event, fact.Reopened):
        clocks = _after_reopening(after, clocks, at)
    clocks += _newly_started(before, after, clocks, event.type, at)
    return of_steps(before, after, clocks, entry)


def life(before: Case, after: Case) -> Clock:
    """The whole time of the case, booked like a clock that every wait pauses and nothing ends."""
    at, department = after.settled_at, after.owner.department
    booked = before.life or started("life", 1, LONGEST_TARGET, after.received_at, before.owner.department)
    booked = booked.hand_over(at, department)
    return booked.pause(at, after.wait.waiting_for.value) if after.wait else booked.resume(at)


def _marked(rule: ClockRule, clock: Clock, event: Event, at: datetime) -> Clock:
    """Thresholds are passed by the event that says so, once each."""
    if isinstance(event, fact.ClockExtended) and (clock.name, clock.round) == (event.clock, event.round):
        return clock.model_copy(update={"target": event.to, "extended": clock.extended + 1})
    marks = (fact.RungReached, fact.ComplainantReminded, fact.ClockBreached, fact.ClockExpired)
    if not isinstance(event, marks) or (clock.name, clock.round) != (event.clock, event.round):
        return clock
    if isinstance(event, fact.RungReached) and (event.repetition or event.rung.endswith("after")):
        reminded = clock.reminded | {event.rung: clock.reminded.get(event.rung, 0) + 1}
        return clock.model_copy(update={"reminded": reminded})
    percent = WHOLE_PERCENT if isinstance(event, fact.ClockBreached | fact.ClockExpired) else event.percent
    clock = clock.model_copy(update={"passed": max(clock.passed, rule.percents.index(percent) + 1)})
    if isinstance(event, fact.ClockBreached):
        return clock.model_copy(update={"breached_at": event.due_at})
    if isinstance(event, fact.ClockExpired):
        return clock.stop(at).model_copy(update={"expired": True})
    return clock


def _is_an_act(entry: Entry) -> bool:
    """A member of staff did something for the complaint: no clock, no complainant, no change of rules."""
    changes_rules = isinstance(entry.event, fact.PolicyAdopted | fact.CalendarAmended | fact.StaffAmended)
    return entry.actor != SYSTEM and Role.COMPLAINANT not in entry.actor.roles and not changes_rules


def _acted_upon(rule: ClockRule, clock: Clock) -> Clock:
    """Rungs that repeat until somebody acts fall silent."""
    silent = {
        rung.key: REPETITIONS_MAX + 1  # more than any other policy allows, too
        for rung in rule.ladder
        if rung.every and (rung.key in clock.reminded or rung.percent in rule.percents[: clock.passed])
    }
    return clock.model_copy(update={"reminded": clock.reminded | silent}) if clock.is_live and silent else clock


def _stopped(procedure: Procedure, clocks: Clocks, event_type: str, at: datetime) -> Clocks:
    """A clock stops at one of its stop events. A met one waives others, and closing all that it neither stops nor
    starts: nobody owes them any more, but nobody kept them either.
    """
    after = tuple(_stopped_by(clock, procedure.rule(clock.name), event_type, at) for clock in clocks)
    waived = {
        name
        for clock, then in zip(clocks, after, strict=True)
        if clock.is_live and not then.is_live and not then.breached_at and event_type in procedure.rule(clock.name).stop
        for name in procedure.rule(clock.name).waives
    }
    return tuple(clock.waive(at) if clock.name in waived else clock for clock in after)


def _stopped_by(clock: Clock, rule: ClockRule, event_type: str, at: datetime) -> Clock:
    if event_type in rule.stop:
        return clock.stop(at)
    closes = event_type == EventType.CLOSED and EventType.CLOSED not in rule.start
    is_moot = event_type == EventType.MEETING_CANCELLED and rule.on_expiry is OnExpiry.LAPSE_MEETING
    return clock.waive(at) if closes or is_moot or event_type == EventType.ARCHIVED else clock


def _handed_over(before: Case, after: Case, clocks: Clocks, at: datetime) -> Clocks:
    """Every clock goes on against the department that now holds the case; one that each department has for itself
    starts again there.
    """
    department = after.owner.department
    if after.procedure is None or after.classification is None or before.owner.department == department:
        return clocks
    severity = after.classification.severity
    kept, fresh = [], []
    for clock in clocks:
        rule = after.procedure.rule(clock.name)
        if rule.per_department and clock.is_live and clock.started_at < at:
            kept.append(clock.stop(at))
            fresh.append(started(clock.name, clock.round + 1, rule.target[severity], at, department))
        else:
            kept.append(clock.hand_over(at, department))
    return (*kept, *_paused_by_the_wait(after, tuple(fresh), at))


def _with_severity(procedure: Procedure, clock: Clock, severity: Severity) -> Clock:
    rule = procedure.rule(clock.name)
    target = rule.total(severity, clock.extended)
    return clock.model_copy(update={"target": target}) if clock.is_live else clock


def _after_reopening(after: Case, clocks: Clocks, at: datetime) -> Clocks:
    """Stopped clocks go on or start again, with the department and the severity the case has now. What reopening itself
    stops, as the right to it, does not; and what has run out does not go on.
    """
    if after.classification is None or after.procedure is None:
        return clocks
    department, severity = after.owner.department, after.classification.severity
    policy = after.procedure.policy
    latest = {clock.name: clock for clock in clocks}
    stopped = {
        rule.name: _on_reopening(rule, latest[rule.name], department)
        for rule in policy.clocks
        if rule.name in latest and not latest[rule.name].is_live and EventType.REOPENED not in rule.stop
    }
    revived = tuple(
        _with_severity(after.procedure, clock.revive(at, department), severity)
        if clock is latest[clock.name] and stopped.get(clock.name) is OnReopen.CONTINUE
        else clock
        for clock in clocks
    )
    again = tuple(
        started(name, latest[name].round + 1, after.procedure.rule(name).target[severity], at, department)
        for name, what in stopped.items()
        if what is OnReopen.RESTART
    )
    return revived + again


def _on_reopening(rule: ClockRule, clock: Clock, department: str) -> OnReopen:
    """What the rule wants. Time that has run out has nothing to go on with; nor can one department with another's."""
    if rule.on_reopen is not OnReopen.CONTINUE:
        return rule.on_reopen
    if clock.expired:
        return OnReopen.FIRST_ONLY
    is_of_another = rule.per_department and clock.segments[-1].department != department
    return OnReopen.RESTART if is_of_another else OnReopen.CONTINUE


def _newly_started(before: Case, after: Case, present: Clocks, event_type: str, at: datetime) -> Clocks:
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
            after.received_at if first_assessment and EventType.FILED in rule.start else at,
            after.owner.department,
        )
        for rule in after.procedure.policy.clocks
        if (_is_started_by(rule, event_type, after) or (first_assessment and EventType.FILED in rule.start))
        and rule.name not in live
    )
    return _paused_by_the_wait(after, clocks, at)


def _is_started_by(rule: ClockRule, event_type: str, after: Case) -> bool:
    """The time in which a complainant may come back to a merged complaint begins when they are told how it ended: with
    the end of its survivor, and not when it was merged.
    """
    if rule.on_expiry is not OnExpiry.ARCHIVE:
        return event_type in rule.start
    if after.kin.follows:
        return False
    is_told = event_type == EventType.FOLLOWED and after.kin.ended is not None
    return event_type in rule.start or (is_told and EventType.CLOSED in rule.start)


def _paused_by_the_wait(case: Case, clocks: Clocks, at: datetime) -> Clocks:
    if case.wait is None or case.procedure is None:
        return clocks
    procedure, reason = case.procedure, case.wait.waiting_for.value
    return tuple(clock.pause(at, reason) if procedure.rule(clock.name).pausable else clock for clock in clocks)
