"""What an owner may see is found out when something is sent: people leave and change places, keys are revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import api_keys, subscriptions
from infra.db.transaction import transact
from starter.access.gate import API_KEY
from tests.support.receiver import Receiver
from tests.webhooks.subscriber import Subscriber
from tests.workflows.people import AGENT, ENGINEER
from workflows.contract.commands import Reassign
from workflows.contract.parties import Party


async def test_a_revoked_key_ends_what_was_subscribed_with_it(subscriber: Subscriber, endpoint: Receiver) -> None:
    """The owner can begin again with a new key of the same service, from where it stopped."""
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    await _change(subscriber, name, authenticated_by=API_KEY)
    about = await subscriber.until_(name, state="failing")
    assert about.last_error == "its owner is let in no more"
    cases = await subscriber.filed("a")
    assert endpoint.arrivals == []
    await _give_key(subscriber, subscriber.name)
    await subscriber.subscriptions.resume(name)
    await endpoint.until_accepted(*await subscriber.journal(*cases))


async def test_members_of_staff_get_what_they_may_see_at_that_moment(
    subscriber: Subscriber, endpoint: Receiver
) -> None:
    """An engineer has nothing to do with it until the complaint is the engineers'."""
    made = await subscriber.subscribe(endpoint.url, event_types=("filed", "noted", "reassigned"))
    name = made.about.subscription
    await _change(subscriber, name, owner=ENGINEER.subject, sources=None)
    others = await subscriber.filed("others", notes=1)
    (case,) = await subscriber.filed("theirs", notes=1)
    await case.give(Reassign(actor=AGENT, to=Party(department=str(ENGINEER.department)), reason="theirs"))
    noted = (await subscriber.journal(case))[-1]
    await endpoint.until_accepted(noted)
    assert endpoint.ids(others[0].reference) == []
    await _change(subscriber, name, owner=subscriber.name)


async def test_a_journal_of_another_server_is_not_mistaken_for_ours(subscriber: Subscriber, endpoint: Receiver) -> None:
    """A place ahead of all transactions would be waited for in vain."""
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    await _change(subscriber, name, transaction_id=2**62)
    about = await subscriber.until_(name, state="failing")
    assert "restored" in (about.last_error or "")


async def _change(subscriber: Subscriber, name: str, **values: object) -> None:
    change = update(subscriptions).where(subscriptions.c.subscription == name)
    change = change.values(revision=subscriptions.c.revision + 1, **values)
    await transact(subscriber.desk.engine, lambda connection: connection.execute(change))


async def _give_key(subscriber: Subscriber, service: str) -> None:
    now = datetime.now(UTC)
    row = {
        "key_id": service[-16:],
        "sha256": "0" * 64,
        "service": service,
        "sources": [service],
        "scopes": ["subscribe"],
        "created_by": "xu.ming",
        "created_at": now,
        "expires_at": now + timedelta(days=1),
    }

    async def give(connection: AsyncConnection) -> None:
        await connection.execute(insert(api_keys).values(row))

    await transact(subscriber.desk.engine, give)
