"""What the board is asked for, as its address says it: a time, a department, how soon is soon; ways to the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starter.access.caller import Caller
from starter.figures.asked import Asked
from starter.figures.period import LONGEST, Period

PATH = "/board"
DAYS = (7, 30, 90, 365)
"""Times that are one click away; another one has a first and a last day."""

DAYS_DEFAULT = 30
WITHIN_HOURS = (4, 24, 72)
WITHIN_DEFAULT = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: the last so many days, or from the first day to the last.

    Attributes:
        faults: the parameters that say nothing that can be asked for, and are left out.
    """

    days: int | None = DAYS_DEFAULT
    first: date | None = None
    last: date | None = None
    department: str | None = None
    within_hours: int = WITHIN_DEFAULT
    faults: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wish:
        """From the parameters of an address. What is wrong in it is left out, and named."""
        read = _Reader(query)
        days, within = read.one("days", int, DAYS), read.one("within", int, WITHIN_HOURS)
        first, last = read.one("from", date.fromisoformat), read.one("to", date.fromisoformat)
        if (first or last) and not (first and last and timedelta(0) <= last - first < LONGEST):
            read.faults += [name for name in ("from", "to") if name not in read.faults]
            first = last = None
        return cls(
            days=None if first else days or DAYS_DEFAULT,
            first=first,
            last=last,
            department=query.get("department") or None,
            within_hours=within or WITHIN_DEFAULT,
            faults=tuple(read.faults),
        )

    def asked(self, caller: Caller, see_all: tuple[str, ...], now: datetime, zone: str) -> Asked:
        """The same, as it is counted for somebody."""
        if self.first and self.last:
            period = Period(self.first, self.last, zone)
        else:
            period = Period.of_last(self.days or DAYS_DEFAULT, now, zone)
        return Asked(period, timedelta(hours=self.within_hours), self.department, caller, see_all)

    def query(self) -> dict[str, str]:
        """As parameters; what goes without saying is not among them."""
        said: dict[str, str] = {}
        if self.first and self.last:
            said |= {"from": self.first.isoformat(), "to": self.last.isoformat()}
        elif self.days != DAYS_DEFAULT:
            said["days"] = str(self.days)
        if self.department:
            said["department"] = self.department
        if self.within_hours != WITHIN_DEFAULT:
            said["within"] = str(self.within_hours)
        return said

    def address(self, path: str = PATH) -> str:
        """Where it is found."""
        query = urlencode(self.query())
        return f"{path}?{query}" if query else path


class _Reader:
    """Reads parameters one by one, and remembers which made no sense."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self.faults: list[str] = []

    def one(self, name: str, convert: Callable[[str], Any], among: tuple[Any, ...] = ()) -> Any:
        """Its value; none if it is not given or makes no sense."""
        if not (given := self._query.get(name, "").strip()):
            return None
        try:
            value = convert(given)
        except ValueError:
            value = None
        if value is None or (among and value not in among):
            self.faults.append(name)
            return None
        return value


def in_queue(**wanted: str | int | bool | None) -> str:
    """Where the queue lists these complaints."""
    spelt = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in wanted.items()
        if value is not None
    }
    return f"/queue?{urlencode({'tab': 'all', **spelt})}"
