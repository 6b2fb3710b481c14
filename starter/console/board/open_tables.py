"""The tables of what is open: by status, by how its limits stand, and by who has it."""

from __future__ import annotations

from starter.console.board.figure_table import Cell, Column, FigureTable, Kind
from starter.console.board.seen import Seen
from starter.figures.people import Load, load_of
from workflows.contract.vocabulary import Status

OPEN = tuple(status for status in Status if status not in (Status.CLOSED, Status.ARCHIVED))
"""In the order in which complaints go through them."""

_LOAD = (
    Column("open", Kind.COUNT),
    Column("overdue", Kind.COUNT),
    Column("at_risk", Kind.COUNT),
    Column("on_track", Kind.COUNT),
    Column("breached", Kind.COUNT),
    Column("oldest", Kind.MOMENT),
)


def by_status(seen: Seen) -> FigureTable:
    """A row for each department, a column for each status."""
    word = seen.wording.word
    columns = tuple(Column(status.value, Kind.COUNT, word("status", status)) for status in OPEN)
    return FigureTable(
        "status",
        (Column("department", Kind.WORDS), *columns, Column("open", Kind.COUNT)),
        [_statuses(seen, department) for department in seen.departments],
        total=_statuses(seen, None),
    )


def _statuses(seen: Seen, department: str | None) -> list[Cell]:
    rows = list(seen.open_of(department))

    def counted(status: Status) -> Cell:
        count = sum(row.count for row in rows if row.status is status)
        return Cell(count, seen.in_queue(department=department, status=status) if count else None)

    return [_name(seen, department), *map(counted, OPEN), _open(seen, load_of(rows), department=department)]


def by_limits(seen: Seen) -> FigureTable:
    """A row for each department: how its limits stand."""
    rows = [
        [_name(seen, department), *_load(seen, load_of(seen.open_of(department)), department=department)]
        for department in seen.departments
    ]
    total = [_name(seen, None), *_load(seen, load_of(seen.figures.open))]
    return FigureTable("limits", (Column("department", Kind.WORDS), *_LOAD), rows, total=total)


def by_person(seen: Seen) -> FigureTable:
    """A row for each person whose line is shown."""
    who = Column("person", Kind.WORDS), Column("of_department", Kind.WORDS), Column("contractor", Kind.MARK)
    rows = [
        [
            Cell(seen.person(line.subject)),
            Cell(seen.department_of(line.subject)),
            Cell(bool(line.person and line.person.contractor)),
            *_load(seen, line.load, owner=line.subject),
        ]
        for line in seen.people
        if line.load.count
    ]
    return FigureTable("workload", (*who, *_LOAD), rows)


def _name(seen: Seen, department: str | None) -> Cell:
    return Cell(seen.wording.say("board.all") if department is None else seen.department(department))


def _load(seen: Seen, load: Load, *, department: str | None = None, owner: str | None = None) -> list[Cell]:
    within, whose = seen.wish.within_hours, {"department": department, "owner": owner}
    at_risk = seen.in_queue(archived=False, due_within=within, **whose) if load.at_risk else None
    breached = seen.in_queue(archived=False, breached=True, **whose) if load.breached else None
    return [
        _open(seen, load, **whose),
        Cell(load.overdue),
        Cell(load.at_risk, at_risk),
        Cell(load.on_track),
        Cell(load.breached, breached),
        Cell(load.oldest),
    ]


def _open(seen: Seen, load: Load, *, department: str | None = None, owner: str | None = None) -> Cell:
    return Cell(load.count, seen.in_queue(archived=False, department=department, owner=owner) if load.count else None)
