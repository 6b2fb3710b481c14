"""The clocks of a complaint with their ledgers: how support answers "why this date?"."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from infra.time_zones import time_zone
from starter.cli.clock_bars import draw_clock
from starter.cli.terminal import plain
from starter.clock_facts import clock_facts
from workflows.contract.limits import Counts
from workflows.contract.views import ClockState, ClockView, ComplaintView, SegmentKind, SegmentView


def draw_clocks(console: Console, view: ComplaintView, time_zone_shown: str) -> None:
    """Draw every clock, in the local time of the complaint's calendar or, without one, in that of `time_zone_shown`."""
    zone = time_zone(view.timezone or time_zone_shown)
    console.print(plain(f"Complaint {view.reference}, under policy {view.summary.policy}"))
    if view.calendar:
        until = f", confirmed until {view.confirmed_until}" if view.confirmed_until else ""
        console.print(plain(f"Calendar {view.calendar} in {view.timezone}{until}"))
    now = datetime.now(UTC)
    for clock in view.clocks:
        console.print()
        draw_clock(
            console,
            clock,
            clock.counts,
            local=lambda at: at.astimezone(zone),
            now=now,
            outlook=_outlook(clock, now),
            facts=clock_facts(clock, view),
        )


def _outlook(clock: ClockView, now: datetime) -> tuple[SegmentView, ...]:
    """The time left, so that the bar ends when the limit does. Working time is not told ahead: the calendar stays with
    the workflow.
    """
    if clock.state is not ClockState.RUNNING or clock.counts is Counts.BUSINESS_HOUR or not clock.ledger:
        return ()
    department = clock.ledger[-1].department
    ahead = SegmentView(start=now, end=clock.due_at, kind=SegmentKind.COUNTED, reason=None, department=department)
    return (ahead,) if now < clock.due_at else ()
