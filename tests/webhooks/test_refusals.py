"""Endpoints that are slow, fail, lie, hang up, stay away and come back: nothing is lost, nobody is called in vain."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response
from temporalio.client import WorkflowExecutionStatus

from activities.webhooks import delivering
from infra.webhooks import sender
from tests.support.conditions import until
from tests.support.receiver import Arrival, Receiver, answering, only, receiving
from tests.webhooks.conftest import RETRIES
from tests.webhooks.subscriber import Subscriber


async def test_a_trying_endpoint_gets_everything_once_and_in_order(
    subscriber: Subscriber, endpoint: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is slow, answers with failures, hangs up, takes an event and says too late or not at all that it has."""
    monkeypatch.setattr(sender, "ATTEMPT_TIME_LIMIT", timedelta(seconds=1))
    late = asyncio.Event()

    async def takes_it_and_fails(arrival: Arrival) -> Response:
        endpoint.accepted.append(arrival)
        return Response(status_code=500)

    async def takes_it_late(arrival: Arrival) -> Response:
        endpoint.accepted.append(arrival)
        await late.wait()
        return Response(status_code=200)

    async def hangs_up(_: Arrival) -> Response:
        raise ConnectionError("the endpoint breaks off")

    async def is_slow(arrival: Arrival) -> None:
        await asyncio.sleep(0.02 * (arrival.sequence % 3))  # it is how slow it is, not what is waited for

    endpoint.behave = is_slow
    endpoint.plan(
        answering(500), takes_it_and_fails, answering(404), takes_it_late, hangs_up, answering(503), takes_it_and_fails
    )
    await subscriber.subscribe(endpoint.url)
    cases = await subscriber.filed("a", "b", "c", "d", notes=3)
    journal = await subscriber.journal(*cases)
    await endpoint.until_accepted(*journal)
    late.set()
    assert sorted(endpoint.ids()) == sorted(journal)
    for case in cases:
        assert endpoint.ids(case.reference) == await subscriber.journal(case)
    repeats = Counter(arrival.event_id for arrival in endpoint.accepted)
    # Only those it had taken without saying so in time came to it again.
    assert sum(repeats.values()) - len(repeats) <= 3


async def test_a_refused_event_holds_up_its_own_complaint_alone(subscriber: Subscriber, endpoint: Receiver) -> None:
    """The others go on; its own go on once it is accepted."""
    case, *_ = held = await subscriber.filed("held")
    is_refusing = True

    async def refuses(arrival: Arrival) -> Response | None:
        is_it = arrival.reference == case.reference and is_refusing
        return Response(status_code=422) if is_it else None

    endpoint.behave = refuses
    made = await subscriber.subscribe(endpoint.url)
    await subscriber.note(case, 2)
    others = await subscriber.filed("b", "c", notes=2)
    await endpoint.until_accepted(*await subscriber.journal(*others))
    assert endpoint.ids(case.reference) == []
    assert (await subscriber.until_(made.about.subscription, waiting=2)).state == "active"
    is_refusing = False
    noted = (await subscriber.journal(*held))[-2:]
    await endpoint.until_accepted(*noted)
    assert endpoint.ids(case.reference) == noted
    await subscriber.until_(made.about.subscription, waiting=0, dead=0)


async def test_after_the_last_try_an_event_is_a_dead_letter_and_the_next_goes_on(
    subscriber: Subscriber, endpoint: Receiver
) -> None:
    """It was tried as often as the schedule says, never too early, and can be sent again."""
    (case,) = await subscriber.filed("a")
    poison = int((await subscriber.journal(case))[-1].rpartition(":")[2]) + 1
    endpoint.behave = only(lambda arrival: arrival.sequence == poison, answering(500))
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    await subscriber.note(case, 3)
    *_, first, second, third = await subscriber.journal(case)
    await endpoint.until_accepted(second, third)
    tries = [arrival for arrival in endpoint.arrivals if arrival.event_id == first]
    assert len(tries) == len(RETRIES) + 1
    await subscriber.until_(name, dead=1, waiting=0)  # they are accepted before that is recorded
    (letter,), following = await subscriber.dead_letters.listed(name, 10)
    assert following is None
    assert (letter.event_id, letter.attempts, letter.status) == (first, len(RETRIES) + 1, 500)
    endpoint.behave = None
    assert await subscriber.dead_letters.replay(name, first) == 1
    await endpoint.until_accepted(first)
    await subscriber.until_(name, dead=0, waiting=0)
    assert endpoint.ids(case.reference) == [second, third, first]


