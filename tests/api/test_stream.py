"""The stream of changes over HTTP: resumable, for each caller what they may see now, and ended when it should be."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient
from starlette.requests import Request

from infra.devstack.issuer import Issuer
from infra.devstack.ports import HOST
from infra.signed_tokens import LEEWAY
from starter.api import stream
from starter.api.app import create_app
from starter.api.changes import Wanted
from starter.api.door import Door
from starter.api.serving import answering, open_door
from starter.feed import SEATS
from tests.api.conftest import Headers, ServiceHeaders, StaffHeaders
from tests.api.event_stream import EVENTS, event_id_of, listening
from tests.api.filed import ASSIGNED, COMPLAINTS, assigned, code_of, file
from tests.support.conditions import eventually
from tests.support.desk import Desk

CHANGES = "/api/v1/changes"
SUBSCRIPTIONS = "/api/v1/subscriptions"
NO_COMPLAINT = "7K2M-9QXD-4TBC"
FUTURE = "999999999999999999-0"
SOON = timedelta(milliseconds=300)


@pytest.fixture
def shop(service: ServiceHeaders, request: pytest.FixtureRequest) -> Headers:
    """A service that files and follows complaints of a source that this test has for itself."""
    return service("shop", sources=[request.node.name])


@pytest.fixture
def agent(staff: StaffHeaders) -> Headers:
    """Somebody who writes notes."""
    return staff("zhou.qi")


@pytest.fixture
def source(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What makes a complaint one of that source."""
    return {"source": request.node.name}


async def note(api: AsyncClient, headers: Headers, reference: str, text: str) -> str:
    """Write a note; the id of its event."""
    answer = await api.post(f"{COMPLAINTS}/{reference}/commands/note", json={"text": text}, headers=headers)
    assert answer.status_code == 200, answer.text
    return f"{reference}:{answer.json()['sequence']}"


async def move_to(api: AsyncClient, headers: Headers, reference: str, department: str) -> None:
    """Give the case to another department, and wait until the tables know."""
    answer = await api.post(
        f"{COMPLAINTS}/{reference}/commands/reassign",
        json={"to": {"department": department}, "reason": "It is theirs."},
        headers=headers,
        params={"wait": "projection"},
    )
    assert answer.json().get("projected"), answer.text


async def test_a_complaint_is_told_as_it_happens(
    api: AsyncClient, shop: Headers, source: dict[str, Any], agent: Headers
) -> None:
    """From the filing to a note in Chinese; a proxy hears that it must keep nothing back."""
    async with listening(api, shop) as told:
        assert told.response.headers["Content-Type"].startswith("text/event-stream")
        assert told.response.headers["X-Accel-Buffering"] == "no"
        assert "no-transform" in told.response.headers["Cache-Control"]
        reference = await file(api, shop, "told", **source)
        first, *_ = await told.changes(ASSIGNED)
        assert (first["type"], first["reference"], first["sequence"]) == ("filed", reference, 1)
        await note(api, agent, reference, "客户来电补充了订单号")
        (noted,) = await told.changes(1)
    assert (noted["type"], noted["data"]["text"]) == ("noted", "客户来电补充了订单号")
    assert noted["actor"]["subject"] == "zhou.qi"


async def test_whoever_comes_back_with_the_last_id_misses_nothing_and_gets_nothing_twice(
    api: AsyncClient, api_desk: Desk, shop: Headers, source: dict[str, Any], agent: Headers
) -> None:
    """By the header as browsers do, by the parameter as others must, and page by page."""
    references = [await assigned(api, api_desk, shop, f"resume-{number}", **source) for number in range(3)]
    last = await note(api, agent, references[-1], "the last one")
    async with listening(api, shop, after="start") as told:
        cursors = await told.cursors_until(last)
    everything = list(cursors)
    assert len(everything) >= len(references) * ASSIGNED
    for number, (event_id, cursor) in enumerate(list(cursors.items())[:-1], start=1):
        async with listening(api, {**shop, "Last-Event-ID": cursor}, after="start") as told:
            assert await told.cursors_until(last) == dict(list(cursors.items())[number:])
        async with listening(api, shop, after=event_id) as told:
            assert event_id_of(await told.next()) == everything[number]
    found, after = list[str](), "start"
    while last not in found:
        page = (await api.get(CHANGES, params={"after": after, "limit": 2}, headers=shop)).json()
        found += [change["event_id"] for change in page["items"]]
        after = page["next"]
    assert found == everything


