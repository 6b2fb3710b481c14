"""The directory: departments with who answers for them, and the staff, filtered; both are changed here."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from nicegui import ui

from starter.console.administration.grid import Column, Grid, Part, Row
from starter.console.administration.people_acts import PeopleActs
from starter.console.administration.people_words import PeopleWords
from starter.console.administration.rights import DirectoryRights, may_change_rules
from starter.console.administration.room import PLACE, may_change, room, title
from starter.console.administration.sieve import Sifted, among, sieve
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.directory import DepartmentRow, Directory, StaffRow, WantedStaff
from workflows.contract.vocabulary import Language, Nature, Role

_STAFF = ("person", "department", "roles", "speaks", "skills", "deputy", "standing", "open")
_DEPARTMENTS = ("department", "head", "lead", "staff", "actions")

Word = TypeVar("Word", bound=StrEnum)


class _Known(NamedTuple):
    """What the page shows."""

    everybody: Sequence[StaffRow]
    wanted: Sequence[StaffRow]
    departments: Sequence[DepartmentRow]
    loads: dict[str, int]


@staff_page("/administration/people", "administration.rooms.people")
async def people(visit: Visit) -> None:
    """Departments, filters, staff."""
    room(visit, "people", within=visit.say("administration.people.says"))
    place = ui.element("div")

    async def show() -> None:
        known = await _ask(visit)
        place.clear()
        with place:
            _People(visit, known, show).build()

    await show()


async def _ask(visit: Visit) -> _Known:
    directory = Directory(visit.office.engine)
    everybody = await directory.members()
    wanted = _wanted(visit)
    shown = everybody if wanted == WantedStaff() else await directory.members(wanted)
    return _Known(everybody, shown, await directory.departments(), await directory.loads())


class _People:
    """The page as it is now."""

    def __init__(self, visit: Visit, known: _Known, renew: Any) -> None:
        self._visit = visit
        self._known = known
        self._words = PeopleWords(visit, known.departments)
        self._acts = PeopleActs(visit, known.everybody, known.departments, renew)
        own = next((each for each in known.everybody if each.subject == visit.caller.actor.subject), None)
        self._rights = DirectoryRights(visit, own)

    def build(self) -> None:
        """Put it on the page."""
        visit = self._visit
        with ui.element("div").classes("room-tools"):
            if self._rights.may_engage():
                _button(visit, "engage", "person_add", self._acts.engage)
            if self._rights.may_found():
                _button(visit, "found", "domain_add", self._acts.found)
            if may_change_rules(visit):
                _link(visit, "rollout", "campaign")
            _link(visit, "history", "history")
            if not may_change(visit):
                ui.label(visit.say("administration.changes_nothing")).classes("quiet")
        self._departments()
        with ui.element("section").classes("card part"):
            heading = visit.say("administration.people.staff", count=len(self._known.wanted))
            title(heading)
            sieve(visit, _filters(visit, self._words))
            nothing = visit.say("administration.people.nobody")
            Grid(
                _columns(visit, _STAFF),
                [self._row(each) for each in self._known.wanted],
                caption=heading,
                nothing=nothing,
            )

    def _departments(self) -> None:
        visit = self._visit
        heading = visit.say("administration.people.departments")
        with ui.element("section").classes("card part"):
            title(heading)
            columns = _columns(visit, _DEPARTMENTS)
            grid = Grid(
                columns, [self._department(each) for each in self._known.departments], caption=heading, nothing=""
            )
            grid.on_act(visit, self._appoint)

    def _department(self, row: DepartmentRow) -> Row:
        say = self._visit.say
        actions = []
        if self._rights.may_appoint_head():
            actions.append(Part(act=Role.HEAD.value, text=say("administration.people.appoint_head")))
        if self._rights.may_appoint_lead(row.department):
            actions.append(Part(act=Role.LEAD.value, text=say("administration.people.appoint_lead")))
        named = self._words.department(row.department)
        return {
            "key": row.department,
            "department": [named, Part(text=row.department, mono=True, tone="quiet", below=True)],
            "head": self._person(row.head)
            or Part(text=say("administration.people.no_head"), icon="warning", tone="warn"),
            "lead": self._person(row.lead),
            "staff": str(row.staff),
            "actions": [{**each, "label": f"{each['text']}: {named}"} for each in actions],
        }

    async def _appoint(self, rank: str, department: str) -> None:
        row = next((each for each in self._known.departments if each.department == department), None)
        if row is not None:
            self._acts.appoint(row, Role(rank))

    def _person(self, subject: str | None) -> Part | None:
        if subject is None:
            return None
        name = next((each.name for each in self._known.everybody if each.subject == subject), subject)
        return Part(text=name, href=address_of(subject))

    def _row(self, row: StaffRow) -> Row:
        words, visit = self._words, self._visit
        if row.absent_until:
            until = visit.say("administration.people.absent_until", at=visit.moments.short(row.absent_until))
            standing = Part(text=until, icon="event_busy", tone="warn")
        elif not row.active:
            standing = Part(text=visit.say("administration.people.has_left"), icon="logout", tone="quiet")
        else:
            standing = Part(text=visit.say("administration.people.present"), icon="check", tone="quiet")
        load = self._known.loads.get(row.subject, 0)
        return {
            "key": row.subject,
            "person": [
                Part(text=row.name, href=address_of(row.subject)),
                Part(text=row.subject, mono=True, tone="quiet", below=True),
            ],
            "department": [
                words.department(row.department),
                *([Part(text=row.team, tone="quiet", below=True)] if row.team else []),
            ],
            "roles": words.roles(row),
            "speaks": words.languages(row.speaks),
            "skills": words.skills(row.skills),
            "deputy": self._person(row.deputy),
            "standing": standing,
            "open": str(load) if load else Part(text="0", tone="quiet"),
        }


def address_of(subject: str) -> str:
    """The page of somebody."""
    return f"{PLACE}/people/of/{subject}"


def _button(visit: Visit, name: str, icon: str, act: Any) -> None:
    said = visit.say(f"administration.act.{name}.title")
    ui.button(said, icon=icon, on_click=act, color=None).props(f"outline no-caps data-offer={name}")


def _link(visit: Visit, name: str, icon: str) -> None:
    with ui.link(target=f"{PLACE}/people/{name}").classes("tool"):
        ui.icon(icon).props('aria-hidden="true"')
        ui.label(visit.say(f"administration.people.{name}"))


def _columns(visit: Visit, names: Sequence[str]) -> list[Column]:
    looks = {"open": "number", "staff": "number", "actions": "actions", "standing": "nowrap"}
    return [
        Column(
            name=name,
            label=visit.say(f"administration.people.columns.{name}"),
            look=looks.get(name, ""),
            hidden=name == "actions",
        )
        for name in names
    ]


def _filters(visit: Visit, words: PeopleWords) -> list[Sifted]:
    say = visit.say
    options = {
        "department": words.department_options(),
        "role": words.role_options(),
        "language": words.language_options(),
        "skill": words.skill_options(),
    }
    fields = [
        among(
            visit,
            name,
            say(f"administration.people.filters.{name}"),
            [(str(each["value"]), each["label"]) for each in found],
        )
        for name, found in options.items()
    ]
    for name, answers in (("contractor", ("yes", "no")), ("absent", ("yes", "no")), ("left", ("yes",))):
        said = [(answer, say(f"administration.people.filters.{name}_{answer}")) for answer in answers]
        fields.append(among(visit, name, say(f"administration.people.filters.{name}"), said))
    return fields


def _wanted(visit: Visit) -> WantedStaff:
    given = visit.query.get
    return WantedStaff(
        department=given("department") or None,
        role=_one_of(Role, given("role")),
        language=_one_of(Language, given("language")),
        skill=_one_of(Nature, given("skill")),
        contractor=_yes_or_no(given("contractor")),
        absent=_yes_or_no(given("absent")),
        active=given("left") != "yes",
    )


def _one_of(words: type[Word], typed: str | None) -> Word | None:
    return next((word for word in words if word.value == typed), None)


def _yes_or_no(typed: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(typed or "")
