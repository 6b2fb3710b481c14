"""One step of a complaint: events become numbered entries, the case after them, and the effects they cause."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from workflows.contract.commands import Command
from workflows.contract.effects import Effect
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.replies import Reply
from workflows.core.appointments import kept, next_appointment
from workflows.core.case import Case
from workflows.core.decide import decide
from workflows.core.evolve import evolve
from workflows.core.hear import hear
from workflows.core.react import react


class Step(NamedTuple):
    """What a step led to."""

    case: Case
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()

    def then(
        self,
        events: tuple[Event, ...],
        at: datetime,
        actor: Actor,
        command_id: str = "",
        *,
        effective_at: datetime | None = None,
    ) -> Step:
        """The step continued by `events`."""
        case, entries, effects = self
        for event in events:
            entry = Entry(
                sequence=case.sequence + 1,
                at=at,
                effective_at=effective_at,
                actor=actor,
                command_id=command_id,
                event=event,
            )
            case = evolve(case, entry)
            entries += (entry,)
            effects += react(entry, case)
        return Step(case, entries, effects)


def catch_up(case: Case, now: datetime, *, due_now_counts: bool = True) -> Step:
    """Keep every appointment that has fallen due, the oldest first: thresholds of clocks, and due times of tasks.

    Before a command `due_now_counts` is False: an act at the very instant of a limit keeps it.
    """
    step = Step(case)
    while appointment := next_appointment(step.case):
        if appointment.due_at > now or (appointment.due_at == now and not due_now_counts):
            break
        # A limit that a change has moved into the past runs out with that change, not before it.
        effective_at = max(appointment.due_at, step.case.settled_at)
        in_time = effective_at >= now
        step = step.then(kept(step.case, appointment), now, SYSTEM, effective_at=None if in_time else effective_at)
    return step


def heard(case: Case, reply: Reply, now: datetime) -> Step:
    """Take in the answer of an effect, after the limits that ran out before it."""
    due = catch_up(case, now, due_now_counts=False)
    return due.then(hear(due.case, reply, now), now, SYSTEM)


def obey(case: Case, command: Command, now: datetime) -> Step:
    """Carry out a command; limits that ran out before it have run out, whether or not anybody noticed yet.

    Raises:
        AmendsError: the command is refused; nothing happened.
    """
    due = catch_up(case, now, due_now_counts=False)
    _check_seen(due, command)
    return due.then(decide(due.case, command, now), now, command.actor, command.command_id)


def _check_seen(due: Step, command: Command) -> None:
    """Who decides on what they saw decides only if it is still so."""
    seen = command.seen_sequence
    if seen is not None and seen != due.case.sequence:
        raise AmendsError(
            ErrorCode.STALE,
            f"the complaint is at event {due.case.sequence}, its sender had seen {seen}: look at it again",
            "seen_sequence",
        )
