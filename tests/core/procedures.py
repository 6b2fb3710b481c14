"""Written procedures without end: any mixture of measures, ladders, pauses and endings, and the offices they know."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from tests.core import builders as b
from workflows.contract.calendar import Calendar, Weekday
from workflows.contract.clock_rule import ClockRule, OnExpiry, OnReopen, Rung
from workflows.contract.limits import Counts, Days, LimitEnd, Target, Weeks
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Level, Severity


def _office(**changes: Any) -> Calendar:
    return Calendar.model_validate(b.CALENDAR.model_dump() | changes)


CALENDARS = (
    b.CALENDAR,
    _office(holidays={date(2026, 3, 3) + timedelta(days=each): "Free" for each in (0, 1, 9, 31)}, workdays={}),
    _office(hours=dict.fromkeys(Weekday, ("00:00-24:00",))),
    _office(hours=dict.fromkeys(Weekday, ("08:00-10:30", "22:00-02:00"))),
)
"""The same office in four editions of its calendar: as the builders know it, with other holidays, never closed, and
with a shift across midnight.
"""

OBLIGATIONS = (
    ("first_reply", "filed", "accepted proposed waiting", 24),
    ("solution", "filed", "proposed", 24),
    ("statutory", "filed", "closed", 240),
    ("resolution", "filed", "executed", 120),
    ("approval", "proposed", "approved refused", 8),
    ("handover", "assigned reassigned", "accepted proposed", 4),
    ("next_update", "filed informed", "informed", 48),
    ("routing", "filed", "assigned", 2),
    ("own_time", "filed", "executed", 24),
    ("answering", "waiting", "resumed", 12),
)
"""Name, start, stop and hours of what binds us: among them one that each update starts again, one that a single step
both starts and stops, and one for each department.
"""

RIGHTS = (
    ("meeting", "meeting_called", "meeting_decided", 24, (OnExpiry.LAPSE_MEETING,)),
    ("waiting", "waiting", "resumed", 168, (OnExpiry.RESUME, OnExpiry.CLOSE, OnExpiry.END)),
    ("confirmation", "executed", "survey_answered reopened", 168, (OnExpiry.CLOSE, OnExpiry.END)),
    ("reopening", "closed", "reopened", 720, (OnExpiry.ARCHIVE,)),
)
"""And what the complainant or nobody is bound by, with the ends it may have."""

MEASURES = (Counts.CONTINUOUS,) * 4 + (Counts.BUSINESS_HOUR,) * 3 + tuple(Counts)[2:]

SIGNING = "signing"
_LINE: dict[str, Any] = {"step": "line", "roles": ("lead", "head")}
_LEGAL: dict[str, Any] = {"step": "legal", "roles": ("head", "lead"), "department": "legal"}
_TWO_OF_LINE = _LINE | {"approvals": 2, "clock": SIGNING}
MATRICES: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"steps": (_LINE | {"clock": SIGNING}, _LEGAL | {"clock": SIGNING})},),
    ({"natures": ("service", "price"), "steps": (_TWO_OF_LINE, _LEGAL), "order": "parallel"}, {"roles": ("lead",)}),
    (
        {"min_amount": 1000, "steps": (_LINE, _LEGAL, {"step": "board", "roles": ("executive",), "clock": SIGNING})},
        {"steps": (_TWO_OF_LINE,)},
    ),
)
"""Whom proposals need the consent of, in steps; other policies have the builders' rules."""

LADDERS = (
    (),
    b.LADDER,
    (Rung(percent=75, tell=Level.OWNER, every=timedelta(hours=3), at_most=2), Rung(percent=110, tell=Level.HEAD)),
    (
        Rung(percent=100, tell=Level.LEAD),
        Rung(after=timedelta(hours=2), tell=Level.HEAD, every=timedelta(hours=4), at_most=3),
        Rung(after=timedelta(hours=30), tell=Level.EXECUTIVE),
    ),
    (
        Rung(percent=100, tell=Level.LEAD, every=timedelta(hours=8), at_most=2, counts=Counts.CONTINUOUS),
        Rung(after=timedelta(0), tell=Level.HEAD),
    ),
)
IN_WORKING_TIME = (
    Rung(percent=50, tell=Level.OWNER, every=timedelta(hours=2), at_most=2, counts=Counts.BUSINESS_HOUR),
    Rung(after=timedelta(hours=1), tell=Level.LEAD, every=timedelta(hours=4), counts=Counts.BUSINESS_HOUR),
)


