"""One time limit as a policy writes it: what starts and stops it, how long it is, who is told and what happens."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.base import LIST_MAX_ITEMS, Line, Slug, Sparse
from workflows.contract.limits import Counts, Hours, LimitEnd, Target, unsuitable
from workflows.contract.vocabulary import EventType, Level, Role, Severity

REPETITIONS_MAX = 100
RUNGS_MAX = 20
EXTENSIONS_MAX = 5


class ClockKind(StrEnum):
    """Who a limit binds: us, or the complainant; an opportunity binds nobody and simply ends."""

    OBLIGATION = "obligation"
    OPPORTUNITY = "opportunity"
    CUSTOMER_RIGHT = "customer_right"


class OnExpiry(StrEnum):
    """What a clock that runs out does. `breach` is for obligations; the others end a right or a wait quietly."""

    BREACH = "breach"
    END = "end"
    RESUME = "resume"
    LAPSE_MEETING = "lapse_meeting"
    CLOSE = "close"
    ARCHIVE = "archive"


class OnReopen(StrEnum):
    """What reopening does to a stopped clock."""

    CONTINUE = "continue"
    RESTART = "restart"
    FIRST_ONLY = "first_only"


EventTypes = Annotated[tuple[EventType, ...], Field(max_length=len(EventType))]


class Rung(Sparse):
    """Who is told, and when: at a percentage of the target, or some time `after` the limit.

    With `every` it repeats until a person acts on the case, `at_most` so many times. Both durations count as the clock
    does, in hours; `counts` says otherwise.
    """

    tell: Level
    percent: Annotated[int, Field(gt=0, le=1000)] | None = None
    after: Hours | None = None
    every: Annotated[Hours, Field(ge=timedelta(seconds=1))] | None = None
    at_most: Annotated[int, Field(ge=1, le=REPETITIONS_MAX)] = 10
    counts: Counts | None = None

    @property
    def key(self) -> str:
        """What tells it from the other rungs of a ladder."""
        return f"{self.percent} %" if self.after is None else f"{self.after} after"

    @model_validator(mode="after")
    def _is_one_moment(self) -> Self:
        if (self.percent is None) == (self.after is None):
            raise ValueError("a rung stands at a percent of the target or some time after the limit: give one of them")
        if self.counts is not None and not self.counts.is_in_hours:
            raise ValueError("the time between reminders counts continuous or business_hour")
        return self


class Extension(Sparse):
    """One lengthening of a limit: to this total, counted from the same start, by people with one of the roles."""

    to: dict[Severity, Target]
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(Role))]
    requires: Line = Field(description="The circumstances in which the rule or law allows it.")


class ClockRule(Sparse):
    """One time limit. `waives` names clocks that nobody owes any more once this one is met.

    A clock without start and stop events runs exactly while a step of an approval is open that names it.
    """

    name: Slug
    start: EventTypes
    stop: EventTypes
    target: dict[Severity, Target]
    counts: Counts = Counts.CONTINUOUS
    end: LimitEnd = LimitEnd.MIDNIGHT
    kind: ClockKind = ClockKind.OBLIGATION
    pausable: bool = False
    per_department: bool = Field(default=False, description="It starts anew with each department that holds the case.")
    on_expiry: OnExpiry = OnExpiry.BREACH
    on_reopen: OnReopen = OnReopen.FIRST_ONLY
    ladder: Annotated[tuple[Rung, ...], Field(max_length=RUNGS_MAX)] = ()
    remind_complainant: tuple[Annotated[int, Field(gt=0, lt=100)], ...] = Field(
        default=(), max_length=RUNGS_MAX, description="Percentages at which the complainant is asked again."
    )
    extensions: tuple[Extension, ...] = Field(
        default=(), max_length=EXTENSIONS_MAX, description="Each may be used once, in this order."
    )
    waives: Annotated[tuple[Slug, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    source: Line | None = Field(default=None, description="The law, code or decision it comes from.")
    confirmed: bool = Field(default=True, description="The source was read in its primary text.")

    @model_validator(mode="after")
    def _complete_and_consistent(self) -> Self:
        totals = [self.target, *(extension.to for extension in self.extensions)]
        for total in totals:
            missing = [severity for severity in Severity if severity not in total]
            if missing:
                raise ValueError(f"clock {self.name} has no target for severity {missing[0]}")
        for target in (target for total in totals for target in total.values()):
            if fault := unsuitable(self.counts, target, self.end, pausable=self.pausable):
                raise ValueError(f"clock {self.name} {fault}")
        percents = [rung.percent for rung in self.ladder if rung.percent is not None]
        if percents != sorted(set(percents)):
            raise ValueError(f"the ladder of clock {self.name} must rise")
        late = [rung.after for rung in self.ladder if rung.after is not None]
        if late != sorted(set(late)):
            raise ValueError(f"the rungs of clock {self.name} after its limit must rise")
        if self.kind is not ClockKind.OBLIGATION and self.on_expiry is OnExpiry.BREACH:
            raise ValueError(f"clock {self.name} is no obligation, so it cannot be breached; set on_expiry: end")
        return self

    def total(self, severity: Severity, extended: int = 0) -> Target:
        """How long it is for a severity after so many extensions."""
        used = self.extensions[:extended]
        return used[-1].to[severity] if used else self.target[severity]

    @property
    def percents(self) -> tuple[int, ...]:
        """The percentages at which it asks for something, rising: its rungs, its reminders and the whole."""
        rungs = {rung.percent for rung in self.ladder if rung.percent is not None}
        return tuple(sorted(rungs | set(self.remind_complainant) | {100}))

    @property
    def is_of_a_step(self) -> bool:
        """It runs while a step of an approval is open."""
        return not self.start and not self.stop

    @property
    def unfit_for_a_step(self) -> str | None:
        """Why it cannot run just while a step is open, as the end of a sentence."""
        if not self.is_of_a_step:
            return "must have neither start nor stop events: write `start: []` and `stop: []`"
        if not self.is_obligation:
            return "must be breached when it runs out: leave kind and on_expiry out"
        if self.on_reopen is not OnReopen.FIRST_ONLY or self.per_department or self.waives:
            return "has no on_reopen, per_department or waives of its own"
        return None

    @property
    def is_obligation(self) -> bool:
        """Missing it is a breach."""
        return self.on_expiry is OnExpiry.BREACH

    @property
    def needs_working_time(self) -> bool:
        """It cannot be told without a calendar that has working hours."""
        return self.counts.needs_working_time or any(rung.counts is Counts.BUSINESS_HOUR for rung in self.ladder)