async def test_an_endpoint_that_is_down_is_left_alone_and_gets_all_when_it_is_back(
    subscriber: Subscriber, endpoint: Receiver
) -> None:
    """It is not called in vain: the workflow rests on a timer, and nothing is even stored for it."""
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    before = await subscriber.filed("before")
    await endpoint.until_accepted(*await subscriber.journal(*before))
    async with receiving() as other:
        port = other.port
    await subscriber.subscriptions.change(name, subscriber.to(f"http://127.0.0.1:{port}/hook"))
    cases = await subscriber.filed("a", "b", notes=2)

    async def is_held() -> bool:
        about = await subscriber.subscriptions.one(name)
        return about.held_until is not None or about.state == "failing"

    await until(is_held, "the subscription is held")
    about = await subscriber.until_(name, state="failing")
    assert (about.waiting, about.dead, about.last_error) == (0, 0, "cannot connect")
    async with receiving(port) as back:
        await subscriber.subscriptions.resume(name)
        journal = await subscriber.journal(*cases)
        await back.until_accepted(*journal)
        assert sorted(arrival.event_id for arrival in back.arrivals) == sorted(journal)


async def test_an_endpoint_that_refuses_everything_is_asked_rarely(subscriber: Subscriber, endpoint: Receiver) -> None:
    """Five complaints refused in a row, and it is the endpoint: then one event that waits and one new one are a try."""
    endpoint.behave = answering(500)
    cases = await subscriber.filed(*"abcdefghijkl")
    made = await subscriber.subscribe(endpoint.url)
    for case in cases:
        await subscriber.note(case, 1)
    about = await subscriber.until_(made.about.subscription, state="failing")
    assert len(endpoint.arrivals) <= len(cases) + 2 * len(RETRIES) + 2
    assert about.last_error == "answered 500"
    endpoint.behave = None
    await subscriber.subscriptions.resume(made.about.subscription)
    await endpoint.until_accepted(*[(await subscriber.journal(case))[-1] for case in cases])


async def test_410_ends_a_subscription(subscriber: Subscriber, endpoint: Receiver) -> None:
    """Its workflow is over; its owner may begin again, and gets what has happened since."""
    endpoint.plan(answering(410))
    made = await subscriber.subscribe(endpoint.url)
    name = made.about.subscription
    (case,) = await subscriber.filed("a", notes=1)
    await subscriber.until_(name, state="gone")
    await subscriber.workflow(name).result()
    assert len(endpoint.arrivals) == 1
    await subscriber.subscriptions.resume(name)
    await endpoint.until_accepted(*await subscriber.journal(case))


@pytest.mark.parametrize("status", [429, 503])
async def test_who_asks_to_be_left_alone_is(subscriber: Subscriber, endpoint: Receiver, status: int) -> None:
    """For as long as `Retry-After` says, and with everything; it costs no event a try."""
    endpoint.plan(answering(status, {"retry-after": "2"}))
    made = await subscriber.subscribe(endpoint.url)
    (case,) = await subscriber.filed("a")
    await endpoint.until_called(1)
    asked_at = datetime.now(UTC)
    about = await subscriber.until_(made.about.subscription, last_error=f"answered {status}")
    assert about.held_until is not None
    assert timedelta(seconds=1) < about.held_until - asked_at < timedelta(seconds=3)
    await endpoint.until_called(2)
    assert datetime.now(UTC) >= about.held_until
    await endpoint.until_accepted(*await subscriber.journal(case))
    assert (await subscriber.subscriptions.one(made.about.subscription)).dead == 0


async def test_redirects_are_not_followed(subscriber: Subscriber, endpoint: Receiver) -> None:
    """Where they lead, nobody has checked."""
    async with receiving() as elsewhere:
        endpoint.plan(answering(307, {"location": elsewhere.url}))
        await subscriber.subscribe(endpoint.url)
        (case,) = await subscriber.filed("a")
        await endpoint.until_accepted(*await subscriber.journal(case))
        assert elsewhere.arrivals == []


async def test_removing_a_subscription_ends_its_workflow(
    subscriber: Subscriber, endpoint: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing more is sent. It is looked for once more, as if it were new."""
    monkeypatch.setattr(delivering, "NEW_ONE_TIME_LIMIT", timedelta(seconds=1))
    made = await subscriber.subscribe(endpoint.url)
    (case,) = await subscriber.filed("a")
    await endpoint.until_accepted(*await subscriber.journal(case))
    await subscriber.subscriptions.remove(made.about.subscription)
    await subscriber.workflow(made.about.subscription).result()
    description = await subscriber.workflow(made.about.subscription).describe()
    assert description.status is WorkflowExecutionStatus.COMPLETED
