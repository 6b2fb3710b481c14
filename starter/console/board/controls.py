"""The controls of the board: links to the usual times, and a form for the rest, whose answers are in the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from nicegui.element import Element

from starter.console.board.address import DAYS, DAYS_DEFAULT, PATH, WITHIN_DEFAULT, WITHIN_HOURS, Wish
from starter.console.board.wording import Wording

_SAYS = ("time", "from", "to", "department", "all", "within", "apply")


class Controls(Element, component="controls.js"):
    """What was asked for, and how to ask for something else."""

    def __init__(self, wish: Wish, wording: Wording) -> None:
        super().__init__()
        say = wording.say
        usual = {"within": str(WITHIN_DEFAULT), "days": str(DAYS_DEFAULT)}
        self._props |= {
            "action": PATH,
            "says": {name: say(f"board.controls.{name}") for name in _SAYS},
            "times": [
                {
                    "label": say("board.controls.days", count=days),
                    "link": replace(wish, days=days, first=None, last=None).address(),
                    "current": days == wish.days,
                }
                for days in DAYS
            ],
            "withins": [
                {"value": str(each), "label": say("board.controls.hours", count=each)} for each in WITHIN_HOURS
            ],
            "chosen": {
                "from": wish.first.isoformat() if wish.first else "",
                "to": wish.last.isoformat() if wish.last else "",
                "days": str(wish.days or ""),
                "department": wish.department or "",
                "within": str(wish.within_hours),
                "today": datetime.now(UTC).astimezone(wording.moments.zone).date().isoformat(),
                "usual": usual,
            },
        }
        self.offer([(wish.department, wish.department)] if wish.department else [])

    def offer(self, departments: list[tuple[str, str]]) -> None:
        """From now on these can be chosen, each with its name."""
        self._props["departments"] = [{"value": value, "label": label} for value, label in departments]
        self.update()
