"""What an owner may see is found out when something is sent: people leave and change places, keys are revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import api_keys, subscriptions
from infra.db.transaction import transact
from starter.access.caller import ANY_SOURCE, Caller, Scope
from starter.access.gate import API_KEY, DEVELOPMENT_TOKEN, OIDC
from starter.webhooks.models import NewSubscription
from starter.webhooks.owners import CONFIRMED_FOR
from starter.webhooks.subscriptions import Subscriptions
from tests.support.receiver import Receiver
from tests.webhooks.subscriber import Subscriber
from tests.workflows.people import AGENT, ENGINEER
from workflows.contract.commands import Reassign
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, Party
from workflows.contract.vocabulary import Role

AUDITOR = "paul.weir"


async def test_a_revoked_key_ends_what_was_subscribed_with_it(subscriber: Subscriber, endpoint: Receiver) -> None:
    """The owner can begin again with a new key of the same service, from where it stopped."""
    subscriber.authenticated_by = API_KEY
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    assert made.about.lapses_at is None
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
    await _change(subscriber, name, owner=subscriber.name, sources=[subscriber.name])


async def test_an_agent_who_has_become_an_auditor_gets_nothing_more(subscriber: Subscriber, endpoint: Receiver) -> None:
    """They may see everything, and may not subscribe."""
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    (case,) = await subscriber.filed("a")
    await endpoint.until_accepted(*await subscriber.journal(case))
    called = len(endpoint.arrivals)
    await _change(subscriber, name, owner=AUDITOR, sources=None, lapses_at=None)
    await subscriber.note(case, 1)
    about = await subscriber.until_(name, state="failing")
    assert about.last_error == "its owner may not subscribe any more"
    assert len(endpoint.arrivals) == called
    await _change(subscriber, name, owner=subscriber.name, sources=[subscriber.name])


async def test_what_a_token_said_lapses_unless_it_is_confirmed(subscriber: Subscriber, endpoint: Receiver) -> None:
    """Nobody can be asked what a service may see by now, but whoever shows a token of it."""
    made = await subscriber.subscribe(endpoint.url)
    name, now = made.about.subscription, datetime.now(UTC)
    assert made.about.lapses_at is not None
    assert CONFIRMED_FOR - timedelta(days=1) <= made.about.lapses_at - now <= CONFIRMED_FOR
    await _change(subscriber, name, lapses_at=now)
    cases = await subscriber.filed("a")
    about = await subscriber.until_(name, state="failing")
    assert "has not confirmed it for 30 days" in (about.last_error or "")
    assert endpoint.arrivals == []
    await subscriber.subscriptions.confirm(subscriber.caller)
    resumed = await subscriber.subscriptions.resume(name)
    assert resumed.lapses_at == made.about.lapses_at
    await endpoint.until_accepted(*await subscriber.journal(*cases))


async def test_who_was_demoted_by_the_identity_provider_loses_the_roles_they_had(subscriber: Subscriber) -> None:
    """With their next request about subscriptions, also about another one."""
    desk = subscriber.desk.with_settings(task_queue="hooks", oidc_roles_claim="roles")

    async def roles_after_a_request_as(role: Role) -> list[str]:
        actor = Actor(subject=AGENT.subject, roles=(role,), department=AGENT.department, authenticated_by=OIDC)
        caller = Caller(actor, frozenset(Scope))
        theirs = Subscriptions(desk.engine, desk.temporal, desk.settings, caller)
        if not await theirs.listed():
            await theirs.create(caller, NewSubscription(url="https://hooks.invalid/"))
        await theirs.confirm(caller)
        query = select(subscriptions.c.roles).where(subscriptions.c.owner == AGENT.subject)
        found = await transact(desk.engine, lambda connection: connection.execute(query))
        return list(found.scalar_one())

    try:
        assert await roles_after_a_request_as(Role.EXECUTIVE) == [Role.EXECUTIVE]
        assert await roles_after_a_request_as(Role.AGENT) == [Role.AGENT]
    finally:
        operators = subscriber.those_of(None)
        for about in await operators.listed():
            if about.owner == AGENT.subject:
                await operators.remove(about.subscription)


SOURCES = frozenset({"web", "hotline"})


@pytest.mark.parametrize(
    ("authenticated_by", "sources", "is_theirs"),
    [
        (DEVELOPMENT_TOKEN, SOURCES, True),
        (DEVELOPMENT_TOKEN, SOURCES | {"shop"}, True),
        (DEVELOPMENT_TOKEN, frozenset({ANY_SOURCE}), True),
        (DEVELOPMENT_TOKEN, frozenset({"web"}), False),
        (DEVELOPMENT_TOKEN, frozenset(), False),
        (DEVELOPMENT_TOKEN, None, False),
        (API_KEY, SOURCES, False),
        (OIDC, SOURCES, False),
    ],
)
async def test_a_credential_for_less_does_not_find_what_one_for_more_has_subscribed_to(
    subscriber: Subscriber, authenticated_by: str, sources: frozenset[str] | None, is_theirs: bool
) -> None:
    """Under the same name: else its holder would have events sent to them that they may not see."""
    made = await subscriber.subscribe("https://hooks.invalid/")
    name = made.about.subscription
    await _change(subscriber, name, sources=sorted(SOURCES))
    actor = Actor(subject=subscriber.name, roles=(), authenticated_by=authenticated_by)
    theirs = subscriber.those_of(Caller(actor, frozenset(Scope), sources))
    assert [each.subscription for each in await theirs.listed()] == [name] * is_theirs
    if not is_theirs:
        for deed in (theirs.change(name, subscriber.to("https://elsewhere.invalid/")), theirs.rotate(name)):
            with pytest.raises(AmendsError) as refused:
                await deed
            assert refused.value.code is ErrorCode.UNKNOWN_SUBSCRIPTION
    await subscriber.those_of(None).remove(name)


async def test_members_of_staff_find_what_they_subscribed_to_and_not_what_a_service_of_their_name_did(
    subscriber: Subscriber,
) -> None:
    """No service has the name of somebody who is on the staff when it is let in; somebody may be taken on later."""
    name = (await subscriber.subscribe("https://hooks.invalid/")).about.subscription
    actor = Actor(subject=subscriber.name, roles=(Role.AGENT,), authenticated_by=subscriber.authenticated_by)
    theirs = subscriber.those_of(Caller(actor, frozenset(Scope)))
    assert await theirs.listed() == []
    await _change(subscriber, name, sources=None)
    assert [each.subscription for each in await theirs.listed()] == [name]
    assert await subscriber.subscriptions.listed() == []
    await subscriber.those_of(None).remove(name)


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
