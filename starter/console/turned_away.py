"""What a browser is told whose page comes back after its session has ended: to load the page anew, which asks it to log
in. Otherwise it would try for ever. It is told in the protocol of socket.io, and gets no further.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from datetime import timedelta

from starlette.types import Receive, Send

from starter.console.sockets import RELOAD

PATIENCE = timedelta(seconds=5)

_OPEN, _CONNECT_ERROR = "0", "44"
_GOING_AWAY = 1001
_INTERVAL_MILLISECONDS = 25_000


async def turned_away(receive: Receive, send: Send) -> None:
    """Accept the websocket, refuse the connection in it, and close."""
    await receive()
    await send({"type": "websocket.accept"})
    hello = {
        "sid": secrets.token_urlsafe(),
        "upgrades": [],
        "pingInterval": _INTERVAL_MILLISECONDS,
        "pingTimeout": _INTERVAL_MILLISECONDS,
    }
    await send({"type": "websocket.send", "text": _OPEN + json.dumps(hello)})
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE.total_seconds()):
            asked = await receive()
            if asked["type"] != "websocket.receive":
                return
            await send({"type": "websocket.send", "text": _CONNECT_ERROR + json.dumps({"message": RELOAD})})
    await send({"type": "websocket.close", "code": _GOING_AWAY})
