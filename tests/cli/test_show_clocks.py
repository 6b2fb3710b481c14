"""How the clocks of a complaint are drawn; its state comes from the core, so no server is needed."""

from __future__ import annotations

from datetime import date
from io import StringIO

from rich.console import Console

from starter.cli.show_clocks import draw_clocks
from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.limits import Counts
from workflows.core.view import view

OFFICE = b.clock("office", "filed", "executed", 400, counts=Counts.BUSINESS_HOUR)
PLAIN = b.clock("plain", "filed", "executed", 400)


def drawn(confirmed_until: date) -> str:
    """The clocks of a complaint under a calendar whose holidays are known so far."""
    calendar = b.CALENDAR.model_copy(update={"confirmed_until": confirmed_until})
    assessed = b.assessment(b.policy(OFFICE, PLAIN, calendar=calendar.name), calendar=calendar)
    story = Story().assessed(assessed)
    text = StringIO()
    draw_clocks(Console(file=text, width=100), view(story.case, story.now), "UTC")
    return text.getvalue()


def test_a_date_beyond_the_confirmed_holidays_is_marked_as_provisional() -> None:
    """But only where holidays count."""
    assert drawn(b.START.date()).count("holidays are only confirmed until") == 1
    assert "provisional" not in drawn(date(2099, 12, 31))
