"""What an answer means, and how little of it is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr
from starlette.responses import Response, StreamingResponse
from structlog.testing import capture_logs

from infra.webhooks import sender
from infra.webhooks.secrets import Keys, secret_of
from infra.webhooks.sender import ANSWER_MAX_BYTES, LONGEST_WAIT, Attempt, Sender
from tests.support.receiver import Arrival, Receiver, answering

MASTER = SecretStr("0" * 32)


@pytest.fixture
async def calling() -> AsyncIterator[Sender]:
    """Somebody who sends."""
    found = Sender(MASTER, private_allowed=True)
    yield found
    await found.close()


async def send(calling: Sender, endpoint: Receiver) -> Attempt:
    """An event."""
    return await calling.send(endpoint.url, Keys("sub_1", 1, None), "X:1", "{}")


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        *((status, "accepted") for status in (200, 204)),
        *((status, "refused") for status in (302, 400, 401, 500, 503)),
        (410, "gone"),
        (429, "away"),
    ],
)
async def test_what_a_status_means(calling: Sender, endpoint: Receiver, status: int, meaning: str) -> None:
    """503 is about the endpoint only if it says for how long."""
    endpoint.plan(answering(status))
    attempt = await send(calling, endpoint)
    assert (attempt.meaning, attempt.status) == (meaning, status)
    assert "nobody's business" not in attempt.said


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("0", 0),
        ("7", 7),
        ("86400000", 86400),
        ("9" * 400, 86400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("Mon, 01 Jan 0001 00:00:00 +2359", 0),
        ("-1", None),
        ("soon", None),
        ("", None),
        (f"Fri, 31 Dec {'9' * 20} 23:59:59 GMT", None),
        (f"Fri, 31 Dec 2027 23:59:59 +{'9' * 20}", None),
    ],
)
async def test_how_long_an_endpoint_may_ask_for(
    calling: Sender, endpoint: Receiver, asked: str, wait: int | None
) -> None:
    """A day at the most."""
    endpoint.plan(answering(429, {"retry-after": asked}))
    found = (await send(calling, endpoint)).wait
    assert found == (timedelta(seconds=wait) if wait is not None else None)


async def test_a_date_may_be_asked_for(calling: Sender, endpoint: Receiver) -> None:
    """As HTTP allows."""
    at = datetime.now(UTC) + timedelta(minutes=10)
    endpoint.plan(answering(503, {"retry-after": format_datetime(at, usegmt=True)}))
    attempt = await send(calling, endpoint)
    assert attempt.meaning == "away"
    assert attempt.wait is not None
    assert timedelta(minutes=9) < attempt.wait <= timedelta(minutes=10) < LONGEST_WAIT


async def test_whatever_an_endpoint_makes_of_it_nothing_is_raised(
    calling: Sender, endpoint: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody has thought of is a refusal, and in the log: raised, it would be tried for ever."""

    def stumbles(_: str) -> datetime:
        raise KeyError("a date that nobody has thought of")

    monkeypatch.setattr(sender, "parsedate_to_datetime", stumbles)
    endpoint.plan(answering(503, {"retry-after": "whatever"}))
    with capture_logs() as log:
        attempt = await send(calling, endpoint)
    assert (attempt.meaning, attempt.said) == ("refused", "its answer was not understood")
    assert [(entry["event"], entry["event_id"], entry["log_level"]) for entry in log] == [
        ("webhook.not_understood", "X:1", "error")
    ]


async def test_a_long_answer_is_not_read(calling: Sender, endpoint: Receiver) -> None:
    """Its status is all that counts."""
    is_over = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * (ANSWER_MAX_BYTES + 1)
        await is_over.wait()

    async def talks(_: Arrival) -> Response:
        return StreamingResponse(endless())

    endpoint.plan(talks)
    assert (await send(calling, endpoint)).meaning == "accepted"
    is_over.set()


async def test_who_answers_drop_by_drop_is_not_waited_for(
    calling: Sender, endpoint: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is that of the whole exchange."""
    monkeypatch.setattr(sender, "ATTEMPT_TIME_LIMIT", timedelta(seconds=0.5))
    is_over = asyncio.Event()

    async def drops() -> AsyncIterator[bytes]:
        yield b"x"
        await is_over.wait()

    async def trickles(_: Arrival) -> Response:
        return StreamingResponse(drops())

    endpoint.plan(trickles)
    attempt = await send(calling, endpoint)
    is_over.set()
    assert attempt.meaning == "refused"
    assert "no answer within" in attempt.said


async def test_connections_are_used_again(calling: Sender, endpoint: Receiver) -> None:
    """One after the other needs one."""
    for _ in range(5):
        assert (await send(calling, endpoint)).meaning == "accepted"
    assert len(endpoint.peers) == 1


def test_secrets_differ_by_subscription_generation_and_installation() -> None:
    """None leads to another."""
    secrets = {
        secret_of(subscription, generation, SecretStr(master)).get_secret_value()
        for subscription in ("sub_1", "sub_2")
        for generation in (1, 2)
        for master in ("0" * 32, "1" * 32)
    }
    assert len(secrets) == 8
    assert all(secret.startswith("whsec_") for secret in secrets)
    assert "whsec_" not in repr(secret_of("sub_1", 1, MASTER))
