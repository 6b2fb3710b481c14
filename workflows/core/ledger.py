"""A clock is a ledger: every moment from start to stop is booked once, as counted or paused, against a department.

What the booked time amounts to under the clock's measure is told by `reckoning`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Slug
from workflows.contract.limits import Target
from workflows.contract.views import SegmentKind

ZERO = timedelta(0)


class Segment(Model):
    """A stretch of time, `start` included, `end` excluded; the last one of a live clock has no end yet."""

    start: Instant
    end: Instant | None = None
    kind: SegmentKind
    department: Slug
    reason: Line | None = None

    def lasted(self, now: datetime) -> timedelta:
        """How long it lasted, up to `now` while it is open."""
        return max((self.end or now) - self.start, ZERO)


class Clock(Model):
    """One time limit of one complaint. `round` counts how often a clock of this name has been started.

    `passed` is how many of its percentages have been acted on; each is passed once, in order. `reminded` counts, rung
    by rung, what came later than those: rungs some time after the limit, and repetitions.
    """

    name: Slug
    round: int
    target: Target
    segments: tuple[Segment, ...]
    passed: int = 0
    breached_at: Instant | None = None
    stopped_at: Instant | None = None
    expired: bool = False
    waived: bool = False
    extended: int = 0
    reminded: dict[str, int] = Field(default={})

    @property
    def started_at(self) -> datetime:
        """When the first segment began."""
        return self.segments[0].start

    @property
    def is_live(self) -> bool:
        """Started and neither stopped nor expired."""
        return self.stopped_at is None

    @property
    def is_paused(self) -> bool:
        """Live, but its present segment does not count."""
        return self.is_live and self.segments[-1].kind is SegmentKind.PAUSED

    def booked(self, kind: SegmentKind, now: datetime) -> timedelta:
        """The sum of all segments of a kind, up to `now`."""
        return sum((segment.lasted(now) for segment in self.segments if segment.kind is kind), ZERO)

    def pause(self, at: datetime, reason: str) -> Clock:
        """Book what follows as paused."""
        return self if self.is_paused or not self.is_live else self._next(at, SegmentKind.PAUSED, reason)

    def resume(self, at: datetime) -> Clock:
        """Book what follows as counted again."""
        return self._next(at, SegmentKind.COUNTED, None) if self.is_paused else self

    def hand_over(self, at: datetime, department: str) -> Clock:
        """Book what follows against another department; nothing else changes."""
        present = self.segments[-1]
        if not self.is_live or present.department == department:
            return self
        return self._next(at, present.kind, present.reason, department)

    def stop(self, at: datetime) -> Clock:
        """End the ledger."""
        if not self.is_live:
            return self
        return self.model_copy(update={"segments": (*self.segments[:-1], self._closed(at)), "stopped_at": at})

    def waive(self, at: datetime) -> Clock:
        """End the ledger because nobody owes it any more."""
        return self.stop(at).model_copy(update={"waived": True}) if self.is_live else self

    def revive(self, at: datetime, department: str) -> Clock:
        """Go on after a stop: the time in between is booked as paused, time used before stays used."""
        if self.stopped_at is None:
            return self
        gap = Segment(
            start=self.stopped_at,
            end=at,
            kind=SegmentKind.PAUSED,
            department=self.segments[-1].department,
            reason="stopped",
        )
        present = Segment(start=at, kind=SegmentKind.COUNTED, department=department)
        return self.model_copy(update={"segments": (*self.segments, gap, present), "stopped_at": None, "waived": False})

    def _next(self, at: datetime, kind: SegmentKind, reason: str | None, department: str | None = None) -> Clock:
        present = Segment(start=at, kind=kind, department=department or self.segments[-1].department, reason=reason)
        return self.model_copy(update={"segments": (*self.segments[:-1], self._closed(at), present)})

    def _closed(self, at: datetime) -> Segment:
        last = self.segments[-1]
        return last.model_copy(update={"end": max(at, last.start)})


def started(name: str, number: int, target: Target, at: datetime, department: str) -> Clock:
    """A clock that begins to count at `at`."""
    first = Segment(start=at, kind=SegmentKind.COUNTED, department=department)
    return Clock(name=name, round=number, target=target, segments=(first,))