async def test_two_listeners_are_told_the_same(api: AsyncClient, shop: Headers, source: dict[str, Any]) -> None:
    """In the same order, while several complaints are filed at once."""
    async with listening(api, shop) as one, listening(api, shop) as other:
        await asyncio.gather(*(file(api, shop, f"two-{number}", **source) for number in range(5)))
        told = await one.changes(5 * ASSIGNED)
        assert await other.changes(5 * ASSIGNED) == told


async def test_what_a_caller_may_not_see_is_never_told(
    api: AsyncClient, api_desk: Desk, service: ServiceHeaders, staff: StaffHeaders, agent: Headers
) -> None:
    """Neither to another service nor to another department; each hears its own instead."""
    mine, theirs = service("mine", sources=["mine"]), service("theirs", sources=["theirs"])
    after = (await api.get(CHANGES, headers=mine)).json()["next"]
    hidden = await assigned(api, api_desk, theirs, "hidden", source="theirs")
    seen = await assigned(api, api_desk, mine, "seen", source="mine")
    last = await note(api, agent, seen, "done")
    async with listening(api, mine, after=after) as told:
        assert {event_id.partition(":")[0] for event_id in await told.until(last)} == {seen}
    other = staff("raj.patel")
    page = (await api.get(CHANGES, params={"after": after}, headers=other)).json()
    assert (page["items"], page["more"]) == ([], False)
    for unknown in (hidden, NO_COMPLAINT):
        for path in (EVENTS, CHANGES):
            refused = await api.get(path, params={"reference": unknown}, headers=mine)
            assert (refused.status_code, code_of(refused)) == (404, "unknown_reference")


async def test_a_complaint_that_moves_is_told_to_those_who_have_it_now(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, agent: Headers
) -> None:
    """The new department is told from the move on, and the old one, if it does not see everything, no more."""
    new, old = staff("raj.patel"), staff("ben.frost")
    reference = await assigned(api, api_desk, agent, "moves")

    async def move(department: str) -> None:
        await move_to(api, staff("xu.ming"), reference, department)

    await move("marketing_pr")
    async with listening(api, old) as was_theirs, listening(api, new) as becomes_theirs:
        before = await note(api, agent, reference, "before")
        assert (await was_theirs.until(before))[-1] == before
        await move("technical_support")
        after = await note(api, agent, reference, "after")
        told = await becomes_theirs.until(after)
        assert before not in told
        await move("marketing_pr")
        again = await note(api, agent, reference, "again")
        assert after not in await was_theirs.until(again)


async def test_a_stream_can_be_of_some_types_one_complaint_or_one_department(
    api: AsyncClient, api_desk: Desk, shop: Headers, source: dict[str, Any]
) -> None:
    """Whatever else happens is left out."""
    one = await assigned(api, api_desk, shop, "one", **source)
    other = await assigned(api, api_desk, shop, "other", **source)

    async def all_told(**wanted: Any) -> list[tuple[str, str]]:
        page = (await api.get(CHANGES, params={"after": "start", **wanted}, headers=shop)).json()
        return [(change["reference"], change["type"]) for change in page["items"]]

    assert await all_told(type=["filed"]) == [(one, "filed"), (other, "filed")]
    assert {reference for reference, _ in await all_told(reference=other)} == {other}
    assert await all_told(department="marketing_pr") == []
    assert {type_ for _, type_ in await all_told(type=["filed", "assigned"])} == {"filed", "assigned"}
    async with listening(api, shop, after="start", type="assigned", reference=one.lower()) as told:
        (change,) = await told.changes(1)
    assert (change["reference"], change["type"]) == (one, "assigned")


@pytest.mark.parametrize("path", [EVENTS, CHANGES])
async def test_what_is_mistyped_is_refused_before_anything_is_told(api: AsyncClient, shop: Headers, path: str) -> None:
    """With the field at fault."""
    for parameters, field in (
        ({"after": f"{NO_COMPLAINT}:1"}, "after"),
        ({"after": FUTURE}, "after"),
        ({"after": "yesterday"}, "after"),
        ({"type": "exploded"}, "type.0"),
        ({"reference": "12"}, "reference"),
    ):
        refused = await api.get(path, params=parameters, headers=shop)
        assert (refused.status_code, refused.json()["field"]) == (422, field), refused.text
    assert code_of(await api.get(path)) == "unauthenticated"


