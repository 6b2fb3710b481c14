"""Whose complaints a caller may see, as a condition on their rows. What somebody may not see is as if it were not."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, false, or_, true

from infra.db.tables import complaints
from starter.access.caller import ANY_SOURCE, Caller
from starter.inbox import patterns
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import Role

SEE_ALL = frozenset({Role.EXECUTIVE, Role.AUDITOR})
"""Roles that see every complaint."""


def sight(caller: Caller, departments_that_see_all: Collection[str]) -> ColumnElement[bool]:
    """The rows of `complaints` that a caller may see.

    A service sees those of its sources. Executives, auditors and the departments named see all. Other members of staff
    see those of their department, those they own, and those they have something to do about; people of contractors only
    those that name them. Whoever stands in for somebody absent sees what that person sees, too. What the inbox offers
    somebody is always among it.
    """
    if caller.sources is not None:
        return _of_sources(caller.sources)
    actor = caller.actor
    people: tuple[Actor | StandIn, ...] = (actor, *actor.stands_in_for)
    if any(_sees_all(actor, person, departments_that_see_all) for person in people):
        return true()
    return or_(
        complaints.c.department.in_(_departments(actor, people)),
        complaints.c.owner.in_([person.subject for person in people]),
        *(complaints.c.duties.contains([pattern]) for person in people for pattern in patterns(actor, person)),
    )


def sees_source(caller: Caller, source: str, departments_that_see_all: Collection[str]) -> bool:
    """Whether a caller may see a complaint because of its source alone, whoever has it: also before it has a row."""
    if caller.sources is not None:
        return not caller.sources.isdisjoint((source, ANY_SOURCE))
    actor = caller.actor
    people: tuple[Actor | StandIn, ...] = (actor, *actor.stands_in_for)
    return any(_sees_all(actor, person, departments_that_see_all) for person in people)


def _of_sources(sources: Collection[str]) -> ColumnElement[bool]:
    if ANY_SOURCE in sources:
        return true()
    return complaints.c.source.in_(sorted(sources)) if sources else false()


def _sees_all(actor: Actor, person: Actor | StandIn, departments: Collection[str]) -> bool:
    if person is not actor and actor.contractor:
        return False  # what people of contractors stand in for is what names those who are absent
    return bool(SEE_ALL.intersection(person.roles)) or (
        not _is_outside(actor, person) and person.department in departments
    )


def _departments(actor: Actor, people: Collection[Actor | StandIn]) -> list[str]:
    return sorted(_inside(actor, people))


def _inside(actor: Actor, people: Collection[Actor | StandIn]) -> Iterator[str]:
    for person in people:
        if person.department is not None and not _is_outside(actor, person):
            yield person.department


def _is_outside(actor: Actor, person: Actor | StandIn) -> bool:
    """One of the two works for a contractor, so nothing is seen by department or role."""
    return actor.contractor or person.contractor
