"""What a person is to a case: themselves, or standing in for somebody who is absent."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.contract.meeting import Task
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import Relation, Role
from workflows.core.case import Case

_STAFF_ROLES = {Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE}


def relations(case: Case, actor: Actor) -> frozenset[Relation]:
    """What an actor is to a case, themselves or standing in for somebody who is absent."""
    return frozenset(relation for person in persons(case, actor) for relation in relations_of(case, person))


def is_barred(case: Case, person: Actor | StandIn) -> bool:
    """An interest keeps them out. It is one of staff, never of the complainant or of Amends, whatever their name."""
    is_staff = {Role.COMPLAINANT, Role.SYSTEM}.isdisjoint(person.roles)
    return is_staff and person.subject in case.conflicts


def persons(case: Case, actor: Actor) -> tuple[Actor | StandIn, ...]:
    """The actor and those they stand in for; without those whom a conflict of interest bars from the case."""
    everybody: tuple[Actor | StandIn, ...] = (actor, *actor.stands_in_for)
    return tuple(person for person in everybody if not is_barred(case, person))


def relations_of(case: Case, person: Actor | StandIn) -> Iterator[Relation]:
    """What one person is to a case."""
    roles = set(person.roles)
    if roles & _STAFF_ROLES:
        yield Relation.STAFF
        yield from _parts_of(case, person)
        if Role.HEAD in roles:
            yield Relation.HEAD_OF_ANY
        if Role.EXECUTIVE in roles:
            yield Relation.EXECUTIVE
        if person.subject == case.owner.subject:
            yield Relation.OWNER
        if person.department == case.owner.department:
            yield Relation.MEMBER
            yield from (Relation(role.value) for role in roles & {Role.LEAD, Role.HEAD})
    yield from (Relation(role.value) for role in roles & {Role.COMPLAINANT, Role.SYSTEM})


def _parts_of(case: Case, person: Actor | StandIn) -> Iterator[Relation]:
    """What they have to do with the meeting of a case, and with the tasks that one gave."""
    meeting = case.meeting
    if meeting:
        if person.subject in (meeting.chair, meeting.fallback):
            yield Relation.CHAIR
        if any(person.subject in (seat.subject, seat.deputy) for seat in meeting.seats):
            yield Relation.INVITED
    if any(task.is_open and answers_for(case, person, task) for task in case.tasks):
        yield Relation.TASK_OWNER


def answers_for(case: Case, person: Actor | StandIn, task: Task) -> bool:
    """A task is theirs, or they are the head of the department of whoever has it."""
    responsible = case.procedure.departments.get(task.owner.department) if case.procedure else None
    return person.subject == task.owner.subject or (responsible is not None and person.subject == responsible.head)
