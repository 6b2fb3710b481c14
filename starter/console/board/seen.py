"""Figures in the eyes of one reader: in their language, with the names of departments and people, and whose lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from starter.console.board.address import Wish, in_queue
from starter.console.board.wording import NOTHING, Wording
from starter.figures.leading import Lines
from starter.figures.measuring import Figures
from starter.figures.people import Line, people_of
from starter.figures.standing import Open


@dataclass(frozen=True)
class Seen:
    """What the board shows somebody."""

    figures: Figures
    wish: Wish
    lines: Lines
    wording: Wording

    @cached_property
    def people(self) -> list[Line]:
        """Those whose lines are shown, who has most open first."""
        return people_of(self.figures, self.lines)

    @property
    def has_time_before(self) -> bool:
        """Whether there were complaints on file in all of the time that the period is compared with."""
        first = self.figures.first
        return first is not None and first <= self.figures.asked.period.compared_from(self.figures.as_of)

    @cached_property
    def departments(self) -> list[str]:
        """Those of which anything was counted, in the order of their names."""
        found = {row.department for row in self.figures.open} | self.figures.endings.by_department.keys()
        found |= {department for department in self.figures.replies if department is not None}
        return sorted(found, key=self.department)

    def department(self, department: str) -> str:
        """What it is called."""
        names = self.figures.departments.get(department, {})
        return names.get(self.wording.language) or department.replace("_", " ")

    def person(self, subject: str) -> str:
        """What somebody is called; as the tables have them, if the directory does not know them."""
        known = self.figures.people.get(subject)
        return known.name if known else subject

    def department_of(self, subject: str) -> str:
        """Whose department is called so."""
        known = self.figures.people.get(subject)
        return self.department(known.department) if known else NOTHING

    def open_of(self, department: str | None) -> Iterable[Open]:
        """What is open of a department, or of all."""
        return (row for row in self.figures.open if department in (None, row.department))

    def in_queue(self, *, department: str | None = None, **wanted: str | int | bool | None) -> str:
        """Where the queue lists these complaints; of the board's department, unless another one is meant."""
        return in_queue(department=department or self.wish.department, **wanted)
