"""The dialogs that change the directory: each asks what its command needs, and lets the directory decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from infra.calendars import load_calendar
from infra.organisation import Department, Member
from infra.rule_sets import calendar_beside
from starter.console.administration.dialog import Dialog
from starter.console.administration.people_words import PeopleWords
from starter.console.administration.rights import changing_actor
from starter.console.administration.room import today
from starter.console.commands.reading import FaultError, read_instant
from starter.console.visit import Visit
from starter.directory import Changes, DepartmentRow, Directory, MemberChanges, StaffRow
from workflows.contract.base import Model
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Language, Role

Made = TypeVar("Made", bound=Model)
Change = Callable[[Directory, Actor], Awaitable[Changes]]


@dataclass(frozen=True)
class PeopleActs:
    """All of them, for one page.

    Attributes:
        visit: the page.
        members: everybody on the staff.
        departments: all of them.
        on_change: called when something was changed.
    """

    visit: Visit
    members: Sequence[StaffRow]
    departments: Sequence[DepartmentRow]
    on_change: Callable[[], Awaitable[None]]

    @property
    def words(self) -> PeopleWords:
        """Names of people and departments."""
        return PeopleWords(self.visit, self.departments)

    def engage(self) -> None:
        """Somebody new, or back."""

        async def act(given: dict[str, Any]) -> str:
            stated = {name: value for name, value in given.items() if value not in (None, ())}
            member = made(Member, stated)
            self._check_calendar(member.calendar)
            return await self._changed(lambda directory, by: directory.engage(member, by))

        dialog = Dialog(self.visit, "engage", "engage", act)
        dialog.text("subject", self._label("subject"), hint=self.visit.say("administration.act.engage.subject_hint"))
        dialog.text("name", self._label("name"))
        self._record(dialog, None)
        dialog.open()

    def change(self, member: StaffRow) -> None:
        """Another record; what is different is sent, so that two who change different fields do not undo each other."""

        async def act(given: dict[str, Any]) -> str:
            before = {name: _plain(getattr(member, name)) for name in given}
            different = {name: value for name, value in given.items() if value != before[name]}
            changes = made(MemberChanges, different)
            self._check_calendar(changes.calendar)
            if not different:
                return self.words.changes(())
            return await self._changed(lambda directory, by: directory.change(member.subject, changes, by))

        dialog = Dialog(self.visit, f"change-{member.subject}", "change", act, person=member.name)
        dialog.text("name", self._label("name"), member.name)
        self._record(dialog, member)
        dialog.open()

    def leave(self, member: StaffRow, open_complaints: int) -> None:
        """Off the staff."""

        async def act(_: dict[str, Any]) -> str:
            return await self._changed(lambda directory, by: directory.leave(member.subject, by))

        name = f"leave-{member.subject}"
        person, count = member.name, open_complaints
        Dialog(self.visit, name, "leave", act, is_final=True, person=person, count=count).open()

    def absent(self, member: StaffRow) -> None:
        """Not there from when to when."""

        async def act(given: dict[str, Any]) -> str:
            starts = self._moment(given["starts_at"], "starts_at") if given["starts_at"] else datetime.now(self._zone)
            ends = self._moment(given["ends_at"], "ends_at")
            return await self._changed(
                lambda directory, by: directory.absent(member.subject, starts, ends, given["note"], by)
            )

        key = "absent" if member.deputy else "absent_alone"
        dialog = Dialog(
            self.visit, f"absent-{member.subject}", key, act, person=member.name, deputy=member.deputy or ""
        )
        dialog.text(
            "starts_at", self._label("starts_at"), kind="datetime-local", hint=self.visit.say("administration.act.now")
        )
        dialog.text("ends_at", self._label("ends_at"), kind="datetime-local")
        dialog.text("note", self._label("note"))
        dialog.open()

    def back(self, member: StaffRow) -> None:
        """There again, or not going after all."""

        async def act(_: dict[str, Any]) -> str:
            return await self._changed(lambda directory, by: directory.back(member.subject, by))

        key = "back" if member.absent_until else "not_going"
        Dialog(self.visit, f"back-{member.subject}", key, act, person=member.name).open()

    def appoint(self, department: DepartmentRow, rank: Role) -> None:
        """Another head, or another lead."""
        field = "head" if rank is Role.HEAD else "lead"

        async def act(given: dict[str, Any]) -> str:
            if not given[field]:
                raise AmendsError(ErrorCode.INVALID_INPUT, self.visit.say("administration.dialog.required"), field)
            return await self._changed(
                lambda directory, by: directory.appoint(department.department, by, **{field: given[field]})
            )

        named = self.words.department(department.department)
        dialog = Dialog(
            self.visit, f"appoint-{field}-{department.department}", f"appoint_{field}", act, department=named
        )
        people = [each for each in self.members if each.department == department.department]
        dialog.choice(field, self.visit.word("role", rank.value), self.words.people_options(people))
        dialog.open()

    def found(self) -> None:
        """A department."""

        async def act(given: dict[str, Any]) -> str:
            names = {Language.ZH: given["zh"] or "", Language.EN: given["en"] or ""}
            department = made(Department, {"department": given["department"] or "", "names": names})
            return await self._changed(
                lambda directory, by: directory.add_department(department, given["head"] or "", by)
            )

        dialog = Dialog(self.visit, "found", "found", act)
        say = self.visit.say
        dialog.text(
            "department", say("administration.act.found.short"), hint=say("administration.act.found.short_hint")
        )
        dialog.text("zh", say("administration.act.found.zh"))
        dialog.text("en", say("administration.act.found.en"))
        dialog.choice("head", self.visit.word("role", Role.HEAD.value), self.words.people_options(self.members))
        dialog.open()

    def _record(self, dialog: Dialog, member: StaffRow | None) -> None:
        """What can be said of somebody besides who they are."""
        words, own = self.words, self.visit.caller.actor.department
        others = [each for each in self.members if member is None or each.subject != member.subject]
        choose, label = dialog.choice, self._label
        choose("department", label("department"), words.department_options(), member.department if member else own)
        roles = [role.value for role in member.roles] if member else [Role.AGENT.value]
        choose("roles", label("roles"), words.role_options(), roles, multiple=True)
        language = member.language.value if member else self.visit.language.value
        choose("language", label("language"), words.language_options(), language)
        spoken = [each.value for each in member.languages] if member else []
        choose("languages", label("languages"), words.language_options(), spoken, multiple=True)
        skills = [each.value for each in member.skills] if member else []
        choose("skills", label("skills"), words.skill_options(), skills, multiple=True)
        dialog.text("email", label("email"), member.email if member else None, kind="email")
        dialog.text("team", label("team"), member.team if member else None)
        hint = self.visit.say("administration.act.calendar_hint")
        dialog.text("calendar", label("calendar"), member.calendar if member else None, hint=hint)
        choose(
            "deputy", label("deputy"), words.people_options(others), member.deputy if member else None, clearable=True
        )
        dialog.check("contractor", label("contractor"), value=member.contractor if member else False)

    def _label(self, field: str) -> str:
        return self.visit.say(f"administration.person.{field}")

    def _check_calendar(self, name: str | None) -> None:
        """Refuse one that workers would not find, as the shell does."""
        if name is not None:
            load_calendar(calendar_beside(self.visit.office.settings.policy, name), today=today(self.visit))

    async def _changed(self, change: Change) -> str:
        by = await changing_actor(self.visit)
        changes = await change(Directory(self.visit.office.engine), by)
        await self.on_change()
        return self.words.changes(changes)

    @property
    def _zone(self) -> Any:
        return self.visit.moments.zone

    def _moment(self, typed: str | None, field: str) -> datetime:
        try:
            at = read_instant(typed, self._zone)
        except FaultError as fault:
            raise AmendsError(ErrorCode.INVALID_INPUT, self.visit.say(f"commands.faults.{fault.name}"), field) from None
        if at is None:
            raise AmendsError(ErrorCode.INVALID_INPUT, self.visit.say("administration.dialog.required"), field)
        return at


def made(model: type[Made], fields: dict[str, Any]) -> Made:
    """A model out of what was typed.

    Raises:
        AmendsError: `invalid_input`, naming the field.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error


def _plain(value: Any) -> Any:
    """As a dialog gives it."""
    if isinstance(value, tuple):
        return tuple(each.value for each in value)
    return getattr(value, "value", value)
