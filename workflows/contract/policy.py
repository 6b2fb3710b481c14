"""The written procedure as data: clocks with their ladders, routing, approval and survey. Its hash is its version."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.base import Line, Model, Slug
from workflows.contract.events import EVENT_TYPES
from workflows.contract.vocabulary import Level, Nature, Role, Severity

LONGEST_TARGET = timedelta(days=36_500)
"""A hundred years: longer than any duty to keep a file, and still a date."""


class OnExpiry(StrEnum):
    """What a clock that runs out does. `breach` is for obligations; the others end a right or a wait quietly."""

    BREACH = "breach"
    RESUME = "resume"
    LAPSE_MEETING = "lapse_meeting"
    CLOSE = "close"
    ARCHIVE = "archive"


class OnReopen(StrEnum):
    """What reopening does to a stopped clock."""

    CONTINUE = "continue"
    RESTART = "restart"
    FIRST_ONLY = "first_only"


class Rung(Model):
    """Who is told when so much of a clock is used."""

    percent: Annotated[int, Field(gt=0, le=1000)]
    tell: Level


class ClockRule(Model):
    """One time limit: which events start and stop it, how long it is, who is told on the way."""

    name: Slug
    start: tuple[Slug, ...]
    stop: tuple[Slug, ...]
    target: dict[Severity, Annotated[timedelta, Field(le=LONGEST_TARGET)]]
    pausable: bool = False
    on_expiry: OnExpiry = OnExpiry.BREACH
    on_reopen: OnReopen = OnReopen.FIRST_ONLY
    ladder: tuple[Rung, ...] = ()

    @model_validator(mode="after")
    def _complete_and_in_order(self) -> Self:
        missing = [severity for severity in Severity if severity not in self.target]
        if missing:
            raise ValueError(f"clock {self.name} has no target for severity {missing[0]}")
        if any(target < timedelta(0) for target in self.target.values()):
            raise ValueError(f"clock {self.name} has a negative target")
        unknown = [event for event in self.start + self.stop if event not in EVENT_TYPES]
        if unknown:
            raise ValueError(f"clock {self.name} names an unknown event {unknown[0]}; known: {', '.join(EVENT_TYPES)}")
        percents = [rung.percent for rung in self.ladder]
        if percents != sorted(set(percents)):
            raise ValueError(f"the ladder of clock {self.name} must rise")
        return self


class ApprovalRule(Model):
    """Who must approve a proposal of at least this severity and amount, and how many of them."""

    min_severity: Severity = Severity.LOW
    min_amount: Decimal = Decimal(0)
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    approvals: Annotated[int, Field(ge=1)] = 1


class MeetingRule(Model):
    """A cross-department meeting decides when at least this many of the invited departments are present."""

    quorum_percent: Annotated[int, Field(ge=1, le=100)] = 50


class Policy(Model):
    """A standard operating procedure. Loaded from YAML, pinned to each complaint it opened."""

    name: Slug
    title: Line
    clocks: tuple[ClockRule, ...]
    intake_department: Slug
    routing: dict[Nature, Slug]
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    approval: Annotated[tuple[ApprovalRule, ...], Field(min_length=1)]
    meeting: MeetingRule = MeetingRule()

    @model_validator(mode="after")
    def _every_case_has_a_rule(self) -> Self:
        missing = [nature for nature in Nature if nature not in self.routing]
        if missing:
            raise ValueError(f"routing names no department for nature {missing[0]}")
        last = self.approval[-1]
        if last.min_severity is not Severity.LOW or last.min_amount != 0:
            raise ValueError("the last approval rule must apply to every proposal")
        if len({clock.name for clock in self.clocks}) != len(self.clocks):
            raise ValueError("two clocks have the same name")
        return self

    @property
    def version(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the policy's canonical JSON."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def clock(self, name: str) -> ClockRule:
        """The rule of the clock called `name`."""
        return next(rule for rule in self.clocks if rule.name == name)
