"""Whose own figures somebody is shown: people's work is for those who lead them, and for themselves."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import Role

OVER_ALL = frozenset({Role.EXECUTIVE, Role.AUDITOR})
"""Roles that are shown everybody's."""

OVER_A_DEPARTMENT = frozenset({Role.LEAD, Role.HEAD})
"""Roles that are shown those of the people in their department."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whose lines somebody is shown: everybody's, those of the people of some departments, and always their own."""

    own: str
    departments: frozenset[str] = frozenset()
    everybody: bool = False

    @property
    def is_leading(self) -> bool:
        """More than one's own."""
        return self.everybody or bool(self.departments)

    def show(self, subject: str, department: str | None) -> bool:
        """Whether the line of a person of this department is among them."""
        return self.everybody or subject == self.own or department in self.departments


def lines_of(actor: Actor) -> Lines:
    """Decided by roles: executives and auditors are shown everybody's, leads and heads those of their department, and
    whoever stands in for one of them what that person is shown. People of contractors are shown their own alone.
    """
    if actor.contractor:
        return Lines(actor.subject)
    people: tuple[Actor | StandIn, ...] = (actor, *actor.stands_in_for)
    led = (each.department for each in people if OVER_A_DEPARTMENT.intersection(each.roles))
    return Lines(
        own=actor.subject,
        departments=frozenset(department for department in led if department is not None),
        everybody=any(OVER_ALL.intersection(each.roles) for each in people),
    )
