"""Complaints that speak to each other, as their workflows would: each message arrives, its answer later, in any order
between different pairs; and either may come again.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any, NamedTuple, Self

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.commands import COMMANDS
from workflows.contract.effects import Effect, FileSplit, Relay
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.kinship import SPLIT_SOURCE, Kin, split_key
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.reference import reference_for
from workflows.contract.replies import Answer
from workflows.contract.vocabulary import Status
from workflows.core.step import heard, obey


class Message(NamedTuple):
    """A command from one complaint to another."""

    giver: str
    to: str
    effect: Relay | FileSplit

    @property
    def command_id(self) -> str:
        """As the activity makes it."""
        return f"{self.giver}-{self.effect.sequence}-{self.name}"

    @property
    def name(self) -> str:
        """Of the command."""
        return self.effect.command if isinstance(self.effect, Relay) else "link_from"


class Town:
    """Complaints by the names a test gives them."""

    def __init__(self, *names: str, start: datetime = b.START) -> None:
        self.now = start
        self.stories: dict[str, Story] = {}
        self.outbox: dict[tuple[str, str], deque[Message]] = {}
        self.answers: dict[tuple[str, str], Answer] = {}
        self._receipts: dict[tuple[str, str], Answer] = {}
        self._collected: dict[str, int] = {}
        for name in names:
            self.file(name)

    def file(self, name: str, **filing: Any) -> Story:
        """Somebody complains."""
        story = Story(self.now, **({"source_key": name} | filing)).assessed()
        self.stories[story.case.reference] = story
        return story

    def __getitem__(self, name: str) -> Story:
        """The complaint of that name, or reference."""
        return self.stories.get(name) or self.stories[reference_for("webform", name)]

    def kin(self, name: str) -> Kin:
        """What it has to do with others."""
        return self[name].case.kin

    def ref(self, name: str) -> str:
        """Its reference."""
        return self[name].case.reference

    def does(self, name: str, command: str, by: Actor, **fields: Any) -> Self:
        """Somebody gives it a command now."""
        self[name].now = self.now
        self[name].does(command, by, **fields)
        return self.collect()

    def reaches(self, name: str, status: Status) -> Self:
        """It goes the standard path so far."""
        self[name].now = self.now
        self[name].reaches(status)
        return self.collect()

    def collect(self) -> Self:
        """Take up what the complaints have to say."""
        for reference, story in self.stories.items():
            new = story.effects[self._collected.get(reference, 0) :]
            self._collected[reference] = len(story.effects)
            for effect in new:
                for to in _addressees(effect):
                    assert isinstance(effect, Relay | FileSplit)
                    self.outbox.setdefault((reference, to), deque()).append(Message(reference, to, effect))
        return self

    @property
    def under_way(self) -> list[tuple[str, str]]:
        """The pairs between which a message can arrive: none whose last answer is still to be heard."""
        return [pair for pair, queue in self.outbox.items() if queue and pair not in self.answers]

    def deliver(self, pair: tuple[str, str]) -> Answer:
        """The oldest message from one to the other arrives, and is answered. It may do so again."""
        message = self.outbox[pair][0]
        if isinstance(message.effect, FileSplit) and message.to not in self.stories:
            part = message.effect
            key = split_key(message.giver, part.sequence)
            self.file(message.to, source=SPLIT_SOURCE, source_key=key, text=part.text, subject=part.subject)
        self.answers[pair] = self._answer(message)
        self.collect()
        return self.answers[pair]

    def hear(self, pair: tuple[str, str]) -> None:
        """The answer to it comes back."""
        answer = self.answers.pop(pair)
        self.outbox[pair].popleft()
        giver = self.stories[pair[0]]
        giver.now = self.now
        giver.add(heard(giver.case, answer, self.now))
        self.collect()

    def settle(self) -> Self:
        """Everything that is under way arrives and is answered."""
        while self.under_way or self.answers:
            for pair in self.under_way:
                self.deliver(pair)
            for pair in list(self.answers):
                self.hear(pair)
        return self

    def _answer(self, message: Message) -> Answer:
        key = (message.to, message.command_id)
        if key not in self._receipts:
            answer = self._fresh_answer(message)
            if answer.code is not None:
                return answer
            self._receipts[key] = answer
        return self._receipts[key]

    def _fresh_answer(self, message: Message) -> Answer:
        said = {"sequence": message.effect.sequence, "reference": message.to, "command": message.name}
        try:
            events = self._obey(message)
        except AmendsError as refused:
            return Answer.model_validate(said | {"code": refused.code, "message": refused.message})
        return Answer.model_validate(said | {"events": events})

    def _obey(self, message: Message) -> tuple[str, ...]:
        story = self.stories.get(message.to)
        if story is None:
            raise AmendsError(ErrorCode.UNKNOWN_REFERENCE, "no complaint has this reference", "reference")
        effect = message.effect
        fields = (
            effect.fields
            if isinstance(effect, Relay)
            else {"reference": message.giver, "relation": "split_into", "by": effect.by}
        )
        command = COMMANDS[message.name].model_validate(fields | {"actor": SYSTEM, "command_id": message.command_id})
        story.now = self.now
        step = obey(story.case, command, self.now)
        story.add(step)
        return tuple(entry.event.type for entry in step.entries)


def _addressees(effect: Effect) -> tuple[str, ...]:
    if isinstance(effect, Relay):
        return effect.to
    return (effect.reference,) if isinstance(effect, FileSplit) else ()
