"""Commands that change the limits of an open complaint: extending a clock, another policy, an amended calendar."""

from __future__ import annotations

from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.policy import misfit
from workflows.contract.vocabulary import Status
from workflows.core import approval
from workflows.core.assess import calendar_version
from workflows.core.case import Case, classification_in, procedure_in
from workflows.core.foresight import after as foreseen
from workflows.core.ledger import Clock
from workflows.core.new_rules import moved
from workflows.core.relations import persons
from workflows.core.room import Decisions
from workflows.core.thresholds import reckoning


def _extend(case: Case, command: ask.ExtendClock, now: datetime) -> tuple[Event, ...]:
    procedure, clock = procedure_in(case), _live_clock(case, command.clock)
    rule = procedure.rule(clock.name)
    if clock.extended >= len(rule.extensions):
        often = "does not allow" if not rule.extensions else "allows no further"
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"the policy {often} extension of {clock.name}", "clock")
    extension = rule.extensions[clock.extended]
    roles_held = {role for person in persons(case, command.actor) for role in person.roles}
    if roles_held.isdisjoint(extension.roles):
        roles = " or ".join(role.value for role in extension.roles)
        raise AmendsError(
            ErrorCode.NOT_PERMITTED, f"{command.actor.subject} may not extend {clock.name}: only {roles} may", "actor"
        )
    if clock.breached_at:
        raise AmendsError(
            ErrorCode.LIMIT_PASSED, f"{clock.name} ran out at {clock.breached_at.isoformat()}; it is too late", "clock"
        )
    measure, target = reckoning(procedure, rule), extension.to[classification_in(case).severity]
    due_before = measure.due_at(clock, now)
    due_after = measure.due_at(clock.model_copy(update={"target": target}), now)
    if due_after <= due_before:
        raise AmendsError(
            ErrorCode.ALREADY_THERE, f"{clock.name} would not end any later than {due_before.isoformat()}", "clock"
        )
    return (
        fact.ClockExtended(
            clock=clock.name,
            round=clock.round,
            to=target,
            reason=command.reason,
            due_before=due_before,
            due_after=due_after,
        ),
    )


def _adopt_policy(case: Case, command: ask.AdoptPolicy, now: datetime) -> tuple[Event, ...]:
    present, policy = procedure_in(case), command.policy
    if fault := misfit(policy, command.calendar):
        raise AmendsError(ErrorCode.INVALID_INPUT, fault, "calendar")
    version = f"{policy.name}@{policy.version}"
    if (version, command.calendar or present.calendar) == (present.version, present.calendar):
        raise AmendsError(ErrorCode.ALREADY_THERE, f"the complaint is already under {version}", "policy")
    for place, department in policy.departments.items():
        if department not in present.departments:
            raise AmendsError(
                ErrorCode.UNKNOWN_DEPARTMENT,
                f"the policy names {department} ({place}), which has no head",
                "policy",
            )
    adopted = fact.PolicyAdopted(
        before=present.version,
        after=version,
        policy=policy,
        calendar=command.calendar,
        reason=command.reason,
        moved=(),
    )
    after = foreseen(case, (adopted,), command, now)
    adopted = adopted.model_copy(update={"moved": moved(case, after, now)})
    is_asked_anew = case.status is Status.APPROVING and approval.rule_for(after) != approval.rule_for(case)
    return (adopted, approval.put_up_again(case)) if is_asked_anew else (adopted,)


def _amend_calendar(case: Case, command: ask.AmendCalendar, now: datetime) -> tuple[Event, ...]:
    present = procedure_in(case)
    if present.calendar is None:
        raise AmendsError(ErrorCode.INVALID_INPUT, "no clock of this complaint counts by a calendar", "calendar")
    if fault := misfit(present.policy, command.calendar):
        raise AmendsError(ErrorCode.INVALID_INPUT, fault, "calendar")
    before, after = calendar_version(present.calendar), calendar_version(command.calendar)
    if before is None or after is None or before == after:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"the complaint already counts by {after}", "calendar")
    amended = fact.CalendarAmended(
        before=before, after=after, calendar=command.calendar, reason=command.reason, moved=()
    )
    return (amended.model_copy(update={"moved": moved(case, foreseen(case, (amended,), command, now), now)}),)


DECISIONS: Decisions = {
    "extend": _extend,
    "adopt_policy": _adopt_policy,
    "amend_calendar": _amend_calendar,
}


def _live_clock(case: Case, name: str) -> Clock:
    live = [clock for clock in case.clocks if clock.is_live]
    for clock in live:
        if clock.name == name:
            return clock
    running = ", ".join(clock.name for clock in live)
    raise AmendsError(ErrorCode.INVALID_INPUT, f"no clock {name} runs; running: {running}", "clock")
