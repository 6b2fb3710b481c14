"""The tables of webhooks: who has events sent to an endpoint, and those events that could not be delivered at once."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from infra.db.tables.base import metadata, moment, one_of
from infra.db.tables.xid8 import Xid8


class SubscriptionState(StrEnum):
    """What becomes of a subscription's events. `PAUSED` by people, `FAILING` by Amends, when the endpoint was away for
    the whole schedule, or its owner is let in no more: both wait to be resumed, and nothing is lost. `GONE`: the
    endpoint said that it wants no more.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    FAILING = "failing"
    GONE = "gone"


class DeliveryState(StrEnum):
    """An event that could not be delivered at once: it waits for its next try, or has had its last."""

    PENDING = "pending"
    DEAD = "dead"


subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscription", Text, primary_key=True),
    # Who has it, and what they may see: staff by what the directory says of them, services by their sources.
    Column("owner", Text, nullable=False),
    Column("authenticated_by", Text, nullable=False),
    Column("sources", ARRAY(Text)),
    Column("roles", ARRAY(Text)),
    Column("department", Text),
    # Until when what a token said of its owner is believed; none, where they are looked up whenever something is sent.
    moment("lapses_at", nullable=True),
    Column("url", Text, nullable=False),
    Column("description", Text),
    Column("event_types", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    # Secrets are derived from these; see `infra.webhooks.secrets`.
    Column("generation", Integer, nullable=False, server_default=text("1")),
    moment("old_until", nullable=True),
    # The place in the feed that everything before has been dealt with.
    Column("transaction_id", Xid8, nullable=False),
    Column("reference", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    # How often in a row the endpoint was away, and until when it is left alone.
    Column("failures", Integer, nullable=False, server_default=text("0")),
    moment("held_until", nullable=True),
    Column("last_error", Text),
    moment("accepted_at", nullable=True),
    # The attempt of the activity that delivers: what an older one still writes does not count.
    moment("claimed_at", nullable=True),
    # Counts the changes that people make, so that whoever delivers notices them.
    Column("revision", Integer, nullable=False, server_default=text("1")),
    moment("created_at"),
    one_of("state", SubscriptionState),
    CheckConstraint("generation > 0", name="generation"),
    Index(None, "owner", "created_at"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("subscription", Text, ForeignKey("subscriptions.subscription", ondelete="CASCADE"), primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    moment("next_at", nullable=True),
    Column("status", Integer),
    Column("last_error", Text),
    moment("created_at"),
    moment("died_at", nullable=True),
    ForeignKeyConstraint(["reference", "sequence"], ["events.reference", "events.sequence"]),
    one_of("state", DeliveryState),
    # The first of each complaint that waits; and those that died, the last ones first.
    Index(None, "subscription", "reference", "sequence", postgresql_where=text("state = 'pending'")),
    Index(None, "subscription", "died_at", postgresql_where=text("state = 'dead'")),
)
