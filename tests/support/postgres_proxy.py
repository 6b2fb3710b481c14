"""A TCP proxy in front of PostgreSQL that says what passes, and can cut a session before or after any statement."""

from __future__ import annotations

import asyncio
import struct
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import urlsplit

from infra.devstack.ports import HOST

_SSL_REQUEST = 80877103
_REFUSED = b"N"


@dataclass(frozen=True)
class Exchange:
    """What a client asks in one go.

    Attributes:
        sql: the statement.
        said: its parameters as they are on the wire, with those of all earlier statements of its transaction.
        in_transaction: whether the client has said BEGIN.
    """

    sql: str = ""
    said: bytes = b""
    in_transaction: bool = False

    @property
    def commits(self) -> bool:
        """Whether what was said is on the disk once the server has answered."""
        return self.sql.upper().startswith("COMMIT") or not self.in_transaction


Watch: TypeAlias = Callable[[Exchange], bool]
"""Is told what passes; True cuts the session there."""


def _nothing_to_do(_: Exchange) -> bool:
    return False


@dataclass
class PostgresProxy:
    """Passes sessions on to a server.

    Args:
        server_url: `postgresql://user:password@host:port/database`.
        on_request: told before a request reaches the server.
        on_answer: told when the server has answered, before the client hears of it.
    """

    server_url: str
    on_request: Watch = _nothing_to_do
    on_answer: Watch = _nothing_to_do
    _port: int = 0

    @property
    def url(self) -> str:
        """The server's address by way of the proxy."""
        parts = urlsplit(self.server_url)
        return parts._replace(netloc=f"{parts.username}:{parts.password}@{HOST}:{self._port}").geturl()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Pass sessions on during the block."""
        server = await asyncio.start_server(self._session, HOST, 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def _session(self, client: StreamReader, to_client: StreamWriter) -> None:
        address = urlsplit(self.server_url)
        server, to_server = await asyncio.open_connection(address.hostname, address.port)
        try:
            to_server.write(await _startup(client, to_client))
            session = _Session()
            ways = [
                asyncio.create_task(self._requests(session, client, to_server)),
                asyncio.create_task(self._answers(session, server, to_client)),
            ]
            done, others = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in others:
                way.cancel()
            for way in done:
                way.result()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # one side has hung up: so does the proxy
        finally:
            for writer in (to_client, to_server):
                writer.transport.abort()

    async def _requests(self, session: _Session, client: StreamReader, to_server: StreamWriter) -> None:
        """Pass on whole requests: the server gets nothing of one that is cut."""
        held = b""
        while True:
            kind, body, raw = await _message(client)
            held += raw
            exchange = session.asked(kind, body)
            if exchange is not None:
                session.unanswered.append(exchange)
                if self.on_request(exchange):
                    return
            if exchange is not None or kind in b"HXp":
                to_server.write(held)
                await to_server.drain()
                held = b""

    async def _answers(self, session: _Session, server: StreamReader, to_client: StreamWriter) -> None:
        """Pass on everything; the client knows that a request is done only by the message that ends the answer."""
        while True:
            kind, _, raw = await _message(server)
            if kind == b"Z" and session.unanswered and self.on_answer(session.unanswered.popleft()):
                return
            to_client.write(raw)
            if kind == b"Z":
                await to_client.drain()


@dataclass
class _Session:
    """What a client has said so far."""

    unanswered: deque[Exchange] = field(default_factory=deque)
    _prepared: dict[bytes, str] = field(default_factory=dict)
    _now: Exchange = Exchange()

    def asked(self, kind: bytes, body: bytes) -> Exchange | None:
        """Take note of a message; the whole request, if this ends one."""
        if kind == b"P":
            name, sql, *_ = body.split(b"\0", maxsplit=2)
            self._prepared[name] = sql.decode()
            self._now = replace(self._now, sql=sql.decode())
        elif kind == b"B":
            _, name, parameters = body.split(b"\0", maxsplit=2)
            self._now = replace(self._now, sql=self._prepared.get(name, ""), said=self._now.said + parameters)
        elif kind == b"Q":
            self._now = replace(self._now, sql=body.rstrip(b"\0").decode())
        return self._finished() if kind in b"SQ" else None

    def _finished(self) -> Exchange:
        asked = self._now
        begins, ends = (asked.sql.upper().startswith(words) for words in (("BEGIN",), ("COMMIT", "ROLLBACK")))
        in_transaction = begins or (asked.in_transaction and not ends)
        self._now = Exchange(said=asked.said if in_transaction else b"", in_transaction=in_transaction)
        return asked


async def _startup(client: StreamReader, to_client: StreamWriter) -> bytes:
    """The first message, which has no type. Encryption is refused, as the embedded server would."""
    while True:
        length = await client.readexactly(4)
        body = await client.readexactly(struct.unpack("!I", length)[0] - 4)
        if struct.unpack("!I", body[:4])[0] != _SSL_REQUEST:
            return length + body
        to_client.write(_REFUSED)


async def _message(reader: StreamReader) -> tuple[bytes, bytes, bytes]:
    """Type, body and the whole of the next message."""
    head = await reader.readexactly(5)
    body = await reader.readexactly(struct.unpack("!I", head[1:])[0] - 4)
    return head[:1], body, head + body
