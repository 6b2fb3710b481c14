"""A working calendar as data: what enters a complaint's history, so that no library is asked again on replay."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from workflows.contract.base import Instant, Line, Name, Slug, Sparse

DAY_SECONDS = 86_400

DATES_MAX = 1_000
"""Holidays, and as many make-up workdays. A calendar enters histories: with the longest names it stays below 1 MB."""

OFFSETS_MAX = 1_000
WINDOWS_MAX = 24


class Weekday(StrEnum):
    """The days of the week, Monday first as in ISO 8601."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @classmethod
    def of(cls, day: date) -> Weekday:
        """The weekday of a date."""
        return list(cls)[day.weekday()]


_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


def _window(text: str) -> str:
    if not _WINDOW.fullmatch(text):
        raise ValueError("a window is local wall-clock time such as 09:00-18:00 (24:00 may end one)")
    return text


Window = Annotated[str, Field(max_length=11), AfterValidator(_window)]
"""`09:00-18:00`. One that ends at or before its start crosses midnight and belongs to the day it starts."""


def window_seconds(window: str) -> tuple[int, int]:
    """Start and end in seconds of wall-clock time since the midnight of the day it starts; the end may lie after it."""
    start, end = (int(part[:2]) * 3600 + int(part[3:]) * 60 for part in window.split("-"))
    return start, end if end > start else end + DAY_SECONDS


Windows = Annotated[tuple[Window, ...], Field(max_length=WINDOWS_MAX)]


class UtcOffset(Sparse):
    """Local time is UTC plus so much, from an instant on (from ever, without one)."""

    since: Instant | None = None
    seconds: Annotated[int, Field(gt=-DAY_SECONDS, lt=DAY_SECONDS)]


class Calendar(Sparse):
    """When people work, in local time, and how local time relates to UTC.

    A date under `workdays` has exactly those windows; else a date under `holidays` has none; else its weekday's. Dates
    after `confirmed_until` follow rules of thumb: the authority has not announced holidays and make-up workdays yet.
    """

    name: Slug = "calendar"
    timezone: Line = Field(description="IANA name; what it means is spelt out in `offsets`.")
    offsets: Annotated[tuple[UtcOffset, ...], Field(min_length=1, max_length=OFFSETS_MAX)]
    hours: dict[Weekday, Windows] = Field(default={})
    holidays: Annotated[dict[date, Name], Field(max_length=DATES_MAX)] = Field(default={})
    workdays: Annotated[dict[date, Windows], Field(max_length=DATES_MAX)] = Field(default={})
    confirmed_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, *later = self.offsets
        instants = [offset.since for offset in later]
        if first.since is not None or None in instants or instants != sorted(instants, key=str):
            raise ValueError("offsets must rise, and only the first holds from ever")
        return self

    @property
    def has_working_time(self) -> bool:
        """Some weekday has a window, so every amount of working time is reached some day."""
        return any(self.hours.values())

    @property
    def version(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the calendar's canonical JSON, without defaults."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]
