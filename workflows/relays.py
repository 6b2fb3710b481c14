"""The lane on which a complaint speaks to others: beside the postings, so that nobody waits for who cannot be reached.

To each of the others commands go one after the other; between them nobody waits for anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import TypeAlias

from temporalio import workflow
from temporalio.exceptions import ActivityError

from workflows.contract.effects import Effect, FileSplit, Relay
from workflows.contract.ports import Errand, Relayed, RelayPort, Separation
from workflows.contract.replies import Reply
from workflows.core.step import Step
from workflows.insist import attempt, insist

AT_ONCE = 10
"""To how many others a command is given by one activity, all at the same time."""

UNDER_WAY = 4
"""How many such activities run at once; those that wait for somebody who cannot be reached do not count."""

Outgoing: TypeAlias = Relay | FileSplit


class RelayLane:
    """What has to be said to other complaints, until each has answered.

    What has not been answered stays in `waiting`: it can be carried to the next run and said again at any time, because
    a command repeated with its id is answered with the receipt of the first.
    """

    def __init__(self, reference: str, hear: Callable[[Reply], None]) -> None:
        self.waiting: tuple[Outgoing, ...] = ()
        self._reference = reference
        self._hear = hear
        self._spoken_to: set[str] = set()
        self._first_attempts = 0
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_empty(self) -> bool:
        """Everybody has answered."""
        return not self.waiting

    def add(self, step: Step) -> Step:
        """Queue what a step has to say to others; returns what is left of the step."""
        outgoing = tuple(effect for effect in step.effects if isinstance(effect, Relay | FileSplit))
        self.waiting += outgoing
        here: tuple[Effect, ...] = tuple(effect for effect in step.effects if effect not in outgoing)
        return step._replace(effects=here) if outgoing else step

    async def speak(self) -> None:
        """Speak to others for as long as the workflow lives."""
        while True:
            await workflow.wait_condition(lambda: self._has_failed or self._next() is not None)
            for task in [task for task in self._tasks if task.done()]:
                self._tasks.remove(task)
                task.result()
            if part := self._next():
                self._spoken_to |= set(_addressees(part))
                self._tasks.append(asyncio.create_task(self._say(part)))

    @property
    def _has_failed(self) -> bool:
        return any(task.done() and task.exception() for task in self._tasks)

    def _next(self) -> Outgoing | None:
        """The oldest of what can be said now: to those to whom nothing older is still to be said."""
        if self._first_attempts >= UNDER_WAY:
            return None
        taken = set(self._spoken_to)
        for outgoing in self.waiting:
            free = tuple(islice((each for each in _addressees(outgoing) if each not in taken), AT_ONCE))
            if free:
                return _to(outgoing, free)
            taken |= set(_addressees(outgoing))
        return None

    async def _say(self, part: Outgoing) -> None:
        """Say it until all have answered. Whoever does not answer at once is asked again apart from the rest."""
        self._first_attempts += 1
        relayed = await self._attempt(part)
        self._first_attempts -= 1
        self._take_in(part, relayed)
        while relayed.unreached:
            part = _to(part, relayed.unreached)
            relayed = await self._insist(part)
            self._take_in(part, relayed)

    async def _attempt(self, part: Outgoing) -> Relayed:
        try:
            if isinstance(part, FileSplit):
                return await attempt(RelayPort.file_split, Separation(reference=self._reference, part=part))
            return await attempt(RelayPort.relay, Errand(reference=self._reference, relay=part))
        except ActivityError:
            return Relayed(unreached=_addressees(part))

    async def _insist(self, part: Outgoing) -> Relayed:
        if isinstance(part, FileSplit):
            return await insist(RelayPort.file_split, Separation(reference=self._reference, part=part))
        return await insist(RelayPort.relay, Errand(reference=self._reference, relay=part))

    def _take_in(self, part: Outgoing, relayed: Relayed) -> None:
        answered = {answer.reference for answer in relayed.answers}
        self._spoken_to -= answered
        left = (_without(each, answered) if _is_of(each, part) else each for each in self.waiting)
        self.waiting = tuple(each for each in left if each)
        for answer in relayed.answers:
            self._hear(answer)


def _addressees(outgoing: Outgoing) -> tuple[str, ...]:
    return outgoing.to if isinstance(outgoing, Relay) else (outgoing.reference,)


def _to(outgoing: Outgoing, some: tuple[str, ...]) -> Outgoing:
    return outgoing.model_copy(update={"to": some}) if isinstance(outgoing, Relay) else outgoing


def _without(outgoing: Outgoing, answered: set[str]) -> Outgoing | None:
    left = tuple(each for each in _addressees(outgoing) if each not in answered)
    return _to(outgoing, left) if left else None


def _is_of(outgoing: Outgoing, part: Outgoing) -> bool:
    """They come from the same effect."""
    if isinstance(outgoing, Relay) and isinstance(part, Relay):
        return (outgoing.sequence, outgoing.command) == (part.sequence, part.command)
    return outgoing == part
