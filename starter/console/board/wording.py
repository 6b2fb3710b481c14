"""How figures are written for a reader: numbers, shares and lengths of time in their language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from starter.console.board.figure_table import Kind, Value
from starter.console.moments import LOCALES, Moments
from starter.console.texts import texts
from workflows.contract.vocabulary import Language

NOTHING = "–"
"""Where there is nothing to count."""

_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))
_SECOND = timedelta(seconds=1)


class Wording:
    """How one reader reads figures.

    Args:
        language: theirs.
        zone: the name of the time zone that everybody at the desk reads times in.
    """

    def __init__(self, language: Language, zone: str) -> None:
        self.language = language
        self.moments = Moments(language, zone)
        self._locale = LOCALES[language]

    def say(self, key: str, **values: Any) -> str:
        """A text of the console."""
        return texts().say(self.language, key, **values)

    def word(self, vocabulary: str, value: object) -> str:
        """A word of the contract."""
        return NOTHING if value is None else self.say(f"vocabulary.{vocabulary}.{value}")

    def value(self, value: Value, kind: Kind) -> str:
        """What a cell says."""
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            return self.say("board.is_so") if value else ""
        if isinstance(value, float | int):
            return self.share(value) if kind is Kind.SHARE else self.number(value)
        return value if isinstance(value, str) else self._time(value)

    def _time(self, value: timedelta | date) -> str:
        if isinstance(value, timedelta):
            return self.length(value)
        return self.moment(value) if isinstance(value, datetime) else self.day(value)

    def number(self, value: float) -> str:
        """A number with its groups of digits; one that is not whole with one place."""
        return format_decimal(value, format="#,##0" if isinstance(value, int) else "#,##0.0", locale=self._locale)

    def share(self, value: float) -> str:
        """A share of one in hundredths."""
        return format_percent(value, format="#,##0%", locale=self._locale)

    def change(self, more: int, before: int) -> str:
        """By how much something has grown, as a share of what it was; of nothing, in numbers."""
        sign = "+" if more > 0 else "−" if more < 0 else "±"
        return sign + (self.share(abs(more) / before) if before else self.number(abs(more)))

    def length(self, length: timedelta) -> str:
        """In its two largest units: 3d 4h, or 3天4小时."""
        if length < _SECOND:
            return self._unit(round(length / _SECOND, 1), "second")
        rest = length
        parts: list[str] = []
        for unit, size in _UNITS:
            count, rest = divmod(rest, size)
            if count or parts:
                parts.append(self._unit(count, unit))
        parts = parts or [self._unit(round(length / _SECOND), "second")]
        return ("" if self.language is Language.ZH else " ").join(parts[:2])

    def _unit(self, count: float, unit: str) -> str:
        style: Literal["short", "narrow"] = "short" if self.language is Language.ZH else "narrow"
        return format_unit(count, f"duration-{unit}", style, locale=self._locale)

    def moment(self, at: datetime) -> str:
        """To the minute."""
        return self.moments.short(at)

    def second(self, at: datetime) -> str:
        """The time of day, to the second."""
        return format_time(at, "HH:mm:ss", locale=self._locale, tzinfo=self.moments.zone)

    def day(self, day: date) -> str:
        """A date of this time, short."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def whole_day(self, day: date) -> str:
        """A date with its year."""
        return format_date(day, "medium", locale=self._locale)
