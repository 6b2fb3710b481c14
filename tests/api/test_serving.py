"""How the door's process listens, and how it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from fastapi import Request, Response
from httpx2 import AsyncClient, TransportError

from infra.devstack.ports import HOST
from starter.api import body_limit, connection
from starter.api.app import create_app
from starter.api.door import Door
from starter.api.serving import answering
from tests.api.conftest import ServiceHeaders
from tests.support.conditions import DEADLINE
from workflows.contract.errors import AmendsError, ErrorCode

SOON = timedelta(milliseconds=300)
DELAYED_SECONDS = 0.035
"""For so long a kernel holds an acknowledgement back, which a server that sends in small parts then waits for."""


async def test_answers_do_not_wait_for_acknowledgements(api: AsyncClient) -> None:
    """On one connection; the first answers never do."""
    lasted = [await _seconds(api) for _ in range(60)]
    assert min(lasted[40:]) < DELAYED_SECONDS


async def test_a_request_that_has_begun_is_answered_when_the_process_ends_and_no_other_is_taken(
    door: Door,
) -> None:
    app = create_app(door)
    has_begun, may_end = asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        has_begun.set()
        await may_end.wait()
        return "done"

    async with AsyncClient(timeout=30) as client:
        async with answering(app, host=HOST, port=0) as address:
            request = asyncio.create_task(client.get(f"{address}/slow"))
            await has_begun.wait()
            asyncio.get_running_loop().call_later(0.2, may_end.set)
        assert (await request).json() == "done"
        with pytest.raises(TransportError):
            await client.get(f"{address}/slow")


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
async def test_it_says_where_it_listens(door: Door, host: str, shown: str) -> None:
    async with answering(create_app(door), host=host, port=0) as address:
        assert address.startswith(shown)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
async def test_an_address_that_is_not_ours_is_said_to_be_none(door: Door, host: str) -> None:
    with pytest.raises(AmendsError) as refused:
        async with answering(create_app(door), host=host, port=0):
            raise AssertionError("it listens")
    assert refused.value.code is ErrorCode.SETUP


HEAD = b"POST /api/v1/complaints HTTP/1.1\r\nHost: here\r\n"
BODY = b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"


@asynccontextmanager
async def talking_to(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to the door; what is waited for on it comes soon."""
    url = urlsplit(address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    try:
        async with asyncio.timeout(DEADLINE.total_seconds()):
            yield reader, writer
    finally:
        writer.close()


async def all_that_is_answered(address: str, *parts: bytes) -> bytes:
    """To a sender who sends these and then nothing, until the door closes the connection."""
    async with talking_to(address) as (reader, writer):
        for part in parts:
            writer.write(part)
        return await reader.read()


@pytest.mark.parametrize("parts", [(), (HEAD,)], ids=["nothing", "half a head"])
async def test_a_connection_on_which_no_request_comes_is_closed(
    api_address: str, monkeypatch: pytest.MonkeyPatch, parts: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(connection, "HEAD_TIME_LIMIT", SOON)
    assert await all_that_is_answered(api_address, *parts) == b""


async def test_a_head_that_drips_has_no_longer(api_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time runs from its first byte."""
    monkeypatch.setattr(connection, "HEAD_TIME_LIMIT", SOON)
    url = urlsplit(api_address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    is_closed = asyncio.create_task(reader.read())
    async with asyncio.timeout(DEADLINE.total_seconds()):
        while not is_closed.done():
            writer.write(b"X")
            await asyncio.wait([is_closed], timeout=SOON.total_seconds() / 4)
    writer.close()


async def test_headers_without_end_are_refused_before_they_fill_the_memory(api_address: str) -> None:
    line = b"X: " + b"x" * 1000 + b"\r\n"
    for lines in (line * 70, b"X: " + b"x" * 70_000):
        answer = await all_that_is_answered(api_address, b"GET /healthz HTTP/1.1\r\n", lines)
        assert answer.startswith(b"HTTP/1.1 400 ")


CHUNKED = b"Host: here\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"


@pytest.mark.parametrize(
    ("end", "line"),
    [(b"0\r\nX: ", b"x"), (b"0\r\n", b"X: x\r\n"), (b"1;x=", b"x")],
    ids=["a trailer", "trailers", "a chunk's extension"],
)
async def test_what_is_no_part_of_a_body_is_refused_before_it_fills_the_memory(
    door: Door, end: bytes, line: bytes
) -> None:
    app = create_app(door)
    has_begun = asyncio.Event()

    @app.post("/echo")
    async def echo(request: Request) -> None:
        async for _ in request.stream():
            has_begun.set()

    async with answering(app, host=HOST, port=0) as address, talking_to(address) as (reader, writer):
        writer.write(b"POST /echo HTTP/1.1\r\n" + CHUNKED)
        await has_begun.wait()
        writer.write(end + line * (connection.HEAD_MAX_BYTES // len(line) + 1))
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")


async def test_a_trailer_is_no_header(door: Door) -> None:
    """Otherwise what stands behind a body could say who sends it, after that was looked at."""
    app = create_app(door)

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        await request.body()
        return Response(str(request.scope["headers"]))

    async with answering(app, host=HOST, port=0) as address, talking_to(address) as (reader, writer):
        writer.write(b"POST /echo HTTP/1.1\r\n" + CHUNKED + b"0\r\nAuthorization: Bearer it\r\n\r\n" + LAST)
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"authorization" not in answer


OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"
"""What Java's client sends with its first request."""

LAST = b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("cuts", [(), (20,), (-5,), (-2,), (60, 130)], ids=str)
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_an_offer_of_another_protocol_costs_no_request_its_body(
    door: Door, cuts: tuple[int, ...], framing: str
) -> None:
    """However the request is cut into segments; and the connection is used again."""
    app = create_app(door)

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        return Response(await request.body(), headers={"offered": request.headers.get("upgrade", "nothing")})

    framed = {
        "length": b"Content-Length: 5\r\n\r\nhello",
        "chunked": b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    }
    sent = b"POST /echo HTTP/1.1\r\nHost: here\r\n" + OFFER + framed[framing]
    edges = [0, *(cut % len(sent) for cut in cuts), len(sent)]
    async with answering(app, host=HOST, port=0) as address, talking_to(address) as (reader, writer):
        for start, end in pairwise(edges):
            writer.write(sent[start:end])
            await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"offered: nothing" in head
        assert await reader.readexactly(5) == b"hello"
        writer.write(LAST)
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "ahead",
    [LAST, LAST + LAST, b"\x16\x03\x01", b"POST / HTTP/1.1\r\nHost: here\r\n" + OFFER + b"\r\n"],
    ids=["a request", "two", "no request", "an offer"],
)
async def test_what_is_sent_ahead_of_an_answer_does_not_overtake_it(api_address: str, ahead: bytes) -> None:
    """The answer comes, and the connection ends."""
    answer = await all_that_is_answered(api_address, b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n" + ahead)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert b"connection: close\r\n" in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost : here\r\n\r\n",
        b"CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /healthz HTTP/1.1\nHost: here\n\n",
        b"GET /healthz HTTP/1.1\r\nHost: here\r\nX-Request-ID: \x1b[31m\r\n\r\n",
        b"INVENTED /healthz HTTP/1.1\r\nHost: here\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_and_the_connection_closed(api_address: str, request_: bytes) -> None:
    """Among it what different readers would take for different requests."""
    answer = await all_that_is_answered(api_address, request_)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


async def test_a_body_that_breaks_off_its_form_is_refused(api_address: str, service: ServiceHeaders) -> None:
    """Once, whether or not the request has been answered by then."""
    chunked = b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
    credentials = "".join(f"{name}: {value}\r\n" for name, value in service("shop").items()).encode()
    answer = await all_that_is_answered(api_address, HEAD + credentials + chunked, b"no number\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    async with talking_to(api_address) as (reader, writer):
        writer.write(HEAD + chunked)
        assert b"HTTP/1.1 401 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"no number\r\n")
        assert b"HTTP/1.1" not in await reader.read()


async def test_a_body_that_does_not_come_is_not_waited_for(
    api_address: str, service: ServiceHeaders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender is told, and the connection closed."""
    monkeypatch.setattr(body_limit, "SILENCE_MAX", SOON)
    credentials = "".join(f"{name}: {value}\r\n" for name, value in service("shop").items())
    answer = await all_that_is_answered(api_address, HEAD, credentials.encode(), BODY)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer


async def test_the_body_of_nobody_in_particular_is_not_waited_for_at_all(
    api_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are refused, and what they still have to send is given little time."""
    monkeypatch.setattr(connection, "HEAD_TIME_LIMIT", SOON)
    answer = await all_that_is_answered(api_address, HEAD + BODY, b"{")
    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_a_request_that_takes_longer_than_its_head_may_is_answered(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is for those who send, not for us; and connections are used again."""
    monkeypatch.setattr(connection, "HEAD_TIME_LIMIT", timedelta(milliseconds=100))
    app = create_app(door)
    connections = set[object]()

    @app.get("/slow")
    async def slow(request: Request) -> str:
        connections.add(request.client)
        await asyncio.sleep(0.3)
        return "done"

    async with answering(app, host=HOST, port=0) as address, AsyncClient() as client:
        answers = [await client.get(f"{address}/slow") for _ in range(3)]
    assert [answer.json() for answer in answers] == ["done"] * 3
    assert len(connections) == 1


async def _seconds(api: AsyncClient) -> float:
    began = time.monotonic()
    await api.get("/healthz")
    return time.monotonic() - began
