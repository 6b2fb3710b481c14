"""Events arrive at an endpoint that works: all that may be seen, each once, in order, signed."""

from __future__ import annotations

import pytest
from standardwebhooks import WebhookVerificationError

from starter.feed import START
from starter.webhooks.payload import Delivery
from tests.support.receiver import Receiver, verified
from tests.webhooks.subscriber import Subscriber


async def test_every_event_arrives_once_in_order_and_signed(subscriber: Subscriber, endpoint: Receiver) -> None:
    """Of several complaints at the same time; nothing is repeated while nothing fails."""
    made = await subscriber.subscribe(endpoint.url)
    cases = await subscriber.filed("a", "b", "c", notes=4)
    journal = await subscriber.journal(*cases)
    await endpoint.until_accepted(*journal)
    assert sorted(endpoint.ids()) == sorted(journal)
    assert len(endpoint.arrivals) == len(journal)
    for case in cases:
        assert endpoint.ids(case.reference) == await subscriber.journal(case)
    for arrival in endpoint.arrivals:
        payload = verified(arrival, made.secret)
        Delivery.model_validate(payload)  # the published schema's
        change = payload["data"]
        assert payload["type"] == f"complaint.{change['type']}"
        assert payload["timestamp"] == change["at"]
        assert (change["event_id"], change["reference"]) == (arrival.event_id, arrival.reference)
    assert len(endpoint.peers) <= 8, "connections are used again"


async def test_a_signature_says_who_sends(subscriber: Subscriber, endpoint: Receiver) -> None:
    """Another subscriber's secret does not verify it, nor does the right one what was tampered with."""
    made = await subscriber.subscribe(endpoint.url, event_types=("filed",))
    other = await subscriber.subscribe(endpoint.url, event_types=("archived",))
    await subscriber.filed("a")
    await endpoint.until_called(1)
    arrival = endpoint.arrivals[0]
    assert verified(arrival, made.secret)["type"] == "complaint.filed"
    with pytest.raises(WebhookVerificationError):
        verified(arrival, other.secret)
    tampered = type(arrival)(arrival.event_id, arrival.headers, arrival.content + b" ", arrival.payload)
    with pytest.raises(WebhookVerificationError):
        verified(tampered, made.secret)


async def test_only_events_of_the_types_that_were_asked_for_arrive(subscriber: Subscriber, endpoint: Receiver) -> None:
    """The others are passed over."""
    await subscriber.subscribe(endpoint.url, event_types=("filed", "noted"))
    (case,) = await subscriber.filed("a", notes=2)
    await endpoint.until_called(3)
    assert [arrival.payload["type"] for arrival in endpoint.arrivals] == [
        "complaint.filed",
        "complaint.noted",
        "complaint.noted",
    ]
    assert {arrival.reference for arrival in endpoint.arrivals} == {case.reference}


async def test_what_its_owner_may_not_see_never_arrives(subscriber: Subscriber, endpoint: Receiver) -> None:
    """Complaints of other sources happen at the same time, before and after."""
    stranger = Subscriber(subscriber.desk, f"{subscriber.name}-stranger")
    await subscriber.subscribe(endpoint.url)
    await stranger.filed("before")
    cases = await subscriber.filed("a", notes=1)
    await stranger.filed("after", notes=1)
    cases += await subscriber.filed("b")
    journal = await subscriber.journal(*cases)
    await endpoint.until_accepted(*journal)
    assert sorted(arrival.event_id for arrival in endpoint.arrivals) == sorted(journal)


async def test_a_paused_subscription_sends_nothing_and_then_all(subscriber: Subscriber, endpoint: Receiver) -> None:
    """What happens meanwhile waits in the journal."""
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    first = await subscriber.filed("a")
    await endpoint.until_accepted(*await subscriber.journal(*first))
    assert (await subscriber.subscriptions.pause(name)).state == "paused"
    called = len(endpoint.arrivals)
    second = await subscriber.filed("b", "c")
    assert len(endpoint.arrivals) == called
    await subscriber.subscriptions.resume(name)
    await endpoint.until_accepted(*await subscriber.journal(*second))
    assert len(endpoint.arrivals) == called + len(await subscriber.journal(*second))


async def test_everything_can_be_sent_again_with_the_same_ids(subscriber: Subscriber, endpoint: Receiver) -> None:
    """From the start, or after an event; it is the owner's sight that decides, as ever."""
    cases = await subscriber.filed("before", notes=1)
    made = await subscriber.subscribe(endpoint.url)
    cases += await subscriber.filed("after")
    await endpoint.until_accepted(*await subscriber.journal(cases[1]))
    assert endpoint.ids(cases[0].reference) == []
    await subscriber.dead_letters.replay_from(made.about.subscription, START)
    journal = await subscriber.journal(*cases)
    await endpoint.until_accepted(*journal)
    await endpoint.until_called(len(journal) + len(await subscriber.journal(cases[1])))
    assert sorted(endpoint.ids()) == sorted(journal)
    for case in cases:
        assert endpoint.ids(case.reference) == await subscriber.journal(case)


async def test_both_secrets_sign_while_one_is_rotated(subscriber: Subscriber, endpoint: Receiver) -> None:
    """The receiver changes it in its own time; without an overlap only the new one is good."""
    made = await subscriber.subscribe(endpoint.url, event_types=("filed",))
    rotated = await subscriber.subscriptions.rotate(made.about.subscription)
    assert rotated.about.old_until is not None
    await subscriber.filed("a")
    await endpoint.until_called(1)
    for secret in (made.secret, rotated.secret):
        assert verified(endpoint.arrivals[0], secret)
    again = await subscriber.subscriptions.rotate(
        made.about.subscription, overlap=made.about.created_at - made.about.created_at
    )
    await subscriber.filed("b")
    await endpoint.until_called(2)
    assert verified(endpoint.arrivals[1], again.secret)
    for secret in (made.secret, rotated.secret):
        with pytest.raises(WebhookVerificationError):
            verified(endpoint.arrivals[1], secret)


async def test_a_ping_says_how_it_fares(subscriber: Subscriber, endpoint: Receiver) -> None:
    """It is signed like an event, and no event."""
    made = await subscriber.subscribe(endpoint.url)
    ping = await subscriber.subscriptions.ping(made.about.subscription)
    assert (ping.meaning, ping.status) == ("accepted", 200)
    assert verified(endpoint.arrivals[0], made.secret)["type"] == "amends.ping"
