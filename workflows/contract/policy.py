"""The written procedure as data: clocks with their ladders, routing, approval and survey. Its hash is its version."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.approval_rule import ApprovalRule
from workflows.contract.assignment import AssignmentRule
from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.base import LIST_MAX_ITEMS, Line, Slug, Sparse
from workflows.contract.calendar import Calendar
from workflows.contract.clock_rule import ClockRule
from workflows.contract.limits import Counts
from workflows.contract.meeting_rule import MeetingRule
from workflows.contract.vocabulary import Nature


class Policy(Sparse):
    """A standard operating procedure. Loaded from YAML, pinned to each complaint it opened.

    `calendar` names the working calendar, needed by clocks that count anything but plain hours. `valid_from` and
    `valid_to` are the first and last day on which it may be put in force.
    """

    name: Slug
    title: Line
    valid_from: date | None = None
    valid_to: date | None = None
    calendar: Slug | None = None
    clocks: Annotated[tuple[ClockRule, ...], Field(max_length=LIST_MAX_ITEMS)]
    intake_department: Slug
    routing: dict[Nature, Slug]
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    approval: Annotated[tuple[ApprovalRule, ...], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    meeting: MeetingRule = MeetingRule()
    authority: Annotated[tuple[AuthorityRule, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    assignment: AssignmentRule = AssignmentRule()

    @model_validator(mode="after")
    def _every_case_has_a_rule(self) -> Self:
        missing = [nature for nature in Nature if nature not in self.routing]
        if missing:
            raise ValueError(f"routing names no department for nature {missing[0]}")
        if not self.approval[-1].fits_everything:
            raise ValueError("the last approval rule must apply to every proposal")
        return self

    @model_validator(mode="after")
    def _clocks_fit_together(self) -> Self:
        names = {clock.name for clock in self.clocks}
        if len(names) != len(self.clocks):
            raise ValueError("two clocks have the same name")
        for clock in self.clocks:
            unknown = [waived for waived in clock.waives if waived not in names]
            if unknown:
                raise ValueError(f"clock {clock.name} waives {unknown[0]}, which is no clock of this policy")
            needs_calendar = clock.counts is not Counts.CONTINUOUS or clock.needs_working_time
            if needs_calendar and self.calendar is None:
                raise ValueError(f"clock {clock.name} counts {clock.counts.value}, so the policy must name a calendar")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    @model_validator(mode="after")
    def _steps_have_their_clocks(self) -> Self:
        rules = {clock.name: clock for clock in self.clocks}
        asked = {step.clock: step.step for rule in self.approval for step in rule.steps if step.clock}
        for name, step in asked.items():
            if name not in rules:
                raise ValueError(f"approval step {step} has the clock {name}, which is no clock of this policy")
            if fault := rules[name].unfit_for_a_step:
                raise ValueError(f"clock {name} runs while approval step {step} is open, so it {fault}")
        for rule in self.clocks:
            if rule.is_of_a_step and rule.name not in asked:
                raise ValueError(f"nothing starts clock {rule.name}: give it start events, or to an approval step")
            waived = [name for name in rule.waives if name in asked]
            if waived:
                raise ValueError(f"clock {rule.name} cannot waive {waived[0]}, which an approval step starts and stops")
        return self

    @property
    def departments(self) -> dict[str, Slug]:
        """Every department it names, by the place where it does."""
        steps = {
            f"approval.{number}.steps.{index}.department": step.department
            for number, rule in enumerate(self.approval)
            for index, step in enumerate(rule.steps)
            if step.department
        }
        routing = {f"routing.{nature.value}": department for nature, department in self.routing.items()}
        called = {
            f"meeting.departments.{nature.value}.{index}": department
            for nature, departments in self.meeting.departments.items()
            for index, department in enumerate(departments)
        }
        return {"intake_department": self.intake_department, **routing, **steps, **called}

    @property
    def version(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the policy's canonical JSON, without what is left at its
        default: a field that a later build adds changes no version.
        """
        stated = self.model_dump(mode="json", exclude_defaults=True)
        canonical = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    @property
    def needs_working_time(self) -> bool:
        """Some clock cannot be told without a calendar that has working hours."""
        return any(clock.needs_working_time for clock in self.clocks)

    def clock(self, name: str) -> ClockRule:
        """The rule of the clock called `name`."""
        return next(rule for rule in self.clocks if rule.name == name)


def misfit(policy: Policy, calendar: Calendar | None) -> str | None:
    """Why a calendar does not serve a policy, as a sentence; None when it does."""
    if policy.calendar is None:
        return None
    if calendar is None:
        return f"policy {policy.name} needs the calendar {policy.calendar}"
    if calendar.name != policy.calendar:
        return f"policy {policy.name} needs the calendar {policy.calendar}, not {calendar.name}"
    if policy.needs_working_time and not calendar.has_working_time:
        return f"calendar {calendar.name} has no working time, which policy {policy.name} counts"
    return None
