"""The directory as people look at it: staff with their absences, departments with who answers, and its journal."""

from __future__ import annotations

from dataclasses import dataclass

from infra.db.absences import Absence
from infra.directory_changes import Change
from infra.organisation import Department, Member
from workflows.contract.base import Instant, Name
from workflows.contract.vocabulary import Language, Nature, Role


@dataclass(frozen=True, slots=True)
class WantedStaff:
    """Whom to list; what is none does not matter. Those who have left are listed only when they are asked for."""

    department: str | None = None
    role: Role | None = None
    language: Language | None = None
    skill: Nature | None = None
    team: str | None = None
    contractor: bool | None = None
    absent: bool | None = None
    active: bool = True


class StaffRow(Member):
    """A member of staff as lists show them; `absent_until` only of those who are absent now."""

    active: bool
    absent_until: Instant | None


class StaffFile(StaffRow):
    """All of one member of staff.

    `absences` are those not over yet; `acting_deputy` is who acts for them now, and `stands_in_for` for whom they do.
    """

    absences: tuple[Absence, ...]
    acting_deputy: Name | None
    stands_in_for: tuple[Name, ...]
    open_complaints: int


class DepartmentRow(Department):
    """A department, who answers for it, and how many people are in it. Without a head, it gets no complaints."""

    head: Name | None
    lead: Name | None
    staff: int


class HistoryRow(Change):
    """One line of the directory's journal, with who did it when, and how the door knew them."""

    ordinal: int
    at: Instant
    by: Name
    authenticated_by: Name
