"""Why a clock is due when it is: its rule and what has happened to it, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from babel.dates import format_date

from starter.console.complaint.wording import Wording
from starter.console.moments import LOCALES
from workflows.contract.limits import Counts
from workflows.contract.views import ClockView, ComplaintView, SegmentKind

_A_DAY = timedelta(days=1)


def why(clock: ClockView, view: ComplaintView, wording: Wording) -> Iterator[str]:
    """From the rule to the date, then what may still move it."""
    say = wording.say
    limit = wording.target(clock.target, clock.counts)
    yield say(f"complaint.why.limit_{clock.counts.value}", limit=limit)
    if clock.counts.is_in_hours:
        yield from _of_hours(clock, view, wording)
    else:
        yield from _of_days(clock, wording)
    if clock.counts.is_in_hours:
        yield say("complaint.why.pauses" if clock.pausable else "complaint.why.never_pauses")
    if clock.extended:
        yield say("complaint.why.extended", count=clock.extended)
    if clock.provisional and view.confirmed_until:
        yield say("complaint.why.provisional", until=_day(view.confirmed_until, wording))
    if clock.source:
        yield say("complaint.why.source", source=clock.source)


def _of_hours(clock: ClockView, view: ComplaintView, wording: Wording) -> Iterator[str]:
    """The start, and what was not counted until it is or was due."""
    if clock.counts is Counts.BUSINESS_HOUR and view.calendar:
        yield wording.say("complaint.why.calendar", calendar=view.calendar, zone=view.timezone)
    sums = _not_counted(clock)
    parts = [
        wording.say(f"complaint.why.{kind.value}", length=wording.length(length, in_hours=True))
        for kind, length in sums.items()
    ]
    said = {"start": wording.moments.short(clock.started_at), "due": wording.moments.short(clock.due_at)}
    if not parts:
        yield wording.say("complaint.why.sum", limit=wording.target(clock.target, clock.counts), **said)
        return
    added = wording.say("complaint.between").join(parts)
    yield wording.say("complaint.why.sum_with", limit=wording.target(clock.target, clock.counts), added=added, **said)


def _not_counted(clock: ClockView) -> dict[SegmentKind, timedelta]:
    """How long, by kind, of what has been booked before the due time; the last stretch lasts as the due time has it."""
    sums: dict[SegmentKind, timedelta] = {}
    for line in clock.ledger:
        end = min(line.end or line.start, clock.due_at)
        if line.kind is not SegmentKind.COUNTED and end > line.start:
            sums[line.kind] = sums.get(line.kind, timedelta(0)) + (end - line.start)
    return sums


def _of_days(clock: ClockView, wording: Wording) -> Iterator[str]:
    """A limit in days ends with its last day, or when work ends on it."""
    zone = wording.moments.zone
    first, due = clock.started_at.astimezone(zone).date(), clock.due_at.astimezone(zone)
    is_midnight = due.time() == time()
    last = (due - _A_DAY).date() if is_midnight else due.date()
    yield wording.say(
        "complaint.why.days_end" if is_midnight else "complaint.why.days_close",
        first=_day(first, wording),
        limit=wording.target(clock.target, clock.counts),
        last=_day(last, wording),
    )


def _day(day: date, wording: Wording) -> str:
    return str(format_date(day, wording.say("complaint.why.day_pattern"), locale=LOCALES[wording.language]))


def zone_of(view: ComplaintView, desk: str) -> str:
    """In which zone the complaint's time limits are to be read: that of its calendar, or the desk's."""
    return view.timezone or desk
