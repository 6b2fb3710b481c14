"""What doors say of subscriptions, and are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from infra.db.tables import SubscriptionState
from infra.webhooks.addresses import URL_MAX_CHARACTERS
from infra.webhooks.sender import Meaning
from workflows.contract.base import Instant, Line, Model
from workflows.contract.vocabulary import EventType

Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=URL_MAX_CHARACTERS,
        description="Where the events go: https, a public address, no user or password in it.",
        examples=["https://hooks.example.org/amends"],
    ),
]
EventTypes = Annotated[
    tuple[EventType, ...],
    Field(max_length=len(EventType), description="Only these types of events; without any, all of them."),
]


class NewSubscription(Model):
    """An endpoint to which events are to be sent from now on."""

    url: Url
    event_types: EventTypes = ()
    description: Line | None = None


class SubscriptionChange(Model):
    """What is to be different; what is left out stays."""

    url: Url | None = None
    event_types: EventTypes | None = None
    description: Line | None = None


class Subscription(Model):
    """A subscription as it stands."""

    subscription: str
    owner: str
    url: str
    event_types: tuple[EventType, ...]
    description: str | None
    state: SubscriptionState
    created_at: Instant
    accepted_at: Instant | None = Field(description="When the endpoint last accepted something.")
    held_until: Instant | None = Field(description="The endpoint was away; until then it is left alone.")
    last_error: str | None = Field(description="Why the last event that was not accepted was not.")
    lapses_at: Instant | None = Field(
        description="Nothing is sent from then on: it follows from a token, and its owner has to show one before. Any"
        " request to /subscriptions does. Null, where the owner is looked up."
    )
    old_until: Instant | None = Field(description="Until when requests are signed with the secret before, too.")
    waiting: int = Field(description="Events that wait for another try, or behind one that does.")
    dead: int = Field(description="Events that were not accepted in any try: the dead letters.")


class WithSecret(Model):
    """A subscription with the secret that verifies what comes from it. It is shown this once."""

    secret: str = Field(repr=False, examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="])
    about: Subscription


class DeadLetter(Model):
    """An event that was not accepted in any try."""

    subscription: str
    event_id: str
    reference: str
    sequence: int
    type: EventType
    attempts: int
    status: int | None = Field(description="What the endpoint answered last, if it did.")
    last_error: str | None
    died_at: Instant


class Ping(Model):
    """How a test event fared: nothing of what the endpoint wrote, but its status."""

    meaning: Meaning
    status: int | None
    said: str
