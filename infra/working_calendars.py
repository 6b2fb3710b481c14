"""The working calendars that people on the staff follow, by the names that the directory gives them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo

import structlog

from infra.calendars import load_calendar
from infra.rule_sets import calendar_beside
from infra.time_zones import time_zone
from workflows.contract.calendar import Calendar
from workflows.contract.errors import AmendsError

log = structlog.get_logger(__name__)


class WorkingCalendars:
    """Made of the files that the policy's own calendar is looked for among; anew with each year, as that one is.

    Args:
        policy: the setting: the name of a policy, or the path of a file, beside which calendars may lie.
    """

    def __init__(self, policy: str) -> None:
        self._policy = policy
        self._made: dict[tuple[str, int], Calendar] = {}
        self._reported: set[str] = set()

    def find(self, name: str, today: date) -> Calendar | None:
        """The calendar for the years around `today`. None, if there is none of that name or it is faulty: the first
        time that is reported to the log, because nobody who could be told is there.
        """
        key = (name, today.year)
        if key not in self._made:
            try:
                self._made[key] = load_calendar(calendar_beside(self._policy, name), today=today)
            except AmendsError as error:
                if name not in self._reported:
                    self._reported.add(name)
                    log.warning("staff.calendar_unusable", calendar=name, error=str(error))
                return None
        return self._made[key]

    def known(self, names: Iterable[str | None], today: date, *, apart_from: Calendar | None) -> dict[str, Calendar]:
        """Those of these names that there are, but for one that is known anyway."""
        wanted = sorted({name for name in names if name and (apart_from is None or name != apart_from.name)})
        found = {name: self.find(name, today) for name in wanted}
        return {name: calendar for name, calendar in found.items() if calendar}

    def zone(self, name: str) -> tzinfo | None:
        """Where the calendar is."""
        calendar = self.find(name, datetime.now(UTC).date())
        return time_zone(calendar.timezone) if calendar else None
