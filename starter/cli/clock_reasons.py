"""Why a limit is due when it is, in words: the rule, and how the date follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from starter.cli.clock_words import Line, amount, kind_in_words
from workflows.contract.explain_case import CaseClock
from workflows.contract.explanation import ClockAnswer
from workflows.contract.limits import Counts, Days, LimitEnd, Months, Weeks
from workflows.contract.views import SegmentKind
from workflows.core.reckoning import Reckoning
from workflows.core.timetable import Timetable

_ZERO = timedelta(0)
_DAY = timedelta(days=1)
_UNIT = {Counts.BUSINESS_DAY: "business day", Counts.CALENDAR_DAY: "calendar day", Counts.CALENDAR_WEEK: "week"}
_NAMED_MAX = 10


def reasons(rule: CaseClock, answer: ClockAnswer, ahead: Sequence[Line], timetable: Timetable) -> dict[str, str]:
    """Facts by name. `ahead` is how the time from the end of the ledger until the due time will be booked."""
    facts: dict[str, str] = {}
    if answer.due_at and answer.started_at:
        facts["because"] = (
            _sum([*answer.ledger, *ahead], answer.due_at, rule.counts)
            if isinstance(rule.target, timedelta)
            else _last_day(rule, rule.target, answer.started_at, timetable)
        )
    if answer.provisional:
        confirmed_until = timetable.calendar.confirmed_until
        facts["provisional"] = f"holidays are confirmed until {confirmed_until}; the date may still move"
    return {**facts, "limit": _limit(rule), "from": " or ".join(rule.start), "to": " or ".join(rule.stop)}


def _limit(rule: CaseClock) -> str:
    if isinstance(rule.target, timedelta):
        counted = "of working hours" if rule.counts is Counts.BUSINESS_HOUR else "by day and night"
        rests = "it rests while the case waits" if rule.pausable else "it never rests"
        return f"{amount(rule.target, rule.counts)} {counted}; {rests}"
    end = "at the close of work on the last" if rule.end is LimitEnd.CLOSE else "at the midnight that ends the last"
    return f"{_days(rule.counts, rule.target)} after the date of the start, {end}; it never rests"


def _days(counts: Counts, target: Days | Weeks | Months) -> str:
    match target:
        case Months():
            number, unit = target.months, "month"
        case Weeks():
            number, unit = target.weeks, _UNIT[counts]
        case Days():
            number, unit = target.days, _UNIT[counts]
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _sum(lines: Sequence[Line], due_at: datetime, counts: Counts) -> str:
    """Such as `start + 10h counted + 24h paused + 14h outside hours`."""
    sums: dict[SegmentKind, timedelta] = {}
    for line in lines:
        end = min(line.end or due_at, due_at)
        if end > line.start:
            sums[line.kind] = sums.get(line.kind, _ZERO) + (end - line.start)
    parts = [f"{amount(sums[kind], counts)} {kind_in_words(kind)}" for kind in SegmentKind if kind in sums]
    return " + ".join(["start", *parts])


def _last_day(rule: CaseClock, target: Days | Weeks | Months, started_at: datetime, timetable: Timetable) -> str:
    """Which date is the last, and for business days which dates in between are none."""
    first = timetable.local_date(started_at)
    last = Reckoning(rule.counts, rule.end, timetable).last_day(started_at, target)
    ends = "closes" if rule.end is LimitEnd.CLOSE else "ends"
    says = f"{first:%a %Y-%m-%d} is not counted; {_days(rule.counts, target)} later {last:%a %Y-%m-%d} {ends}"
    if rule.counts is not Counts.BUSINESS_DAY:
        return says
    between = [first + _DAY * number for number in range(1, (last - first).days)]
    free = [day for day in between if not timetable.is_business_day(day)]
    return f"{says}; {len(free)} dates between are no business days{_holidays(free, timetable)}" if free else says


def _holidays(free: Sequence[date], timetable: Timetable) -> str:
    names = [f"{day} {timetable.calendar.holidays[day]}" for day in free if day in timetable.calendar.holidays]
    if not names:
        return ""
    more = f" and {len(names) - _NAMED_MAX} more" if len(names) > _NAMED_MAX else ""
    return f" (holidays: {', '.join(names[:_NAMED_MAX])}{more})"
