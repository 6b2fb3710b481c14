"""People, departments and changes to the directory in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from infra.directory_changes import Change
from infra.organisation import STAFF_ROLES, Member
from starter.console.commands.staff import Option
from starter.console.texts import texts
from starter.console.visit import Visit
from starter.directory import DepartmentRow, StaffRow
from workflows.contract.vocabulary import Language, Nature

_VOCABULARY = {"roles": "role", "language": "language", "languages": "language", "skills": "nature"}
_DEPARTMENT_FIELDS = frozenset({"department"})
_MOMENTS = frozenset({"starts_at", "ends_at", "back_at"})


class PeopleWords:
    """Says who is who.

    Args:
        visit: the page.
        departments: as the directory has them.
    """

    def __init__(self, visit: Visit, departments: Sequence[DepartmentRow]) -> None:
        self._visit = visit
        self._departments = departments

    def department(self, department: str) -> str:
        """As the reader calls it."""
        names = next((each.names for each in self._departments if each.department == department), None)
        return names[self._visit.language] if names else department

    def roles(self, member: Member) -> str:
        """All of them, and whether they are a contractor's."""
        said = [self._visit.word("role", role.value) for role in member.roles]
        if member.contractor:
            said.append(self._visit.say("administration.people.contractor"))
        return self.all(said)

    def languages(self, spoken: Iterable[Language]) -> str:
        """All of them."""
        return self.all(self._visit.word("language", each.value) for each in spoken)

    def skills(self, skills: Iterable[Nature]) -> str:
        """All of them."""
        return self.all(self._visit.word("nature", each.value) for each in skills)

    def all(self, words: Iterable[str]) -> str:
        """A list in a line."""
        return self._visit.say("administration.people.between").join(words)

    def department_options(self) -> list[Option]:
        """Every department."""
        return [Option(value=each.department, label=self.department(each.department)) for each in self._departments]

    def role_options(self) -> list[Option]:
        """What staff can be."""
        return [Option(value=role.value, label=self._visit.word("role", role.value)) for role in STAFF_ROLES]

    def skill_options(self) -> list[Option]:
        """What they can be good at."""
        return [Option(value=each.value, label=self._visit.word("nature", each.value)) for each in Nature]

    def language_options(self) -> list[Option]:
        """What they can speak."""
        return [Option(value=each.value, label=self._visit.word("language", each.value)) for each in Language]

    def people_options(self, members: Iterable[StaffRow]) -> list[Option]:
        """By name, with where they are."""
        return [
            Option(value=each.subject, label=each.name, caption=f"{each.subject} · {self.department(each.department)}")
            for each in members
        ]

    def change(self, change: Change) -> str:
        """What a line of the journal changed: each field, from what to what."""
        before, after = change.before or {}, change.after or {}
        fields = [field for field in {**before, **after} if before.get(field) != after.get(field)]
        if change.before is None or change.after is None:
            fields = [field for field in (after or before) if (after or before)[field] not in (None, [], False)]
            return self._list(self._stated(field, (after or before)[field]) for field in fields)
        return self._list(
            self._visit.say(
                "administration.people.from_to",
                field=self._field(field),
                before=self._value(field, before.get(field)),
                after=self._value(field, after.get(field)),
            )
            for field in fields
        )

    def changes(self, changes: Sequence[Change]) -> str:
        """What was changed, or that nothing was."""
        if not changes:
            return self._visit.say("administration.dialog.unchanged")
        return self._list(f"{self.action(each)} {each.about}" for each in changes)

    def action(self, change: Change) -> str:
        """What was done."""
        return self._visit.say(f"administration.action.{change.action.value}")

    def _stated(self, field: str, value: Any) -> str:
        return self._visit.say(
            "administration.people.stated", field=self._field(field), value=self._value(field, value)
        )

    def _list(self, parts: Iterable[str]) -> str:
        return self._visit.say("administration.rules.comma").join(parts)

    def _field(self, field: str) -> str:
        key = f"administration.person.{field}"
        return self._visit.say(key) if key in texts() else field

    def _value(self, field: str, value: Any) -> str:
        if value in (None, [], ""):
            return self._visit.say("administration.people.nothing")
        if isinstance(value, dict):
            return " / ".join(str(each) for each in value.values())
        if isinstance(value, bool):
            return self._visit.say("administration.people.is_so" if value else "administration.people.is_not_so")
        return self.all(self._one(field, str(each)) for each in (value if isinstance(value, list) else [value]))

    def _one(self, field: str, value: str) -> str:
        if field in _VOCABULARY:
            return self._visit.word(_VOCABULARY[field], value)
        if field in _DEPARTMENT_FIELDS:
            return self.department(value)
        return self._visit.moments.short(datetime.fromisoformat(value)) if field in _MOMENTS else value
