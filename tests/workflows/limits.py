"""A policy of a few short limits for tests, in files as an operator writes them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from infra.policies import load_policy
from workflows.contract.clock_rule import ClockRule, OnExpiry, Rung
from workflows.contract.limits import Counts
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Level, Severity

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

LADDER = tuple(
    Rung(percent=percent, tell=level)
    for percent, level in (
        (50, Level.OWNER),
        (75, Level.OWNER),
        (100, Level.LEAD),
        (110, Level.HEAD),
        (150, Level.EXECUTIVE),
    )
)


def clock(name: str, start: str, stop: str, length: timedelta, **more: Any) -> ClockRule:
    """A clock rule; `start` and `stop` are event names separated by blanks, a critical complaint has half the time."""
    target = dict.fromkeys(Severity, length) | {Severity.CRITICAL: length / 2}
    fields = {"name": name, "start": start.split(), "stop": stop.split(), "target": target}
    return ClockRule.model_validate(fields | more)


RESPONSE = clock("response", "filed", "accepted proposed", HOUR, ladder=LADDER)
RESOLUTION = clock("resolution", "filed", "executed", 10 * HOUR, pausable=True, ladder=LADDER)
OFFICE_HOURS = clock("office_hours", "filed", "executed", 10 * HOUR, pausable=True, counts=Counts.BUSINESS_HOUR)
WAITING = clock("waiting", "waiting", "resumed", 400 * DAY, on_expiry=OnExpiry.RESUME, remind_complainant=(50,))
REOPENING = clock("reopening", "closed", "reopened", 30 * DAY, on_expiry=OnExpiry.ARCHIVE)
TEN_HOURS = (RESPONSE, RESOLUTION, OFFICE_HOURS, WAITING, REOPENING)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def policy(*clocks: ClockRule, title: str = "Ten hours") -> Policy:
    """The shipped policy with other clocks, which count by the calendar `office`."""
    shipped = load_policy("default").model_dump()
    return Policy.model_validate(shipped | {"name": "limits", "title": title, "clocks": clocks, "calendar": "office"})


def write_policy(folder: Path, *clocks: ClockRule) -> str:
    """The path of such a policy, with its calendar beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "limits.yaml"
    path.write_text(json.dumps(policy(*clocks).model_dump(exclude_defaults=True), default=_as_text))
    write_calendar(folder)
    return str(path)


def write_calendar(folder: Path, *holidays: date) -> None:
    """Its calendar: Monday to Friday with a lunch break, and these holidays."""
    calendar = {
        "name": "office",
        "timezone": "Asia/Shanghai",
        "hours": {day: ["09:00-12:00", "13:30-18:00"] for day in WEEKDAYS},
        "holidays": {day.isoformat(): "Closed" for day in holidays},
    }
    (folder / "office.yaml").write_text(json.dumps(calendar))


def _as_text(value: Any) -> str:
    return f"PT{value // SECOND}S" if isinstance(value, timedelta) else str(value)
