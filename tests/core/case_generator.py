"""Cases for clocks, drawn from a seed: odd windows, holidays, days on which local time jumps, events in any order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

Json = dict[str, Any]

HOUR = 3600
DAY = 24 * HOUR
TARGET_STEP_SECONDS = 20
"""So that every percentage below is a whole number of seconds."""

OFFSETS = (0, 8 * HOUR, -3 * HOUR - HOUR // 2)
PERCENTS = (5, 25, 50, 75, 80, 100, 150)
JUMPS = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "America/St_Johns": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "Asia/Shanghai": (),
    "Asia/Kathmandu": (),
    "UTC": (),
}
DEPARTMENTS = ("service", "technical", "Rechtsabteilung", "客服")
OTHER_DAYS = ("2026-01-01", "2026-02-28", "2028-02-29", "2026-06-17", "2026-09-30", "2026-12-31")
DAY_LIMITS: tuple[Json, ...] = (
    {"counts": "business_day", "target": {"days": 1}},
    {"counts": "business_day", "target": {"days": 0}, "end": "close"},
    {"counts": "business_day", "target": {"days": 2}, "end": "close"},
    {"counts": "business_day", "target": {"days": 5}},
    {"counts": "calendar_day", "target": {"days": 0}},
    {"counts": "calendar_day", "target": {"days": 1}},
    {"counts": "calendar_day", "target": {"days": 15}},
    {"counts": "calendar_day", "target": {"months": 1}},
    {"counts": "calendar_day", "target": {"months": 14}},
    {"counts": "calendar_week", "target": {"weeks": 8}},
)


def generated_case(seed: int) -> Json:
    """The case of this seed: one clock in hours, one in days, two hours to two and a half days long."""
    random = Random(seed)  # noqa: S311 - test data, no secret
    zone = random.choice(list(JUMPS))
    first_day = date.fromisoformat(random.choice((*JUMPS[zone] * 3, *OTHER_DAYS)))
    start = int(datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC).timestamp())
    start += random.randrange(-DAY, DAY)
    lasts = random.choice((2, 3, 4, 6, 8, 12, 24, 60)) * HOUR
    events = _events(random, start, lasts)
    now = random.choice((start + random.randrange(lasts // 2, lasts + HOUR), max(at for at, _ in events)))
    clocks = [_hour_clock(random), {"name": "in days", **random.choice(DAY_LIMITS), **_ends(random)}]
    return {
        "timezone": zone,
        "calendar": _calendar(random, first_day),
        "clocks": clocks,
        "events": [{"at": instant_text(at, random.choice(OFFSETS)), **event} for at, event in events],
        "now": instant_text(now, random.choice(OFFSETS)),
    }


def instant_text(second: int, offset: int = 0) -> str:
    """An instant in seconds since 1970 as RFC 3339; the same one may be written with any offset (in seconds)."""
    text = datetime.fromtimestamp(second, timezone(timedelta(seconds=offset))).isoformat()
    return text if offset else text.replace("+00:00", "Z")


def _hour_clock(random: Random) -> Json:
    target = random.choice((0, random.randrange(0, 2 * HOUR), random.randrange(0, 10 * HOUR)))
    target -= target % TARGET_STEP_SECONDS
    hours, rest = divmod(target, HOUR)
    return {
        "name": "in hours",
        "counts": random.choice(("continuous", "business_hour", "business_hour")),
        "target": random.choice((f"PT{hours}H{rest // 60}M{rest % 60}S", f"PT{target}S")),
        "pausable": random.random() < 0.8,
        **_ends(random),
    }


def _ends(random: Random) -> Json:
    return {
        "start": random.choice(("received", "received", ["reopened", "received"], "waiting", "reassigned")),
        "stop": random.choice(("resolved", ["resolved", "withdrawn"], "reassigned", "resumed")),
        "warn": random.sample(PERCENTS, random.randrange(3)),
    }


def _calendar(random: Random, around: date) -> Json:
    hours = {
        weekday: [_window(random) for _ in range(random.randrange(1, 4))]
        for weekday in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        if random.random() < 0.9
    }
    days = [(around + timedelta(days=number)).isoformat() for number in range(-2, 5)]
    return {
        "hours": hours or {"mon": ["09:00-17:00"]},
        "holidays": random.sample(days, random.randrange(3)),
        "workdays": {
            day: [_window(random) for _ in range(random.randrange(3))]
            for day in random.sample(days, random.randrange(2))
        },
    }


def _window(random: Random) -> str:
    start = random.randrange(24 * 60)
    end = random.choice((random.randrange(24 * 60), min(start + random.randrange(1, 300), 24 * 60), 24 * 60))
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def _events(random: Random, start: int, lasts: int) -> list[tuple[int, Json]]:
    """With their instants. Received first, more or less; the rest in any order, some at the very same instant."""
    events: list[tuple[int, Json]] = [(start + random.randrange(HOUR), {"type": "received"})]
    for _ in range(random.randrange(9)):
        at = random.choice((start + random.randrange(lasts), start + random.randrange(lasts), events[-1][0]))
        events.append((at, {"type": _event_type(random)}))
    for _, event in events:
        if event["type"] in ("received", "reassigned", "noted") and random.random() < 0.7:
            event["department"] = random.choice(DEPARTMENTS)
        if event["type"] == "waiting" and random.random() < 0.8:
            event["reason"] = random.choice(("complainant", "third party"))
        if event["type"] == "waived" and random.random() < 0.5:
            event["clock"] = random.choice(("in hours", "in days"))
    return events


def _event_type(random: Random) -> str:
    common = ("waiting", "waiting", "waiting", "resumed", "resumed", "resumed", "reassigned", "reassigned")
    return random.choice((*common, "resolved", "reopened", "withdrawn", "noted", "waived"))
