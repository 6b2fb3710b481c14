"""The written procedure as data: clocks with their ladders, routing, approval and survey. Its hash is its version."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.base import LIST_MAX_ITEMS, Line, Model, Slug, Sparse
from workflows.contract.calendar import Calendar
from workflows.contract.clock_rule import ClockRule
from workflows.contract.limits import Counts
from workflows.contract.vocabulary import Nature, Role, Severity


class ApprovalRule(Sparse):
    """Who must approve a proposal of at least this severity and amount, and how many of them."""

    min_severity: Severity = Severity.LOW
    min_amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] = Decimal(0)
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(Role))]
    approvals: Annotated[int, Field(ge=1)] = 1


class MeetingRule(Model):
    """A cross-department meeting decides when at least this many of the invited departments are present."""

    quorum_percent: Annotated[int, Field(ge=1, le=100)] = 50


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

    @model_validator(mode="after")
    def _every_case_has_a_rule(self) -> Self:
        missing = [nature for nature in Nature if nature not in self.routing]
        if missing:
            raise ValueError(f"routing names no department for nature {missing[0]}")
        last = self.approval[-1]
        if last.min_severity is not Severity.LOW or last.min_amount != 0:
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
