"""The tables of people's work: who handles complaints well, and contractors beside employees."""

from __future__ import annotations

from starter.console.board.figure_table import Cell, Column, FigureTable, Kind
from starter.console.board.seen import Seen
from starter.console.board.time_tables import share
from starter.figures.endings import Ended
from starter.figures.people import sides_of

_DONE = (
    Column("handled", Kind.COUNT),
    Column("on_time_share", Kind.SHARE),
    Column("answers", Kind.COUNT),
    Column("solved_share", Kind.SHARE),
    Column("score", Kind.SCORE),
    Column("reopened", Kind.COUNT),
    Column("reopened_share", Kind.SHARE),
)


def recognition(seen: Seen) -> FigureTable:
    """A row for each person whose line is shown and who brought anything to an end; those recognised first."""
    columns = (
        Column("person", Kind.WORDS),
        Column("of_department", Kind.WORDS),
        Column("contractor", Kind.MARK),
        Column("recognised", Kind.MARK),
        *_DONE,
    )
    lines = [line for line in seen.people if line.ended.handled or line.ended.reopened or line.ended.answers]
    lines.sort(key=lambda line: (not line.is_recognised, -line.ended.handled, line.subject))
    rows = [
        [
            Cell(seen.person(line.subject)),
            Cell(seen.department_of(line.subject)),
            Cell(bool(line.person and line.person.contractor)),
            Cell(line.is_recognised),
            *_done(line.ended),
        ]
        for line in lines
    ]
    nobody = [Cell(seen.wording.say("board.all_together")), Cell(""), Cell(""), Cell("")]
    return FigureTable("recognition", columns, rows, total=[*nobody, *_done(seen.figures.endings.all)])


def contractors(seen: Seen) -> FigureTable:
    """A row for employees and one for people of contractors, if there are any of these; for those who lead."""
    columns = (
        Column("side", Kind.WORDS),
        Column("people", Kind.COUNT),
        Column("open", Kind.COUNT),
        Column("overdue", Kind.COUNT),
        *_DONE,
    )
    sides = sides_of(seen.people, seen.figures) if seen.lines.is_leading else ()
    rows = [
        [
            Cell(seen.wording.say("board.outside" if side.contractor else "board.inside")),
            Cell(side.people),
            Cell(side.load.count),
            Cell(side.load.overdue),
            *_done(side.ended),
        ]
        for side in sides
        if side.people
    ]
    return FigureTable("contractors", columns, rows)


def _done(ended: Ended) -> list[Cell]:
    return [
        Cell(ended.handled),
        Cell(share(ended.on_time, ended.handled)),
        Cell(ended.answers),
        Cell(share(ended.solved, ended.answers)),
        Cell(share(ended.score_sum, ended.scores)),
        Cell(ended.reopened),
        Cell(share(ended.reopened, ended.handled)),
    ]
