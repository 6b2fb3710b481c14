"""A subscriber under test: another system, the complaints of its source, and its subscriptions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from temporalio.client import WorkflowHandle

from starter.access.caller import Caller, Scope
from starter.access.gate import DEVELOPMENT_TOKEN
from starter.read_model import ReadModel
from starter.webhooks.dead_letters import DeadLetters
from starter.webhooks.models import NewSubscription, Subscription, SubscriptionChange, WithSecret
from starter.webhooks.subscriptions import Subscriptions
from tests.support.conditions import until
from tests.support.desk import Desk
from tests.workflows.case import Case, complaint
from tests.workflows.people import AGENT
from workflows.contract.commands import AddNote
from workflows.contract.parties import Actor
from workflows.contract.webhooks import webhook_workflow_id


@dataclass
class Subscriber:
    """A service called like its source.

    Attributes:
        desk: where its complaints are handled.
        name: its own.
        served_by: where its subscriptions are, if others deliver than handle its complaints.
        authenticated_by: how doors let it in.
    """

    desk: Desk
    name: str
    served_by: Desk | None = None
    authenticated_by: str = DEVELOPMENT_TOKEN

    @property
    def caller(self) -> Caller:
        """As a door lets it in."""
        actor = Actor(subject=self.name, roles=(), authenticated_by=self.authenticated_by)
        return Caller(actor, frozenset(Scope), frozenset({self.name}))

    @property
    def subscriptions(self) -> Subscriptions:
        """Its own."""
        return self.those_of(self.caller)

    def those_of(self, caller: Caller | None) -> Subscriptions:
        """Those of somebody; without one, as operators see them, those of everybody."""
        settings = (self.served_by or self.desk).settings
        return Subscriptions(self.desk.engine, self.desk.temporal, settings, caller)

    @property
    def dead_letters(self) -> DeadLetters:
        """Its own."""
        return DeadLetters(self.desk.engine, self.subscriptions)

    async def subscribe(self, url: str, **changes: Any) -> WithSecret:
        """Have events sent there from now on."""
        return await self.subscriptions.create(self.caller, NewSubscription(url=url, **changes))

    async def unsubscribe(self) -> None:
        """Remove what it has."""
        for about in await self.subscriptions.listed():
            await self.subscriptions.remove(about.subscription)

    def case(self, key: str, **changes: Any) -> Case:
        """A complaint of its source."""
        return Case(self.desk, complaint(f"{self.name}/{key}"[-200:], source=self.name, **changes))

    async def filed(self, *keys: str, notes: int = 0) -> list[Case]:
        """Complaints with notes, all of them in the tables."""
        cases = [self.case(key) for key in keys]
        await asyncio.gather(*(self._live(case, notes) for case in cases))
        return cases

    async def note(self, case: Case, notes: int) -> None:
        """So many events more."""
        for number in range(notes):
            await case.give(AddNote(actor=AGENT, text=f"another note {number}"))

    async def note_in_haste(self, case: Case, notes: int) -> None:
        """So many events more, without waiting until they are in the tables."""
        for number in range(notes):
            await self.desk.client.command(case.reference, AddNote(actor=AGENT, text=f"a note in haste {number}"))

    def to(self, url: str) -> SubscriptionChange:
        """Another address."""
        return SubscriptionChange(url=url)

    async def journal(self, *cases: Case) -> list[str]:
        """The ids of all their events."""
        model = ReadModel(self.desk.engine)
        return [f"{case.reference}:{event.sequence}" for case in cases for event in await model.events(case.reference)]

    async def until_(self, subscription: str, **expected: Any) -> Subscription:
        """The subscription, once it stands like that, whose ever it is by then."""
        operators = self.those_of(None)

        async def stands() -> bool:
            about = await operators.one(subscription)
            return all(getattr(about, name) == value for name, value in expected.items())

        await until(stands, f"{subscription} has {expected}")
        return await operators.one(subscription)

    async def until_rests(self, subscription: str) -> None:
        """Wait until no activity is there for it."""

        async def rests() -> bool:
            raw = (await self.workflow(subscription).describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(rests, f"{subscription} rests")

    def workflow(self, subscription: str) -> WorkflowHandle[Any, Any]:
        """Its workflow."""
        return self.desk.temporal.get_workflow_handle(webhook_workflow_id(subscription))

    async def _live(self, case: Case, notes: int) -> None:
        await case.file()
        for number in range(notes):
            await case.give(AddNote(actor=AGENT, text=f"note {number}"))
