"""A clock's ledger as lines: what each stretch of time was booked as, against whom, and what had counted by then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, NotRequired, TypedDict

from starter.console.complaint.wording import Wording
from workflows.contract.views import ClockView, SegmentKind, SegmentView

_ZERO = timedelta(0)


class LedgerLine(TypedDict):
    """A stretch, or a moment that it was cut at; `counted` is how much had counted at its end."""

    start: str
    lasts: str
    kind: str
    says: str
    counted: str
    department: NotRequired[str]


class _Moment(NamedTuple):
    """Something that falls into the ledger."""

    at: datetime
    says: str


def ledger(clock: ClockView, wording: Wording, now: datetime) -> list[LedgerLine]:
    """Everything booked until the clock was stopped, or now."""
    return list(_lines(clock, wording, clock.stopped_at or now))


def _lines(clock: ClockView, wording: Wording, until: datetime) -> Iterator[LedgerLine]:
    moments = sorted(_moments(clock, wording, until))
    counted, in_hours = _ZERO, clock.counts.is_in_hours
    for line in clock.ledger:
        end = line.end or until
        inside = sorted({moment.at for moment in moments if line.start < moment.at < end})
        for cut, following in pairwise([line.start, *inside, end]):
            while moments and moments[0].at <= cut:
                yield _told(moments.pop(0), counted, wording, in_hours=in_hours)
            counted += following - cut if line.kind is SegmentKind.COUNTED else _ZERO
            yield _booked(line, cut, following, counted, wording, in_hours=in_hours)
    for moment in moments:
        yield _told(moment, counted, wording, in_hours=in_hours)


def _moments(clock: ClockView, wording: Wording, until: datetime) -> Iterator[_Moment]:
    """What has fallen into it so far."""
    for threshold in clock.thresholds:
        if threshold.at and threshold.at <= until and threshold.at != clock.due_at:
            percent = wording.percent(threshold.percent / 100)
            yield _Moment(threshold.at, wording.say("complaint.ledger.threshold", percent=percent))
    if clock.due_at <= until:
        yield _Moment(clock.due_at, wording.say("complaint.ledger.due"))
    if clock.stopped_at:
        yield _Moment(clock.stopped_at, wording.say("complaint.ledger.stopped"))


def _told(moment: _Moment, counted: timedelta, wording: Wording, *, in_hours: bool) -> LedgerLine:
    return LedgerLine(
        start=wording.moments.short(moment.at),
        lasts="",
        kind="moment",
        says=moment.says,
        counted=wording.length(counted, in_hours=in_hours),
    )


def _booked(
    line: SegmentView, start: datetime, end: datetime, counted: timedelta, wording: Wording, *, in_hours: bool
) -> LedgerLine:
    kind = wording.word("segment", line.kind)
    reason = wording.known("complaint.ledger.waiting_for", line.reason) if line.reason else ""
    return LedgerLine(
        start=wording.moments.short(start),
        lasts=wording.length(end - start, in_hours=in_hours),
        kind=line.kind.value,
        says=wording.say("complaint.ledger.because", kind=kind, reason=reason) if reason else kind,
        counted=wording.length(counted, in_hours=in_hours),
        department=wording.department(line.department),
    )
