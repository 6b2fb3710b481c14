"""Many complaints in one request: a result per line, whatever is wrong with others, however the sender listens."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from infra.connections import TemporalServer, connect_temporal
from infra.devstack.ports import HOST
from starter.access.caller import Scope
from starter.access.keys import ApiKeys, NewKey
from starter.api import batches, body_limit
from starter.api.batches import EXAMPLE, MEDIA_TYPE
from starter.api.duplex import Backlog
from starter.client import AmendsClient
from starter.intake import batch as batch_module
from starter.intake.batch import LINES_MAX, Batch, LineResult
from starter.intake.lines import LINE_MAX_BYTES, lines
from starter.projection import projected
from starter.staff import actor_of
from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import COMPLAINTS, body, code_of
from tests.support.conditions import DEADLINE
from tests.support.desk import Desk
from workflows.contract.errors import ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.reference import reference_for

BATCH = f"{COMPLAINTS}/batch"
CHUNK_BYTES = 64 * 1024
STATM = Path("/proc/self/statm")


@pytest.fixture
def shop(service: ServiceHeaders) -> dict[str, str]:
    """The web shop, which files its own complaints."""
    return {**service("shop", sources=["web"]), "Content-Type": MEDIA_TYPE}


def as_lines(said: Iterable[Any]) -> bytes:
    """Each a line; bytes as they are."""
    return b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in said)


def results(answer: Response) -> list[dict[str, Any]]:
    """What became of each line."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_each_line_is_filed_and_answered_in_turn(api: AsyncClient, api_desk: Desk, shop: dict[str, str]) -> None:
    """More of them than are filed at a time."""
    keys = [f"batch/1/{number}" for number in range(100)]
    answer = await api.post(BATCH, content=as_lines(body(key) for key in keys), headers=shop)
    assert results(answer) == [
        {"number": number, "status": 201, "reference": reference_for("web", key), "duplicate": False}
        for number, key in enumerate(keys, start=1)
    ]
    for key in (keys[0], keys[-1]):
        assert await projected(api_desk.engine, reference_for("web", key), patience=DEADLINE)


async def test_a_bad_line_does_not_keep_the_others_back(api: AsyncClient, shop: dict[str, str]) -> None:
    """Each is answered with its own code and field, by the number it has in what was sent."""
    good = body("batch/2/good")
    said = [
        b"\xef\xbb\xbf" + json.dumps(good).encode(),
        b"",
        {**good, "channel": "pigeon"},
        {**good, "text": "bro\0ken"},
        {**good, "text": "x" * 60_000},
        {**good, "txt": "hello"},
        {name: value for name, value in good.items() if name != "source_key"},
        {**good, "source": "hotline"},
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"text": "\\ud800"}',
        b"x" * (LINE_MAX_BYTES + 1),
        {**good, "received_at": "2999-01-01T00:00:00Z"},
        {**body("batch/2/last"), "language": "zh", "text": "洗衣机漏水，我要求退款。"},
    ]
    answered = results(await api.post(BATCH, content=as_lines(said)[:-1], headers=shop))
    assert [each["number"] for each in answered] == [1, *range(3, 16)]
    assert [(each["status"], each.get("problem", {}).get("field")) for each in answered] == [
        (201, None),
        (422, "channel"),
        (422, "text"),
        (422, "text"),
        (422, "txt"),
        (422, "source_key"),
        (403, "source"),
        (422, None),
        (422, None),
        (422, None),
        (422, None),
        (413, None),
        (422, "received_at"),
        (201, None),
    ]
    assert {each["problem"]["code"] for each in answered if "problem" in each} == {
        "invalid_input",
        "not_permitted",
        "too_large",
    }