async def test_a_mistyped_last_event_id_is_refused(api: AsyncClient, shop: Headers) -> None:
    """Going on from anywhere else would skip something without a word."""
    for mark in (f"{NO_COMPLAINT}:7", FUTURE):
        refused = await api.get(EVENTS, headers={**shop, "Last-Event-ID": mark})
        assert (refused.status_code, code_of(refused)) == (422, "invalid_input")
        assert refused.json()["field"] == "Last-Event-ID"


async def test_an_event_that_may_not_be_seen_is_none(
    api: AsyncClient, api_desk: Desk, shop: Headers, source: dict[str, Any], service: ServiceHeaders
) -> None:
    """Whoever makes up ids cannot tell one that is there from one that is not, wherever an event is a place."""
    reference = await assigned(api, api_desk, shop, "hidden", **source)
    stranger = service("stranger", sources=["another"])
    subscription = await api.post(SUBSCRIPTIONS, json={"url": "https://hooks.example.org/"}, headers=stranger)
    replay = f"{SUBSCRIPTIONS}/{subscription.json()['about']['subscription']}/replay"

    async def answers(event_id: str) -> list[tuple[int, str]]:
        given = [
            await api.get(CHANGES, params={"after": event_id}, headers=stranger),
            await api.get(EVENTS, params={"after": event_id}, headers=stranger),
            await api.get(EVENTS, headers={**stranger, "Last-Event-ID": event_id}),
            await api.post(replay, params={"after": event_id}, headers=stranger),
        ]
        return [(answer.status_code, answer.json()["detail"]) for answer in given]

    assert await answers(f"{reference}:1") == await answers(f"{reference}:999") == await answers(f"{NO_COMPLAINT}:1")
    assert {status for status, _ in await answers(f"{reference}:1")} == {422}
    assert (await api.get(CHANGES, params={"after": f"{reference}:1"}, headers=shop)).status_code == 200
    assert (await api.delete(replay.removesuffix("/replay"), headers=stranger)).status_code == 204


async def test_whoever_was_told_of_a_complaint_can_go_on_when_it_is_out_of_sight(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, agent: Headers
) -> None:
    """By the id of the stream; the id of the event is no longer one for them."""
    head, reader = staff("xu.ming"), staff("ben.frost")
    moves, stays = [await assigned(api, api_desk, agent, f"out-of-sight-{number}") for number in range(2)]
    for reference in (moves, stays):
        await move_to(api, head, reference, "marketing_pr")
    async with listening(api, reader) as told:
        last = await note(api, agent, moves, "seen")
        cursor = (await told.cursors_until(last))[last]
    await move_to(api, head, moves, "technical_support")
    after = await note(api, agent, stays, "after")
    async with listening(api, {**reader, "Last-Event-ID": cursor}) as told:
        assert await told.until(after) == [after]
    assert (await api.get(CHANGES, params={"after": last}, headers=reader)).status_code == 422


async def test_who_may_not_read_is_told_nothing(api: AsyncClient, service: ServiceHeaders) -> None:
    """A key that only files."""
    for path in (EVENTS, CHANGES):
        assert code_of(await api.get(path, headers=service("files", scopes=["file"]))) == "not_permitted"


async def test_one_caller_has_only_so_many_streams(api: AsyncClient, service: ServiceHeaders) -> None:
    """One more is refused until another one is closed."""
    greedy = service("greedy")
    async with AsyncExitStack() as streams:
        for _ in range(SEATS):
            await streams.enter_async_context(listening(api, greedy))
        refused = await api.get(EVENTS, headers=greedy)
        assert (refused.status_code, code_of(refused)) == (429, "too_many_requests")

    async def is_let_in() -> bool:
        async with api.stream("GET", EVENTS, headers=greedy) as response:
            return response.status_code == 200

    assert await eventually(is_let_in, "a seat becomes free when its stream is closed")


async def test_a_slow_reader_gets_everything_in_the_end(
    api: AsyncClient, api_desk: Desk, shop: Headers, source: dict[str, Any], agent: Headers
) -> None:
    """More than the sockets hold is written while it reads nothing; others are not kept waiting."""
    reference = await assigned(api, api_desk, shop, "slow", **source)
    async with listening(api, shop, after=f"{reference}:{ASSIGNED}") as slow:
        first = await note(api, agent, reference, "first")
        assert await slow.until(first)
        written = [await note(api, agent, reference, "长" * 49_000) for _ in range(70)]
        async with listening(api, shop, after=first) as quick:
            assert await quick.until(written[-1]) == written
        assert await slow.until(written[-1]) == written