@lru_cache(maxsize=4096)
def procedure(seed: int) -> Policy:
    """The policy of this number. Every fifth does without a calendar."""
    dice = random.Random(seed)  # noqa: S311 - to vary tests, the same in every run
    with_calendar = seed % 5 != 0
    chosen = [each for each in OBLIGATIONS if dice.random() < 0.8]
    rules = [_obligation(dice, *each, with_calendar=with_calendar) for each in chosen]
    rules += [_right(dice, *words, hours=hours, endings=endings) for *words, hours, endings in RIGHTS]
    changes: dict[str, Any] = {"calendar": b.CALENDAR.name if with_calendar else None}
    if dice.random() < 0.6:
        changes["approval"] = dice.choice(MATRICES)
        rules.append(_of_a_step(dice, with_calendar=with_calendar))
    return b.policy(*_waiving(dice, rules), title=f"Edition {seed}", **changes)


def _obligation(dice: random.Random, name: str, start: str, stop: str, hours: int, *, with_calendar: bool) -> ClockRule:
    counts = dice.choice(MEASURES) if with_calendar else Counts.CONTINUOUS
    by_close = counts is Counts.BUSINESS_DAY and dice.random() < 0.5
    ladders = (*LADDERS, IN_WORKING_TIME) if with_calendar else LADDERS
    longer = dict.fromkeys(Severity, _target(counts, 3 * hours))
    return b.clock(
        name,
        start,
        stop,
        0,
        counts=counts,
        target=_targets(dice, counts, hours),
        end=LimitEnd.CLOSE if by_close else LimitEnd.MIDNIGHT,
        pausable=counts.is_in_hours and dice.random() < 0.5,
        per_department=name == "own_time",
        on_reopen=dice.choice(tuple(OnReopen)),
        ladder=dice.choice(ladders),
        remind_complainant=dice.choice(((), (), (30, 60))),
        extensions=dice.choice(((), (b.LONGER.model_copy(update={"to": longer}),))),
    )


def _of_a_step(dice: random.Random, *, with_calendar: bool) -> ClockRule:
    counts = dice.choice(MEASURES) if with_calendar else Counts.CONTINUOUS
    ladder = dice.choice(LADDERS)
    return b.clock(SIGNING, "", "", 0, counts=counts, target=_targets(dice, counts, 6), ladder=ladder)


def _right(dice: random.Random, *words: str, hours: int, endings: tuple[OnExpiry, ...]) -> ClockRule:
    name, start, stop = words
    return b.clock(
        name,
        start,
        stop,
        hours * dice.choice((0.5, 1)),
        on_expiry=dice.choice(endings),
        on_reopen=dice.choice(tuple(OnReopen)),
        ladder=dice.choice(LADDERS[:2]),
        remind_complainant=(25, 50) if name == "waiting" else (),
    )


def _targets(dice: random.Random, counts: Counts, hours: int) -> dict[Severity, Target]:
    hours *= dice.choice((1, 1, 2))
    return dict.fromkeys(Severity, _target(counts, hours)) | {Severity.CRITICAL: _target(counts, hours // 2)}


def _target(counts: Counts, hours: int) -> Target:
    """About as long in another unit; by working time it takes three times as long."""
    if counts.is_in_hours:
        return timedelta(hours=hours)
    return Weeks(weeks=1 + hours // 168) if counts is Counts.CALENDAR_WEEK else Days(days=1 + hours // 24)


def _waiving(dice: random.Random, rules: list[ClockRule]) -> list[ClockRule]:
    """A solution in time saves the first reply, in some of them."""
    names = {rule.name for rule in rules}
    waives = (
        {"waives": ("first_reply", "own_time")} if dice.random() < 0.5 and {"first_reply", "own_time"} <= names else {}
    )
    return [rule.model_copy(update=waives) if rule.name == "solution" else rule for rule in rules]