async def test_a_repeated_batch_files_nothing_twice(api: AsyncClient, api_desk: Desk, shop: dict[str, str]) -> None:
    """And says which lines say something else by now."""
    keys = [f"batch/3/{number}" for number in range(10)]
    first = results(await api.post(BATCH, content=as_lines(map(body, keys)), headers=shop))
    for each in first:
        assert await projected(api_desk.engine, each["reference"], patience=DEADLINE)
    changed = [body(key, text="Something else.") if key == keys[3] else body(key) for key in keys]
    again = results(await api.post(BATCH, content=as_lines(changed), headers=shop))
    assert [each["reference"] for each in again] == [each["reference"] for each in first]
    assert {(each["status"], each["duplicate"]) for each in again} == {(200, True)}
    assert [each["differs"] for each in again] == [["text"] if key == keys[3] else [] for key in keys]


async def test_a_line_is_answered_before_the_next_one_is_sent(api: AsyncClient, shop: dict[str, str]) -> None:
    """Who sends as complaints come in need not end the request to hear of them."""
    answered = asyncio.Queue[str]()

    async def sent() -> AsyncIterator[bytes]:
        for number in range(3):
            yield as_lines([body(f"batch/4/{number}")])
            assert json.loads(await answered.get())["number"] == number + 1

    async with asyncio.timeout(DEADLINE.total_seconds()):
        await converse(api, shop, sent(), answered)


async def converse(
    api: AsyncClient, headers: dict[str, str], sent: AsyncIterator[bytes], answered: asyncio.Queue[str]
) -> None:
    """Send and listen at the same time, which clients of HTTP/1.1 seldom can, by hand."""
    url = api.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = {"Host": f"{url.host}:{url.port}", "Transfer-Encoding": "chunked", "Connection": "close", **headers}
    writer.write(f"POST {BATCH} HTTP/1.1\r\n".encode())
    writer.write("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n")

    async def listen() -> None:
        assert b"200" in await reader.readline()
        while line := await reader.readline():
            if line.startswith(b"{"):
                answered.put_nowait(line.decode())

    listening = asyncio.create_task(listen())
    async for part in sent:
        writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    await listening
    writer.close()


async def test_a_batch_that_breaks_off_is_filed_so_far_and_can_be_repeated(
    api: AsyncClient, api_desk: Desk, shop: dict[str, str]
) -> None:
    """The sender vanishes in the middle of a line."""
    keys = [f"batch/5/{number}" for number in range(20)]
    url = api.base_url
    _, writer = await asyncio.open_connection(url.host, url.port)
    part = as_lines(map(body, keys[:10])) + b'{"source": "we'
    head = {"Host": url.host, "Content-Length": str(10 * len(part)), **shop}
    writer.write(f"POST {BATCH} HTTP/1.1\r\n".encode())
    writer.write("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n" + part)
    await writer.drain()
    assert await projected(api_desk.engine, reference_for("web", keys[0]), patience=DEADLINE)
    writer.transport.abort()
    again = results(await api.post(BATCH, content=as_lines(map(body, keys)), headers=shop))
    assert [each["reference"] for each in again] == [reference_for("web", key) for key in keys]
    assert again[0]["duplicate"]


async def test_a_batch_without_lines_has_no_results(api: AsyncClient, shop: dict[str, str]) -> None:
    for content in (b"", b"\n \n"):
        assert results(await api.post(BATCH, content=content, headers=shop)) == []


async def test_another_media_type_is_refused(api: AsyncClient, shop: dict[str, str]) -> None:
    answer = await api.post(BATCH, content=b"{}", headers={**shop, "Content-Type": "application/json"})
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (
        415,
        "unsupported_media_type",
        "Content-Type",
    )


async def test_who_may_not_file_sends_no_batch(api: AsyncClient, staff: StaffHeaders) -> None:
    """Auditors, and nobody in particular."""
    kind = {"Content-Type": MEDIA_TYPE}
    assert code_of(await api.post(BATCH, content=b"", headers={**staff("paul.weir"), **kind})) == "not_permitted"
    assert code_of(await api.post(BATCH, content=b"", headers=kind)) == "unauthenticated"