async def test_a_stream_outlives_a_restart_of_the_database(
    api: AsyncClient, api_desk: Desk, shop: Headers, source: dict[str, Any], agent: Headers
) -> None:
    """It goes on where it was: what is written afterwards comes once."""
    reference = await assigned(api, api_desk, shop, "restart", **source)
    async with listening(api, shop, after=f"{reference}:{ASSIGNED}") as told:
        before = await note(api, agent, reference, "before")
        assert await told.until(before) == [before]
        pid = api_desk.stack.addresses.postgres_pid
        assert pid
        os.kill(pid, signal.SIGKILL)

        async def noted() -> str | None:
            answer = await api.post(
                f"{COMPLAINTS}/{reference}/commands/note",
                json={"text": "after"},
                headers={**agent, "Idempotency-Key": "after-the-restart"},
            )
            return f"{reference}:{answer.json()['sequence']}" if answer.status_code == 200 else None

        after = await eventually(noted, "the door works again")
        assert await told.until(after) == [after]


async def test_what_a_slow_reader_has_not_taken_is_not_told_once_it_is_no_longer_theirs(
    api: AsyncClient, api_desk: Desk, door: Door, staff: StaffHeaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was read for them before that."""
    monkeypatch.setattr(stream, "LET_IN_FOR", SOON)
    head = staff("xu.ming")
    first, then = [await assigned(api, api_desk, head, f"taken-{number}") for number in range(2)]
    for reference in (first, then):
        await move_to(api, head, reference, "marketing_pr")
    scope = {"type": "http", "headers": [(b"authorization", staff("ben.frost")["Authorization"].encode())]}
    request = Request({**scope, "state": {"request_id": "slow"}})
    place = await door.feed.now()
    for text in ("one", "two"):
        await note(api, head, first, text)
    told = aiter(stream.Stream(door, request, Wanted((), None, None), place))
    async with listening(api, head, after=place.cursor) as all_of_it:
        assert len(await all_of_it.changes(2)) == 2
    assert (await _next_id(told)).startswith(first)
    await move_to(api, head, first, "technical_support")
    await _pass(SOON)
    last = await note(api, head, then, "the last one")
    later = [await _next_id(told)]
    while later[-1] != last:
        later.append(await _next_id(told))
    assert {event_id.partition(":")[0] for event_id in later} == {then}


async def _next_id(told: AsyncIterator[bytes]) -> str:
    async for each in told:
        if found := re.search(r"^data: (.*)$", each.decode(), re.MULTILINE):
            return event_id_of({"data": found[1]})
    raise AssertionError("the stream has ended")


async def _pass(time: timedelta) -> None:
    """Longer than this."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(2 * time.total_seconds(), over.set_result, None)
    await over


async def test_a_stream_ends_when_the_token_does(
    api: AsyncClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cleanly, so that its client connects again and is asked who it is."""
    monkeypatch.setattr(stream, "LET_IN_FOR", SOON)
    nearly_over = timedelta(seconds=2) - LEEWAY
    headers = {"Authorization": f"Bearer {issuer.token('zhou.qi', valid_for=nearly_over)}"}
    async with listening(api, headers) as open_stream:
        await open_stream.rest()
    assert code_of(await api.get(EVENTS, headers=headers)) == "unauthenticated"


async def test_silence_is_broken_by_comments(
    api: AsyncClient, service: ServiceHeaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that neither end, nor a proxy between them, takes the other for dead."""
    monkeypatch.setattr(stream, "LET_IN_FOR", SOON)
    async with listening(api, service("quiet", sources=["quiet"])) as quiet:
        waiting = asyncio.create_task(quiet.rest())

        async def pinged() -> bool:
            return quiet.comments.count("ping") > 2

        assert await eventually(pinged, "comments come")
        waiting.cancel()


async def test_streams_end_when_the_process_does(api_desk: Desk, staff: StaffHeaders) -> None:
    """At once and cleanly, however long the server would have waited for them."""
    async with AsyncExitStack() as held:
        async with open_door(api_desk.settings) as door, answering(create_app(door), host=HOST, port=0) as address:
            client = await held.enter_async_context(AsyncClient(base_url=address))
            told = await held.enter_async_context(listening(client, staff("zhou.qi")))
            ended = asyncio.create_task(told.rest())
        assert await ended == []
