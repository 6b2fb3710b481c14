"""What a person should look at before a policy is put in force, though it is a valid one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from infra.policies import check_departments
from infra.policy_in_force import is_valid
from infra.rule_sets import RuleSet
from starter.policy.approval_words import step_in_words
from workflows.contract.base import Model
from workflows.contract.clock_rule import ClockRule
from workflows.contract.errors import AmendsError
from workflows.contract.limits import Days, Months, Target, Weeks
from workflows.contract.vocabulary import Role, Severity
from workflows.core.timetable import Timetable, timetable


class Concern(StrEnum):
    """The kinds of findings."""

    UNCONFIRMED_SOURCE = "unconfirmed_source"
    BEYOND_CONFIRMED = "beyond_confirmed"
    NOT_VALID_TODAY = "not_valid_today"
    UNKNOWN_DEPARTMENT = "unknown_department"
    NO_LONGER = "no_longer"
    TOO_FEW_APPROVERS = "too_few_approvers"


class Finding(Model):
    """One thing to look at, as a sentence; `clock` where it is about one."""

    concern: Concern
    clock: str | None
    message: str


def findings(rules: RuleSet, now: datetime, today: date, departments: Collection[str] | None) -> list[Finding]:
    """All findings; `departments` are those of the directory, none if it cannot be asked."""
    found = [*_validity(rules, today), *_departments(rules, departments), *_approvers(rules)]
    for rule in rules.policy.clocks:
        found.extend(_source(rule))
        found.extend(_no_longer(rule))
        found.extend(_beyond_confirmed(rule, rules, now))
    return found


def _validity(rules: RuleSet, today: date) -> Iterator[Finding]:
    policy = rules.policy
    if not is_valid(policy, today):
        term = f"from {policy.valid_from or 'ever'} to {policy.valid_to or 'ever'}"
        yield Finding(
            concern=Concern.NOT_VALID_TODAY, clock=None, message=f"it is valid {term}, which {today} is not in"
        )


def _departments(rules: RuleSet, departments: Collection[str] | None) -> Iterator[Finding]:
    if departments is None:
        return
    try:
        check_departments(rules.policy, departments)
    except AmendsError as error:
        yield Finding(concern=Concern.UNKNOWN_DEPARTMENT, clock=None, message=str(error))


def _approvers(rules: RuleSet) -> Iterator[Finding]:
    """Steps that ask for more people than can ever hold their roles: a department has one head and at most one lead."""
    for step in (step for rule in rules.policy.approval for step in rule.in_steps):
        at_most_one = {Role.LEAD, Role.HEAD} & set(step.roles)
        if set(step.roles) <= {Role.LEAD, Role.HEAD} and step.approvals > len(at_most_one):
            yield Finding(
                concern=Concern.TOO_FEW_APPROVERS,
                clock=None,
                message=f"approval step {step_in_words(step)} can only be passed with the help of executives: a"
                " department has one head and at most one lead",
            )


def _source(rule: ClockRule) -> Iterator[Finding]:
    if not rule.confirmed:
        source = rule.source or "no source is given"
        yield Finding(
            concern=Concern.UNCONFIRMED_SOURCE,
            clock=rule.name,
            message=f"nobody has read its source in the primary text ({source})",
        )


def _no_longer(rule: ClockRule) -> Iterator[Finding]:
    """Extensions that would be refused: targets of one kind are compared, days with days and hours with hours."""
    for severity in Severity:
        lengths = [_length(total[severity]) for total in (rule.target, *(each.to for each in rule.extensions))]
        for (kind, before), (other, after) in pairwise(lengths):
            if kind is other and after <= before:
                yield Finding(
                    concern=Concern.NO_LONGER,
                    clock=rule.name,
                    message=f"an extension gives severity {severity.value} no more time than it has without",
                )


def _length(target: Target) -> tuple[type, float]:
    match target:
        case Days(days=number):
            return Days, number
        case Weeks(weeks=number):
            return Weeks, number
        case Months(months=number):
            return Months, number
        case _:
            return timedelta, target.total_seconds()


def _beyond_confirmed(rule: ClockRule, rules: RuleSet, now: datetime) -> Iterator[Finding]:
    calendar = rules.calendar
    if calendar is None or calendar.confirmed_until is None or not rule.counts.needs_working_time:
        return
    due = _latest_due(rule, timetable(calendar), now)
    if due > calendar.confirmed_until:
        yield Finding(
            concern=Concern.BEYOND_CONFIRMED,
            clock=rule.name,
            message=f"started now it can be due on {due}, but the holidays of calendar {calendar.name} are confirmed"
            f" only until {calendar.confirmed_until}",
        )


def _latest_due(rule: ClockRule, working: Timetable, now: datetime) -> date:
    totals = [rule.target, *(extension.to for extension in rule.extensions)]
    today = working.local_date(now)
    targets = [target for total in totals for target in total.values()]
    days = [working.business_day_after(today, target.days) for target in targets if isinstance(target, Days)]
    hours = [working.after(now, target) for target in targets if isinstance(target, timedelta)]
    return max(days + [working.local_date(due) for due in hours])