async def test_the_documented_example_can_be_sent(api: AsyncClient, service: ServiceHeaders) -> None:
    """As it stands in the OpenAPI document: two complaints, and one whose channel is a slip."""
    document = (await api.get("/api/v1/openapi.json")).json()
    content = document["paths"][BATCH]["post"]["requestBody"]["content"][MEDIA_TYPE]
    assert content["example"] == EXAMPLE
    headers = {**service("anybody"), "Content-Type": MEDIA_TYPE}
    answered = results(await api.post(BATCH, content=EXAMPLE.encode(), headers=headers))
    assert [each["status"] in (200, 201) for each in answered] == [True, True, False]


@pytest.mark.skipif(not STATM.exists(), reason="only Linux tells how much memory a process holds now")
async def test_a_hundred_thousand_lines_take_constant_memory_although_nobody_listens(
    api: AsyncClient, shop: dict[str, str]
) -> None:
    """The client sends all of them before it reads the first result, as most do; and one line more than there may be.

    Client and server are both in this process, so what both of them hold is measured.
    """
    line = as_lines([{"source": "web", "source_key": "batch/6", "remedy_sought": "x" * 900}])
    before, peak, count, last = _held_bytes(), 0, 0, ""
    async with api.stream("POST", BATCH, content=_chunks(line, LINES_MAX + 2), headers=shop, timeout=90) as answer:
        async for each in answer.aiter_lines():
            count, last = count + 1, each
            if count % 100 == 0:
                peak = max(peak, _held_bytes())
    assert count == LINES_MAX + 1
    assert json.loads(last)["problem"]["code"] == "too_many"
    assert peak - before < len(line) * LINES_MAX / 3


def _held_bytes() -> int:
    """The memory of this process."""
    return int(STATM.read_text().split()[1]) * resource.getpagesize()


async def test_what_nobody_reads_is_kept_on_disk() -> None:
    """Megabytes of results that wait for their reader take none of memory, and arrive as they were written."""
    part = bytes(range(256)) * 256
    backlog = Backlog()
    tracemalloc.start()
    try:
        for _ in range(512):
            backlog.add(part)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    backlog.end()
    read = [each async for each in backlog.parts()]
    backlog.close()
    assert peak < 16 * len(part)
    assert b"".join(read) == part * 512


