"""What has to be said beside figures so that nobody takes them for more than they are."""

from __future__ import annotations

from starter.console.board.seen import Seen
from starter.figures.arrivals import ENOUGH
from starter.figures.people import ANSWERED_ENOUGH, HANDLED_ENOUGH
from starter.figures.replies import READ_MOST


def remark_on(name: str, seen: Seen) -> str:
    """On the table of this name; usually there is nothing to say."""
    say, figures = seen.wording.say, seen.figures
    match name:
        case "recognition":
            return say("board.recognition.rule", handled=HANDLED_ENOUGH, answers=ANSWERED_ENOUGH)
        case "speed" if figures.one_in > 1:
            return say("board.speed.drawn", one_in=figures.one_in, most=seen.wording.number(READ_MOST))
        case "hot" if figures.first is not None and not seen.has_time_before:
            first = figures.first.astimezone(seen.wording.moments.zone).date()
            return say("board.hot.nothing_before", day=seen.wording.whole_day(first))
        case "hot":
            return say("board.hot.rule", enough=ENOUGH)
        case "contractors" if not seen.lines.is_leading:
            return say("board.contractors_for_leads")
        case _:
            return ""
