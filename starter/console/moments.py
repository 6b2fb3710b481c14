"""Instants and lengths of time as people read them, in their language and the desk's time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta

from starter.console.texts import texts
from workflows.contract.vocabulary import Language

LOCALES = {Language.ZH: "zh_CN", Language.EN: "en_GB"}


class Moments:
    """How one reader reads time.

    Args:
        language: theirs.
        zone: the name of the time zone that everybody at the desk reads times in.
    """

    def __init__(self, language: Language, zone: str) -> None:
        self._language = language
        self._locale = LOCALES[language]
        self._zone = ZoneInfo(zone)

    @property
    def zone(self) -> ZoneInfo:
        """Where the reader is taken to be."""
        return self._zone

    def short(self, at: datetime) -> str:
        """To the minute, with the year unless it is this one."""
        local = at.astimezone(self._zone)
        is_this_year = local.year == datetime.now(self._zone).year
        return self._written(local, "frame.moment_short" if is_this_year else "frame.moment_dated")

    def full(self, at: datetime) -> str:
        """To the second, with its time zone: as evidence."""
        return self._written(at.astimezone(self._zone), "frame.moment_full")

    def day(self, at: datetime) -> str:
        """The date."""
        return format_date(at.astimezone(self._zone).date(), "long", locale=self._locale)

    def clock(self, at: datetime) -> str:
        """The time of day, to the minute."""
        return format_time(at.astimezone(self._zone), "HH:mm", locale=self._locale, tzinfo=self._zone)

    def length(self, length: timedelta) -> str:
        """A length of time, in its largest unit: about how long."""
        return format_timedelta(length, locale=self._locale, threshold=1.5)

    def ago(self, at: datetime, now: datetime) -> str:
        """How long ago, or in how long."""
        return format_timedelta(at - now, locale=self._locale, add_direction=True, threshold=1.5)

    def _written(self, local: datetime, pattern: str) -> str:
        return format_datetime(local, texts().say(self._language, pattern), locale=self._locale)
