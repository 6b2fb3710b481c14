"""The time that figures are about: days as people at the desk count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from starter.figures.period import Period, Step

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
"""Four in the morning of the 23rd in Shanghai."""


def test_the_last_days_end_with_today_where_the_desk_is() -> None:
    period = Period.of_last(7, NOW, "Asia/Shanghai")
    assert (period.first, period.last, period.days) == (date(2026, 11, 17), date(2026, 11, 23), 7)
    assert period.since.astimezone(UTC) == datetime(2026, 11, 16, 16, tzinfo=UTC)
    assert period.until.astimezone(UTC) == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_the_time_before_is_as_long_as_what_has_passed() -> None:
    """Today has four hours so far, so the time before begins four hours and six days before the period."""
    period = Period.of_last(7, NOW, "Asia/Shanghai")
    assert period.since - period.compared_from(NOW) == timedelta(days=6, hours=4)
    over = Period(date(2026, 11, 1), date(2026, 11, 10), "UTC")
    assert over.compared_from(NOW) == datetime(2026, 10, 22, tzinfo=UTC)
    ahead = Period(date(2027, 1, 1), date(2027, 1, 10), "UTC")
    assert ahead.compared_from(NOW) == ahead.since


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    period = Period(date(2026, 10, 25), date(2026, 10, 25), "Europe/Berlin")
    assert period.until.astimezone(UTC) - period.since.astimezone(UTC) == timedelta(hours=25)


def test_a_long_time_is_drawn_in_weeks_that_begin_on_monday() -> None:
    days = Period(date(2026, 11, 1), date(2026, 11, 3), "UTC")
    assert (days.step, list(days.steps())) == (Step.DAY, [date(2026, 11, day) for day in (1, 2, 3)])
    weeks = Period(date(2026, 1, 1), date(2026, 6, 30), "UTC")
    steps = list(weeks.steps())
    assert weeks.step is Step.WEEK
    assert steps[0] == date(2025, 12, 29)
    assert all(step.weekday() == 0 for step in steps)
    assert steps[-1] == date(2026, 6, 29)
