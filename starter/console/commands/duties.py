"""Which of the allowed commands do what the reader has to do: those come first."""

from __future__ import annotations

from collections.abc import Collection

from starter.console.commands.offered import BESIDE
from workflows.contract.parties import Actor, StandIn
from workflows.contract.views import Duty
from workflows.contract.vocabulary import Role


def first_of(duties: Collection[Duty], actor: Actor, allowed: Collection[str]) -> tuple[str, ...]:
    """The names of these commands, in the order of the duties, each with what can be answered instead."""
    people: tuple[Actor | StandIn, ...] = (actor, *actor.stands_in_for)
    own = (duty.duty.command for duty in duties if any(_is_for(duty, person) for person in people))
    wanted = [each for name in own if name for each in (name, *BESIDE.get(name, ()))]
    return tuple(name for name in dict.fromkeys(wanted) if name in allowed)


def _is_for(duty: Duty, person: Actor | StandIn) -> bool:
    if person.subject in duty.but_not:
        return False
    if duty.subject is not None:
        return duty.subject == person.subject
    if Role.EXECUTIVE in person.roles and Role.EXECUTIVE in duty.roles:
        return True
    return person.department == duty.department and not set(duty.roles).isdisjoint(person.roles)
