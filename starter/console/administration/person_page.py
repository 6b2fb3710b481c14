"""One member of staff: all that the directory knows of them, their absences, and who changed what is said of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from nicegui import ui

from starter.console.administration.grid import Column, Grid, Part, Row
from starter.console.administration.people_acts import PeopleActs
from starter.console.administration.people_page import address_of
from starter.console.administration.people_words import PeopleWords
from starter.console.administration.rights import DirectoryRights
from starter.console.administration.room import room, title
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.directory import DepartmentRow, Directory, HistoryRow, StaffFile, StaffRow

_HISTORY = ("at", "by", "action", "about", "change")
_HISTORY_OF_ONE = ("at", "by", "action", "change")
_ALL_LINES = 200


class _Known(NamedTuple):
    person: StaffFile
    members: Sequence[StaffRow]
    departments: Sequence[DepartmentRow]
    history: Sequence[HistoryRow]


@staff_page("/administration/people/of/{subject}", "administration.rooms.people")
async def person(visit: Visit) -> None:
    """Also of somebody who has left."""
    subject = visit.query["subject"]
    directory = Directory(visit.office.engine)
    first = await directory.member(subject)
    room(visit, "people", first.name, within=subject)
    place = ui.element("div")

    async def show() -> None:
        found = await directory.member(subject)
        known = _Known(
            found, await directory.members(), await directory.departments(), await directory.history(subject)
        )
        place.clear()
        with place:
            _show(visit, known, show)

    await show()


@staff_page("/administration/people/history", "administration.people.history")
async def journal(visit: Visit) -> None:
    """Everything that was changed in the directory, the last first."""
    directory = Directory(visit.office.engine)
    room(visit, "people", visit.say("administration.people.history"), within=visit.say("administration.people.journal"))
    words = PeopleWords(visit, await directory.departments())
    with ui.element("section").classes("card part"):
        _history(visit, words, await directory.history(None, _ALL_LINES), _HISTORY, await directory.members())


def _show(visit: Visit, known: _Known, renew: Callable[[], Awaitable[None]]) -> None:
    words = PeopleWords(visit, known.departments)
    _tools(visit, known, PeopleActs(visit, known.members, known.departments, renew))
    with ui.element("div").classes("halves"):
        _facts(visit, words, known)
        with ui.element("section").classes("card part"):
            title(visit.say("administration.person.absences"))
            _absences(visit, known.person)
    with ui.element("section").classes("card part"):
        title(visit.say("administration.person.history"))
        _history(visit, words, known.history, _HISTORY_OF_ONE, known.members)


def _tools(visit: Visit, known: _Known, acts: PeopleActs) -> None:
    own = next((each for each in known.members if each.subject == visit.caller.actor.subject), None)
    rights, member = DirectoryRights(visit, own), known.person
    offered: list[tuple[str, str, Callable[[], None]]] = []
    if member.active and rights.may_write(member):
        offered.append(("change", "edit", lambda: acts.change(member)))
    if member.active and rights.may_announce(member):
        offered.append(("absent", "event_busy", lambda: acts.absent(member)))
        if member.absences:
            offered.append(
                ("back" if member.absent_until else "not_going", "event_available", lambda: acts.back(member))
            )
    if member.active and rights.may_dismiss(member):
        offered.append(("leave", "person_remove", lambda: acts.leave(member, member.open_complaints)))
    with ui.element("div").classes("room-tools"):
        for name, icon, act in offered:
            said = visit.say(f"administration.act.{name}.offer")
            ui.button(said, icon=icon, on_click=act, color=None).props(f"outline no-caps data-offer={name}")
        if not offered:
            ui.label(visit.say("administration.person.not_yours")).classes("quiet")


def _facts(visit: Visit, words: PeopleWords, known: _Known) -> None:
    person, say = known.person, visit.say
    names = {each.subject: each.name for each in known.members}
    standing = say("administration.people.present" if person.active else "administration.people.has_left")
    if person.absent_until:
        standing = say("administration.people.absent_until", at=visit.moments.short(person.absent_until))
    said = {
        "standing": standing,
        "acting_deputy": person.acting_deputy and names.get(person.acting_deputy, person.acting_deputy),
        "stands_in_for": words.all(names.get(each, each) for each in person.stands_in_for),
        "department": words.department(person.department),
        "team": person.team,
        "roles": words.roles(person),
        "email": person.email,
        "language": visit.word("language", person.language),
        "languages": words.languages(person.languages),
        "skills": words.skills(person.skills),
        "calendar": person.calendar or say("administration.person.calendar_of_policy"),
        "deputy": person.deputy and names.get(person.deputy, person.deputy),
    }
    with ui.element("dl").classes("card part facts"):
        for name, value in said.items():
            if value:
                _fact(visit, name, value)
        with ui.element("dt"):
            ui.label(say("administration.person.open_complaints"))
        with ui.element("dd"):
            ui.link(str(person.open_complaints), f"/queue?tab=all&owner={person.subject}")


def _fact(visit: Visit, name: str, value: str) -> None:
    with ui.element("dt"):
        ui.label(visit.say(f"administration.person.{name}"))
    with ui.element("dd"):
        ui.label(value).props("dir=auto")


def _absences(visit: Visit, person: StaffFile) -> None:
    if not person.absences:
        ui.label(visit.say("administration.person.no_absences")).classes("quiet")
    with ui.element("ul").classes("lines"):
        for absence in person.absences:
            with ui.element("li"):
                start, end = visit.moments.short(absence.starts_at), visit.moments.short(absence.ends_at)
                ui.label(visit.say("administration.person.absence", start=start, end=end))
                if absence.note:
                    ui.label(absence.note).classes("quiet theirs").props("dir=auto")


def _history(
    visit: Visit,
    words: PeopleWords,
    rows: Sequence[HistoryRow],
    names: Sequence[str],
    members: Sequence[StaffRow],
) -> None:
    """Those who are on the staff have a page to go to; Amends itself has none."""
    known = frozenset(member.subject for member in members)
    looks = {"at": "nowrap", "action": "nowrap"}
    columns = [
        Column(name=name, label=visit.say(f"administration.people.history_columns.{name}"), look=looks.get(name, ""))
        for name in names
    ]
    Grid(
        columns,
        [_line(visit, words, row, known) for row in rows],
        caption=visit.say("administration.person.history"),
        nothing=visit.say("administration.people.nothing_changed"),
    )


def _line(visit: Visit, words: PeopleWords, row: HistoryRow, known: frozenset[str]) -> Row:
    by = Part(text=row.by, href=address_of(row.by)) if row.by in known else Part(text=row.by)
    return {
        "key": str(row.ordinal),
        "at": Part(text=visit.moments.short(row.at), title=visit.moments.full(row.at)),
        "by": [by, Part(text=row.authenticated_by, tone="quiet", below=True)],
        "action": words.action(row),
        "about": Part(text=row.about, mono=True),
        "change": Part(text=words.change(row), theirs=True),
    }