async def _chunks(line: bytes, count: int) -> AsyncIterator[bytes]:
    """So many lines, in chunks that end anywhere."""
    some = line * (CHUNK_BYTES // len(line))
    whole, rest = divmod(len(line) * count, len(some))
    for _ in range(whole):
        yield some
    yield some[:rest]


async def test_when_nobody_answers_the_lines_that_follow_are_not_tried() -> None:
    """Each has its result all the same, soon, and says that it can be sent again."""
    with socket.socket() as closed:
        closed.bind((HOST, 0))
        nowhere = TemporalServer(f"{HOST}:{closed.getsockname()[1]}", named_by="this test")
        client = AmendsClient(await connect_temporal(nowhere, lazy=True), task_queue="nobody's")
        answered: list[LineResult] = []
        batch = Batch(client, _anything, _unknown)
        await batch.run(lines(_chunks(as_lines([body("batch/7")]), 2_000)), answered.append)
    assert [each.number for each in answered] == list(range(1, 2_001))
    assert {(each.status, each.problem.code) for each in answered if each.problem} == {(503, ErrorCode.UNREACHABLE)}


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """A server that takes connections and says nothing."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, HOST, 0) as server:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"


async def test_when_a_server_says_nothing_all_tries_together_have_a_limit(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by itself is given up in time, and then tried again: that must not add up."""
    monkeypatch.setattr(batch_module, "TIME_LIMIT", timedelta(seconds=1))
    temporal = await connect_temporal(TemporalServer(silent, named_by="this test"), lazy=True)
    client = AmendsClient(temporal, task_queue="nobody's", patience=timedelta(seconds=0.7))
    answered: list[LineResult] = []
    began = time.monotonic()
    batch = Batch(client, _anything, _unknown)
    await batch.run(lines(_chunks(as_lines([body("batch/8")]), 100)), answered.append)
    assert time.monotonic() - began < 2.5  # 6 s and more, were each try given its time
    assert {each.problem.code for each in answered if each.problem} == {ErrorCode.UNREACHABLE}
    assert len(answered) == 100


async def test_a_batch_ends_with_the_credentials_of_its_sender(
    api: AsyncClient, api_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines before are filed, none that follow are."""
    monkeypatch.setattr(batches, "LET_IN_FOR", timedelta(0))
    executive = await actor_of(api_desk.engine, "xu.ming", authenticated_by="test")
    keys = ApiKeys(api_desk.engine)
    created = await keys.create(NewKey(service="till", sources=("web",), scopes=(Scope.FILE,)), executive)
    headers = {"Authorization": f"Bearer {created.key}", "Content-Type": MEDIA_TYPE}
    answered = asyncio.Queue[str]()
    statuses: list[int] = []

    async def sent() -> AsyncIterator[bytes]:
        while 401 not in statuses:
            yield as_lines([body(f"batch/9/{len(statuses)}")])
            statuses.append(json.loads(await answered.get())["status"])
            if len(statuses) == 1:
                await keys.revoke(created.about.key_id, executive)
        yield as_lines([body("batch/9/after")])
        statuses.append(json.loads(await answered.get())["status"])

    async with asyncio.timeout(DEADLINE.total_seconds()):
        await converse(api, headers, sent(), answered)
    assert statuses[0] == 201
    assert statuses[-2:] == [401, 401]


async def test_a_batch_whose_sender_falls_silent_is_ended_and_says_so(
    api: AsyncClient, shop: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before is filed; half a line is not."""
    monkeypatch.setattr(body_limit, "STREAM_SILENCE_MAX", timedelta(milliseconds=500))
    answered = asyncio.Queue[str]()
    results: list[dict[str, Any]] = []

    async def sent() -> AsyncIterator[bytes]:
        yield as_lines([body("batch/10")]) + b'{"source": "we'
        results.extend([json.loads(await answered.get()) for _ in range(2)])

    async with asyncio.timeout(DEADLINE.total_seconds()):
        await converse(api, shop, sent(), answered)
    assert [(each["number"], each["status"]) for each in results] == [(1, 201), (2, 408)]
    assert results[1]["problem"]["code"] == "too_slow"


async def test_a_line_of_garbage_is_refused_before_it_is_looked_at(api: AsyncClient, shop: dict[str, str]) -> None:
    """To name each of its faults would keep all others waiting."""
    garbage = {str(number): 1 for number in range(60_000)}
    (answered,) = results(await api.post(BATCH, content=as_lines([garbage]), headers=shop))
    assert (answered["status"], answered["problem"]["code"]) == (413, "too_large")


async def test_who_may_not_read_does_not_find_out_by_a_batch(
    api: AsyncClient, api_desk: Desk, service: ServiceHeaders
) -> None:
    """What is on file, by guessing."""
    blind = {**service("form", sources=["web"], scopes=["file"]), "Content-Type": MEDIA_TYPE}
    (first,) = results(await api.post(BATCH, content=as_lines([body("batch/11")]), headers=blind))
    assert await projected(api_desk.engine, first["reference"], patience=DEADLINE)
    (again,) = results(await api.post(BATCH, content=as_lines([body("batch/11", text="A guess.")]), headers=blind))
    assert (again["duplicate"], "differs" in again) == (True, False)


async def _anything(_: FileComplaint) -> None:
    """May be filed."""


async def _unknown(_: FileComplaint) -> None:
    """Nothing is known of what is on file."""


async def test_lines_are_the_same_wherever_the_chunks_end() -> None:
    """One byte at a time, or all at once."""
    content = b"\xef\xbb\xbfone\r\n\n  \ntwo\n" + b"x" * 11 + "\n钥匙\nlast".encode()

    async def cut(size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]

    for size in range(1, len(content) + 1):
        found = [(line.number, line.content) async for line in lines(cut(size), max_bytes=10)]
        assert found == [(1, b"one"), (4, b"two"), (5, None), (6, "钥匙".encode()), (7, b"last")]
