"""An independent simulation of clocks: one byte of tape for every second, and nothing of ours is asked.

It reads a described case as plain JSON and knows local time from `zoneinfo` alone. Slow and simple on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNTED, PAUSED, OUTSIDE, HOLIDAY = b"cpoh"
KIND = {COUNTED: "counted", PAUSED: "paused", OUTSIDE: "outside_hours", HOLIDAY: "holiday"}


class Simulation:
    """Local time and working hours of one case, minute by minute: windows and changes of offset fall on minutes."""

    def __init__(self, case: Json) -> None:
        self.zone = ZoneInfo(case["timezone"])
        self.calendar: Json = case.get("calendar", {})
        self.minute = cache(self._minute)
        self.windows = cache(self._windows)

    def tape(self, start: int, end: int) -> bytearray:
        """What each second from `start` to before `end` would be if the case never waited."""
        tape = bytearray()
        while start < end:
            seconds = min(end, start - start % MINUTE + MINUTE) - start
            tape += bytes([self.minute(start // MINUTE)]) * seconds
            start += seconds
        return tape

    def local(self, second: int) -> datetime:
        """The wall clock."""
        return datetime.fromtimestamp(second, self.zone)

    def midnight(self, day: date) -> int:
        """The first minute of a local date."""
        return next(second for second in self._minutes_around(day) if self.local(second).date() >= day)

    def close(self, day: date) -> int:
        """The end of the last minute in the last window of a local date."""
        start, end = max(self.windows(day), key=lambda window: window[1])
        inside = [second for second in self._minutes_around(day) if start <= self._minute_of(second, day) < end]
        return inside[-1] + MINUTE

    def _minutes_around(self, day: date) -> range:
        middle = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
        return range(middle - 27 * HOUR, middle + 2 * DAY, MINUTE)

    def _minute_of(self, second: int, day: date) -> int:
        local = self.local(second)
        return (local.date() - day).days * 24 * 60 + local.hour * 60 + local.minute

    def _windows(self, day: date) -> list[tuple[int, int]]:
        text = day.isoformat()
        if text in self.calendar.get("workdays", {}):
            written = self.calendar["workdays"][text]
        elif text in self.calendar.get("holidays", ()):
            written = []
        else:
            written = self.calendar.get("hours", {}).get(WEEKDAYS[day.weekday()], [])
        windows = []
        for window in written:
            start, end = (60 * int(clock[:2]) + int(clock[3:]) for clock in window.split("-"))
            windows.append((start, end if end > start else end + 24 * 60))
        return windows

    def _minute(self, number: int) -> int:
        local = self.local(number * MINUTE)
        day, minute = local.date(), local.hour * 60 + local.minute
        yesterday = day - timedelta(days=1)
        if any(start <= minute < end for start, end in self.windows(day)):
            return COUNTED
        if any(start <= minute + 24 * 60 < end for start, end in self.windows(yesterday)):
            return COUNTED
        text = day.isoformat()
        free = text in self.calendar.get("holidays", ()) and text not in self.calendar.get("workdays", {})
        return HOLIDAY if free else OUTSIDE


def simulate(case: Json) -> list[Json]:
    """The answers for all clocks; instants as seconds since 1970, durations as seconds."""
    simulation, now = Simulation(case), seconds(case["now"])
    events = sorted(
        (event for event in case["events"] if seconds(event["at"]) <= now), key=lambda it: seconds(it["at"])
    )
    return [_clock(simulation, clock, events, now) for clock in case["clocks"]]


def seconds(instant: str) -> int:
    """Since 1970."""
    return int(datetime.fromisoformat(instant).timestamp())


class Course:
    """What events make of a clock: when it starts and stops, and for each second whether it rests and who has it."""

    def __init__(self, clock: Json, events: list[Json], now: int) -> None:
        self.started: int | None = None
        self.stopped: int | None = None
        self.waived = False
        self.rests = False
        self.resting = bytearray()
        self.held = bytearray()
        self.holders: list[tuple[str | None, str | None]] = []
        starts, stops = ([names] if isinstance(names, str) else names for names in (clock["start"], clock["stop"]))
        waits, reason, department = False, None, None
        instants = [seconds(event["at"]) for event in events]
        for event, at, following in zip(events, instants, [*instants[1:], now], strict=True):
            department = event.get("department") or department
            if event["type"] == "waiting" and not waits:
                waits, reason = True, event.get("reason")
            elif event["type"] == "resumed":
                waits = False
            ended = self._ends(event, clock["name"], stops)
            if self.started is None and event["type"] in starts:
                self.started = at
            elif ended:
                self.stopped, self.waived = at if self.started is not None else None, ended == "waived"
                self.rests = False
                return
            if self.started is not None:
                self.rests = waits and clock.get("pausable", False)
                self._book(following - at, reason if self.rests else None, department)

    def _ends(self, event: Json, name: str, stops: list[str]) -> str | None:
        if self.started is not None and event["type"] in stops:
            return "stopped"
        return "waived" if event["type"] == "waived" and event.get("clock") in (None, name) else None

    def _book(self, lasts: int, reason: str | None, department: str | None) -> None:
        if (reason, department) not in self.holders:
            self.holders.append((reason, department))
        self.resting += bytes([self.rests]) * lasts
        self.held += bytes([self.holders.index((reason, department))]) * lasts


def _clock(simulation: Simulation, clock: Json, events: list[Json], now: int) -> Json:
    course = Course(clock, events, now)
    if course.started is None:
        return _not_started(clock, waived=course.waived)
    end = now if course.stopped is None else course.stopped
    in_hours = isinstance(clock["target"], str)
    answer = (_in_hours if in_hours else _in_days)(simulation, clock, course, course.started, end)
    due, tape = answer["due_at"], answer.pop("tape")
    late = due < end if course.stopped is not None or course.rests else due <= end
    running = "breached" if late else "paused" if course.rests else "running"
    stopped = "met_late" if late else "met"
    return answer | {
        "state": "waived" if course.waived else running if course.stopped is None else stopped,
        "started_at": course.started,
        "stopped_at": course.stopped,
        "breached_at": due if late else None,
        "used": tape.count(COUNTED),
        "paused": tape.count(PAUSED),
        "by_department": _by_department(tape, course),
        "ledger": _ledger(tape, course, course.started),
    }


def _not_started(clock: Json, *, waived: bool) -> Json:
    return {
        "state": "waived" if waived else "pending",
        **dict.fromkeys(("started_at", "stopped_at", "due_at", "breached_at")),
        "used": 0,
        "paused": 0,
        "remaining": duration(clock["target"]) if isinstance(clock["target"], str) else None,
        "percent": 0,
        "thresholds": [None for _ in clock.get("warn", ())],
        "by_department": {},
        "ledger": [],
    }


def _in_hours(simulation: Simulation, clock: Json, course: Course, start: int, end: int) -> Json:
    always = clock["counts"] == "continuous"

    def unpaused(since: int, until: int) -> bytearray:
        return bytearray([COUNTED]) * (until - since) if always else simulation.tape(since, until)

    tape = unpaused(start, end)
    for rest in re.finditer(b"\1+", bytes(course.resting)):
        tape[rest.start() : rest.end()] = bytes([PAUSED]) * len(rest.group())
    whole = tape[:]  # and what follows, if it went on from the end

    def reached(amount: float) -> int:
        while whole.count(COUNTED) < amount:
            whole.extend(unpaused(start + len(whole), start + len(whole) + 2 * HOUR))
        passed, at = 0, 0
        while (more := whole.count(COUNTED, at, at + HOUR)) + passed < amount:
            passed, at = passed + more, at + HOUR
        while passed < amount:
            passed += whole[at] == COUNTED
            at += 1
        while at < len(tape) and tape[at] == PAUSED:
            at += 1
        return start + at

    target, used = duration(clock["target"]), tape.count(COUNTED)
    return {
        "tape": tape,
        "due_at": reached(target),
        "remaining": max(target - used, 0),
        "percent": round(used / target * 100, 2) if target else 100,
        "thresholds": [reached(target * percent / 100) for percent in clock.get("warn", ())],
    }


def _in_days(simulation: Simulation, clock: Json, course: Course, start: int, end: int) -> Json:
    due = _end_of_days(simulation, clock, start)
    return {
        "tape": bytearray([COUNTED]) * len(course.held),
        "due_at": due,
        "remaining": max(due - end, 0),
        "percent": round((end - start) / (due - start) * 100, 2) if due > start else 100,
        "thresholds": [start + (due - start) * percent / 100 for percent in clock.get("warn", ())],
    }


def _end_of_days(simulation: Simulation, clock: Json, start: int) -> int:
    day = simulation.local(start).date()
    (unit, number), closes = next(iter(clock["target"].items())), clock.get("end") == "close"
    if unit == "months":
        day = _months_later(day, number)
    elif clock["counts"] == "business_day":
        while number or (closes and not simulation.windows(day)):
            day += timedelta(days=1)
            number = max(number - bool(simulation.windows(day)), 0)
    else:
        day += timedelta(days=number * {"days": 1, "weeks": 7}[unit])
    return max(simulation.close(day), start) if closes else simulation.midnight(day + timedelta(days=1))


def _months_later(day: date, number: int) -> date:
    years, month = divmod(day.month - 1 + number, 12)
    for last in range(day.day, 27, -1):
        with suppress(ValueError):
            return date(day.year + years, month + 1, last)
    return date(day.year + years, month + 1, day.day)


def duration(text: str) -> int:
    """The seconds of a duration such as P1DT2H30M."""
    sizes = {"D": DAY, "H": HOUR, "M": MINUTE, "S": 1}
    return sum(int(number) * sizes[unit] for number, unit in re.findall(r"(\d+)([DHMS])", text))


def _by_department(tape: bytearray, course: Course) -> Json:
    used: dict[str, int] = {}
    for held in _runs(course.held):
        department = course.holders[held.group()[0]][1] or "unassigned"
        counted = tape.count(COUNTED, *held.span())
        if counted:
            used[department] = used.get(department, 0) + counted
    return used


def _ledger(tape: bytearray, course: Course, start: int) -> list[Json]:
    lines: list[Json] = []
    for held in _runs(course.held):
        reason, department = course.holders[held.group()[0]]
        for run in _runs(tape[held.start() : held.end()]):
            kind, at = run.group()[0], start + held.start()
            line = {"kind": KIND[kind], "reason": reason if kind == PAUSED else None, "department": department}
            if lines and lines[-1].items() >= line.items():
                lines[-1]["to"] = at + run.end()
            else:
                lines.append({"from": at + run.start(), "to": at + run.end(), **line})
    return lines


def _runs(tape: bytearray) -> Iterator[re.Match[bytes]]:
    """Stretches of one and the same byte."""
    return re.finditer(b"|".join(re.escape(bytes([each])) + b"+" for each in sorted(set(tape)) or [0]), bytes(tape))
