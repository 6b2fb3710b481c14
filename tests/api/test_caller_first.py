"""Callers are let in before their bodies are read, and nobody is asked who they are while they are being answered."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send

from starter.api.caller_first import CallerFirst


async def _come() -> Message:
    return {"type": "http.disconnect"}


async def _refuse_to_send(message: Message) -> None:
    raise AssertionError(message)


async def test_an_open_page_may_listen_whether_its_reader_is_still_there() -> None:
    """As files do that are sent; who the reader is does not matter."""

    async def file(_scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent: list[str] = []

    async def keep(message: Message) -> None:
        sent.append(message["type"])

    layer = CallerFirst(file, prefix="/api/v1")
    await layer({"type": "http", "method": "GET", "path": "/api/v1/docs/swagger-ui.css"}, _come, keep)
    assert sent == ["http.response.start"]


async def test_a_body_is_not_read_before_its_sender_is_known() -> None:
    """Without an application behind it nobody can be let in."""

    async def endpoint(_scope: Scope, receive: Receive, _send: Send) -> None:
        await receive()

    layer = CallerFirst(endpoint, prefix="/api/v1")
    with pytest.raises(KeyError):
        await layer(
            {"type": "http", "method": "POST", "path": "/api/v1/complaints", "headers": []}, _come, _refuse_to_send
        )
