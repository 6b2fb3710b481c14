"""The organisation: departments and staff, who answers for each department, and what must hold for it to work."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from infra.documents import read_document
from workflows.contract.assessment import Responsible
from workflows.contract.base import Model, Name, Slug
from workflows.contract.filing import EmailAddress
from workflows.contract.vocabulary import Language, Nature, Role

SHIPPED_ORGANISATION = Path(__file__).parent / "shipped" / "organisation.yaml"

STAFF_ROLES = (Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE, Role.AUDITOR)
"""What a person may be by what an operator says; what complainants and Amends itself are, nobody is given."""

OF_EMPLOYEES = frozenset({Role.HEAD, Role.EXECUTIVE})
"""What people of contractors cannot be."""


class Department(Model):
    """A department and its name in every language."""

    department: Slug
    names: dict[Language, Name]

    @model_validator(mode="after")
    def _named_in_every_language(self) -> Self:
        missing = [language.value for language in Language if language not in self.names]
        if missing:
            raise ValueError(f"department {self.department} has no name in {missing[0]}")
        return self

    @property
    def name(self) -> str:
        """The name in all languages, for places that both read."""
        return " / ".join(self.names[language] for language in Language)


class Member(Model):
    """One person on the staff.

    `language` is that of letters, `languages` are others they speak; `calendar` names their working hours, without one
    those of the policy hold; `deputy` stands in while they are absent.
    """

    subject: Name
    name: Name
    email: EmailAddress | None = None
    department: Slug
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    language: Language
    languages: tuple[Language, ...] = ()
    skills: tuple[Nature, ...] = ()
    team: Name | None = None
    calendar: Slug | None = None
    deputy: Name | None = None
    contractor: bool = False

    @model_validator(mode="after")
    def _holds_roles_of_staff(self) -> Self:
        other = [role.value for role in self.roles if role not in STAFF_ROLES]
        if other:
            raise ValueError(f"{self.subject} cannot be {other[0]}; staff are {', '.join(STAFF_ROLES)}")
        return self

    @model_validator(mode="after")
    def _is_no_deputy_of_their_own(self) -> Self:
        if self.deputy == self.subject:
            raise ValueError(f"deputy of {self.subject}: must be somebody else")
        return self

    @model_validator(mode="after")
    def _answers_as_an_employee(self) -> Self:
        held = [role.value for role in self.roles if role in OF_EMPLOYEES]
        if self.contractor and held:
            raise ValueError(
                f"{self.subject} is a contractor and cannot be {held[0]}; heads and executives are employees"
            )
        return self

    @property
    def speaks(self) -> tuple[Language, ...]:
        """Every language once, that of letters first."""
        return tuple(dict.fromkeys((self.language, *self.languages)))


class Organisation(Model):
    """All departments and staff. Each department has exactly one head, so that every complaint has an owner."""

    departments: Annotated[tuple[Department, ...], Field(min_length=1)]
    staff: tuple[Member, ...]

    @model_validator(mode="after")
    def _somebody_answers_everywhere(self) -> Self:
        _unique("department", [department.department for department in self.departments])
        _unique("subject", [member.subject for member in self.staff])
        known = {department.department for department in self.departments}
        for member in self.staff:
            if member.department not in known:
                raise ValueError(f"{member.subject} is in {member.department}, which is not among the departments")
        for department in known:
            _require_one(Role.HEAD, department, self.holders(Role.HEAD, department))
            if len(self.holders(Role.LEAD, department)) > 1:
                raise ValueError(f"department {department} has more than one lead; the ladder tells exactly one")
        if not any(Role.EXECUTIVE in member.roles for member in self.staff):
            raise ValueError("nobody is an executive, so the ladder would end in the air")
        return self

    @model_validator(mode="after")
    def _deputies_can_stand_in(self) -> Self:
        staff = {member.subject: member for member in self.staff}
        for member in self.staff:
            if member.deputy is None:
                continue
            if member.deputy not in staff:
                raise ValueError(f"deputy of {member.subject}: nobody on the staff is called {member.deputy}")
            # Also along a chain of deputies, nobody gets the powers of an employee without being one.
            if staff[member.deputy].contractor and not member.contractor:
                raise ValueError(
                    f"deputy of {member.subject}: {member.deputy} is a contractor, and the deputy of an employee must"
                    " be an employee"
                )
        return self

    def member(self, subject: str) -> Member | None:
        """The person with this subject."""
        return next((member for member in self.staff if member.subject == subject), None)

    def holders(self, role: Role, department: str) -> list[Member]:
        """Who has this role in this department."""
        return [member for member in self.staff if role in member.roles and member.department == department]

    def responsible(self) -> dict[str, Responsible]:
        """Who answers in each department."""
        return {each.department: self._responsible_in(each.department) for each in self.departments}

    def _responsible_in(self, department: str) -> Responsible:
        lead = next((member.subject for member in self.holders(Role.LEAD, department)), None)
        return Responsible(head=self.holders(Role.HEAD, department)[0].subject, lead=lead)


def load_organisation(path: Path = SHIPPED_ORGANISATION) -> Organisation:
    """The organisation in a YAML file.

    Raises:
        AmendsError: `invalid_input` with the file, the place in it and what was expected.
    """
    return read_document(path, Organisation)


def _unique(kind: str, values: list[str]) -> None:
    repeated = [value for value, count in Counter(values).items() if count > 1]
    if repeated:
        raise ValueError(f"{kind} {repeated[0]} is there twice")


def _require_one(role: Role, department: str, members: list[Member]) -> None:
    if len(members) != 1:
        who = ", ".join(member.subject for member in members) or "nobody"
        raise ValueError(f"department {department} must have exactly one {role.value}, found {who}")
