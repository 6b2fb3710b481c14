"""The tables of a period: what came and went, how long it took, what complainants said, and what has grown."""

from __future__ import annotations

from starter.console.board.figure_table import Cell, Column, FigureTable, Kind
from starter.console.board.seen import Seen
from starter.figures.arrivals import Hot
from starter.figures.endings import Ended
from starter.figures.lengths import Length
from starter.figures.people import load_of
from starter.figures.replies import Replies


def trend(seen: Seen) -> FigureTable:
    """A row for each day or week."""
    figures = seen.figures
    came_and_went = (figures.received, figures.endings.closed, figures.endings.reopened)
    steps = list(figures.asked.period.steps())
    return FigureTable(
        "trend",
        (
            Column(figures.asked.period.step.value, Kind.DAY),
            *(Column(name, Kind.COUNT) for name in ("received", "closed", "reopened")),
        ),
        [[Cell(step), *(Cell(counts.get(step, 0)) for counts in came_and_went)] for step in steps],
        total=[Cell(seen.wording.say("board.all")), *(Cell(sum(counts.values())) for counts in came_and_went)],
    )


def speed(seen: Seen) -> FigureTable:
    """A row for each department: how soon somebody replied, and how soon it was solved."""
    columns = (
        Column("department", Kind.WORDS),
        Column("replied", Kind.COUNT),
        Column("unreplied", Kind.COUNT),
        Column("reply_median", Kind.LENGTH),
        Column("reply_p90", Kind.LENGTH),
        Column("resolved", Kind.COUNT),
        Column("resolution_median", Kind.LENGTH),
        Column("resolution_p90", Kind.LENGTH),
        Column("oldest", Kind.MOMENT),
    )
    rows = [_speed(seen, department) for department in seen.departments]
    return FigureTable("speed", columns, rows, total=_speed(seen, None))


def _speed(seen: Seen, department: str | None) -> list[Cell]:
    figures = seen.figures
    replies = figures.replies.get(department, Replies(0, 0, None))
    ended = figures.endings.all if department is None else figures.endings.by_department.get(department, Ended())
    return [
        _name(seen, department),
        Cell(replies.replied),
        Cell(replies.read - replies.replied),
        *_lengths(replies.took),
        Cell(ended.resolved),
        *_lengths(ended.took),
        Cell(load_of(seen.open_of(department)).oldest),
    ]


def satisfaction(seen: Seen) -> FigureTable:
    """A row for each department: what complainants said."""
    columns = (
        Column("department", Kind.WORDS),
        Column("answers", Kind.COUNT),
        Column("solved", Kind.COUNT),
        Column("solved_share", Kind.SHARE),
        Column("score", Kind.SCORE),
        Column("scores", Kind.COUNT),
        Column("executed", Kind.COUNT),
        Column("answered_share", Kind.SHARE),
    )
    by_department = seen.figures.endings.by_department
    rows = [_said(seen, department, by_department.get(department, Ended())) for department in seen.departments]
    return FigureTable("satisfaction", columns, rows, total=_said(seen, None, seen.figures.endings.all))


def _said(seen: Seen, department: str | None, ended: Ended) -> list[Cell]:
    return [
        _name(seen, department),
        Cell(ended.answers),
        Cell(ended.solved),
        Cell(share(ended.solved, ended.answers)),
        Cell(share(ended.score_sum, ended.scores)),
        Cell(ended.scores),
        Cell(ended.executed),
        Cell(share(min(ended.answered, ended.executed), ended.executed)),
    ]


def hot(seen: Seen) -> FigureTable:
    """A row for each kind of complaint that has grown, if there is anything to compare with."""
    grown = seen.figures.hot if seen.has_time_before else ()
    columns = (
        Column("nature", Kind.WORDS),
        Column("product", Kind.THEIRS),
        Column("department", Kind.WORDS),
        Column("count", Kind.COUNT),
        Column("before", Kind.COUNT),
        Column("more", Kind.COUNT),
    )
    return FigureTable("hot", columns, [_grown(seen, each) for each in grown])


def _grown(seen: Seen, each: Hot) -> list[Cell]:
    link = seen.in_queue(nature=each.nature, text=each.product, department=each.department)
    every = seen.wording.say("board.every")
    is_of_department = each.department is not None
    return [
        Cell(seen.wording.word("nature", each.nature), link),
        Cell(every if is_of_department else each.product or seen.wording.say("board.no_product")),
        Cell(seen.department(each.department) if each.department is not None else every),
        Cell(each.count),
        Cell(each.before),
        Cell(each.count - each.before),
    ]


def share(part: int, whole: int) -> float | None:
    """Of nothing there is none."""
    return part / whole if whole else None


def _lengths(took: Length | None) -> tuple[Cell, Cell]:
    return (Cell(took.median), Cell(took.p90)) if took else (Cell(None), Cell(None))


def _name(seen: Seen, department: str | None) -> Cell:
    return Cell(seen.wording.say("board.all") if department is None else seen.department(department))
