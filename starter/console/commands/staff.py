"""The people and departments that a command can name, as the directory knows them when its dialog opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypedDict

from starter.console.visit import Visit
from starter.directory.facade import Directory
from starter.directory.views import DepartmentRow, StaffRow


class Option(TypedDict, total=False):
    """One thing to choose; `caption` says more about it, `group` that others below belong to it."""

    value: object
    label: str
    caption: str
    group: bool


class Staff(NamedTuple):
    """Everybody on the staff, and their departments."""

    members: tuple[StaffRow, ...]
    departments: tuple[DepartmentRow, ...]


NOBODY = Staff((), ())


async def read_staff(visit: Visit) -> Staff:
    """Ask the directory.

    Raises:
        AmendsError: `unreachable`, `setup`.
    """
    directory = Directory(visit.office.engine)
    return Staff(tuple(await directory.members()), tuple(await directory.departments()))


def written(department: str, subject: str | None = None) -> str:
    """A party as a choice holds it: `department` or `department/person`."""
    return department if subject is None else f"{department}/{subject}"


def party(chosen: str) -> dict[str, str]:
    """The fields of a party that was written so."""
    department, _, subject = chosen.partition("/")
    return {"department": department, "subject": subject} if subject else {"department": department}


def named(visit: Visit, staff: Staff, department: str) -> str:
    """A department as the reader calls it."""
    names = next((each.names for each in staff.departments if each.department == department), None)
    return names[visit.language] if names else department


def departments(visit: Visit, staff: Staff) -> list[Option]:
    """Those with a head; the others get no complaints."""
    return [
        Option(
            value=each.department,
            label=named(visit, staff, each.department),
            caption=visit.say("commands.choices.head_is", head=_name_of(staff, each.head)),
        )
        for each in staff.departments
        if each.head
    ]


def parties(visit: Visit, staff: Staff, *, but_not: Iterable[str] = ()) -> list[Option]:
    """Each department, which stands for its head, with its people."""
    return list(_parties(visit, staff, frozenset(but_not)))


def _parties(visit: Visit, staff: Staff, but_not: frozenset[str]) -> Iterator[Option]:
    for department in staff.departments:
        name = named(visit, staff, department.department)
        if department.head:
            yield Option(
                value=department.department,
                label=visit.say("commands.choices.its_head", department=name),
                caption=visit.say("commands.choices.head_is", head=_name_of(staff, department.head)),
                group=True,
            )
        yield from colleagues(visit, staff, department=department.department, but_not=but_not, as_parties=True)


def colleagues(
    visit: Visit,
    staff: Staff,
    *,
    department: str | None = None,
    but_not: Iterable[str] = (),
    as_parties: bool = False,
) -> list[Option]:
    """People of a department, or of all, with what they are, and until when they are absent."""
    excluded = frozenset(but_not)
    return [
        Option(
            value=written(each.department, each.subject) if as_parties else each.subject,
            label=visit.say("commands.choices.person", name=each.name, subject=each.subject),
            caption=_described(visit, staff, each),
        )
        for each in staff.members
        if department in (None, each.department) and each.subject not in excluded
    ]


def person(visit: Visit, staff: Staff, subject: str) -> str:
    """Somebody by name, with what the journal calls them."""
    name = _name_of(staff, subject)
    return subject if name == subject else visit.say("commands.choices.person", name=name, subject=subject)


def _described(visit: Visit, staff: Staff, member: StaffRow) -> str:
    roles = visit.say("commands.dialog.between").join(visit.word("role", role) for role in member.roles)
    facts = [named(visit, staff, member.department), roles]
    if member.contractor:
        facts.append(visit.say("commands.choices.contractor"))
    if member.absent_until:
        facts.append(visit.say("commands.choices.absent_until", until=visit.moments.short(member.absent_until)))
        if member.deputy:
            facts.append(visit.say("commands.choices.stood_in_by", deputy=_name_of(staff, member.deputy)))
    return " · ".join(facts)


def _name_of(staff: Staff, subject: str | None) -> str:
    return next((each.name for each in staff.members if each.subject == subject), subject or "–")
