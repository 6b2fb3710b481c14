"""The few numbers that say at once how the desk is doing."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from nicegui.element import Element

from starter.console.board.figure_table import Kind
from starter.console.board.seen import Seen
from starter.console.board.time_tables import share
from starter.console.board.wording import NOTHING, Wording
from starter.figures.lengths import Length
from starter.figures.people import Load, load_of

CALM, WATCH, ALARM = "calm", "watch", "alarm"


@dataclass(frozen=True, slots=True)
class Tile:
    """One of them: its name, how many, a remark, and perhaps where the queue lists them."""

    name: str
    value: str
    note: str
    icon: str
    tone: str = CALM
    link: str | None = None


class Tiles(Element, component="tiles.js"):
    """All of them, as one element."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._wording = wording
        self._props |= {"items": [], "label": wording.say("board.tiles.title")}

    def show(self, tiles: list[Tile]) -> None:
        """From now on these."""
        say = self._wording.say
        self._props["items"] = [{**asdict(tile), "label": say(f"board.tiles.{tile.name}")} for tile in tiles]
        self.update()


def tiles_of(seen: Seen) -> list[Tile]:
    """What is open, what came and went, how long it took, and what complainants said."""
    return [*_open(seen, load_of(seen.figures.open)), *_flow(seen), *_quality(seen)]


def _open(seen: Seen, load: Load) -> list[Tile]:
    number, say, hours = seen.wording.number, seen.wording.say, seen.wish.within_hours
    nothing = say("board.nothing")
    age = (
        say("board.tiles.oldest", age=seen.wording.length(seen.figures.as_of - load.oldest)) if load.oldest else nothing
    )
    overdue, breached = (
        say("board.tiles.of_open", share=seen.wording.value(share(count, load.count), Kind.SHARE))
        for count in (load.overdue, load.breached)
    )
    lists = {
        "open": seen.in_queue(archived=False),
        "at_risk": seen.in_queue(archived=False, due_within=hours),
        "breached": seen.in_queue(archived=False, breached=True),
    }
    late, soon = load.overdue > 0, load.at_risk > 0
    return [
        Tile("open", number(load.count), age, "inbox", link=lists["open"]),
        Tile("overdue", number(load.overdue), overdue, "error" if late else "check_circle", ALARM if late else CALM),
        Tile(
            "at_risk",
            number(load.at_risk),
            say("board.tiles.within", count=hours),
            "schedule",
            WATCH if soon else CALM,
            lists["at_risk"] if soon else None,
        ),
        Tile("breached", number(load.breached), breached, "history", link=lists["breached"] if load.breached else None),
    ]


def _flow(seen: Seen) -> list[Tile]:
    figures, number, say = seen.figures, seen.wording.number, seen.wording.say
    received, before, ended = sum(figures.received.values()), figures.received_before, figures.endings.all
    compared = say("board.tiles.nothing_before")
    if seen.has_time_before:
        change = seen.wording.change(received - before, before)
        compared = say("board.tiles.before", change=change, count=number(before))
    return [
        Tile("received", number(received), compared, "call_received"),
        Tile("closed", number(ended.closed), say("board.tiles.reopened", count=number(ended.reopened)), "task_alt"),
    ]


def _quality(seen: Seen) -> list[Tile]:
    figures, value, say = seen.figures, seen.wording.value, seen.wording.say
    replies, ended = figures.replies.get(None), figures.endings.all
    score = value(share(ended.score_sum, ended.scores), Kind.SCORE)
    answers = say("board.tiles.answers", count=seen.wording.number(ended.answers), score=score)
    handled = say("board.tiles.of_handled", count=seen.wording.number(ended.handled))
    return [
        _length(seen, "first_reply", replies.took if replies else None, "reply"),
        _length(seen, "resolution", ended.took, "hourglass_bottom"),
        Tile("solved", value(share(ended.solved, ended.answers), Kind.SHARE), answers, "sentiment_satisfied"),
        Tile("on_time", value(share(ended.on_time, ended.handled), Kind.SHARE), handled, "alarm_on"),
    ]


def _length(seen: Seen, name: str, took: Length | None, icon: str) -> Tile:
    if took is None:
        return Tile(name, NOTHING, seen.wording.say("board.nothing"), icon)
    length = seen.wording.length
    return Tile(name, length(took.median), seen.wording.say("board.tiles.p90", length=length(took.p90)), icon)
