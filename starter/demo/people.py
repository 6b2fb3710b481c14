"""Who acts in the demonstration: staff out of the organisation by what they are to a case, and the complainant."""

from __future__ import annotations

from collections.abc import Iterable

from infra.organisation import Member, Organisation
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Language, Role

AUTHENTICATED_BY = "demo"

COMPLAINANT = Actor(subject="complainant", roles=(Role.COMPLAINANT,), authenticated_by=AUTHENTICATED_BY)


class People:
    """The staff of an organisation. Works with any that can be loaded: where nobody is agent or lead, the head acts."""

    def __init__(self, organisation: Organisation) -> None:
        self._staff = organisation.staff
        self._departments = tuple(department.department for department in organisation.departments)

    def called(self, subject: str) -> Actor:
        """The member of staff with this subject."""
        return _actor(next(member for member in self._staff if member.subject == subject))

    def handler(self, department: str, language: Language) -> Actor:
        """Who takes cases in hand in a department: an agent, rather one who speaks the language."""
        fit = {Role.AGENT: 0, Role.LEAD: 1, Role.HEAD: 2}
        able = [member for member in self._of(department) if any(role in fit for role in member.roles)]
        return _actor(
            min(
                able,
                key=lambda member: (min(fit.get(role, len(fit)) for role in member.roles), member.language != language),
            )
        )

    def head(self, department: str) -> Actor:
        """The head of a department."""
        return _actor(next(member for member in self._of(department) if Role.HEAD in member.roles))

    def supervisor(self, department: str) -> Actor:
        """The lead of a department, or its head where there is none."""
        lead = next((member for member in self._of(department) if Role.LEAD in member.roles), None)
        return _actor(lead) if lead else self.head(department)

    def executives(self) -> tuple[Actor, ...]:
        """All executives; first those who head a department, as the ladder has it."""
        executives = [member for member in self._staff if Role.EXECUTIVE in member.roles]
        return _actors(sorted(executives, key=lambda member: (Role.HEAD not in member.roles, member.subject)))

    def superiors(self, department: str) -> tuple[Actor, ...]:
        """Whom a proposal of this department can be put to, the nearest first."""
        return (self.supervisor(department), self.head(department), *self.executives())

    def other_departments(self, wanted: Iterable[str], present: str) -> tuple[str, ...]:
        """Those `wanted` that exist and are not `present`; if none is left, the first other one."""
        others = tuple(department for department in self._departments if department != present)
        return tuple(department for department in wanted if department in others) or others[:1]

    def _of(self, department: str) -> list[Member]:
        return [member for member in self._staff if member.department == department]


def _actor(member: Member) -> Actor:
    return Actor(
        subject=member.subject,
        roles=member.roles,
        department=member.department,
        authenticated_by=AUTHENTICATED_BY,
    )


def _actors(members: Iterable[Member]) -> tuple[Actor, ...]:
    return tuple(_actor(member) for member in members)
