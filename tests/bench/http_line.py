"""One HTTP connection that is kept open, for measuring: it costs next to nothing itself.

A client library spends as long on a request as the door that is measured, and its time would be put down to the door.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Self

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"


class HttpLine:
    """A connection to `http://host:port`; one request after the other.

    Args:
        address: where the door answers.
        headers: what every request says besides, such as who is calling.
    """

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._host, _, port = address.removeprefix("http://").partition(":")
        self._port = int(port)
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    async def __aenter__(self) -> Self:
        """Connect."""
        await self._connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self._transport.close()

    async def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of the answer.

        Raises:
            RuntimeError: the answer is not one of success.
        """
        if self._transport.is_closing():  # the door closes connections on which nothing is asked
            await self._connect()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{self._headers}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        answered = self._answers.next()
        self._transport.write(f"{head}\r\n".encode() + body)
        status, content = await answered
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path} was answered with {status}: {content.decode()}")
        return content

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, self._answers = await loop.create_connection(_Answers, self._host, self._port)


class _Answers(asyncio.Protocol):
    """What comes back, put together to one answer at a time."""

    def __init__(self) -> None:
        self._come = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def next(self) -> asyncio.Future[tuple[int, bytes]]:
        """The status and body of the next answer, when it is there."""
        self._answer = asyncio.get_running_loop().create_future()
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._come += data
        end = self._come.find(_END_OF_HEAD)
        if end < 0 or self._answer is None:
            return
        length = _LENGTH.search(self._come, 0, end + len(_END_OF_HEAD))
        start = end + len(_END_OF_HEAD)
        if len(self._come) < start + (int(length[1]) if length else 0):
            return
        answer, content = self._come[:start], self._come[start:]
        self._come = b""
        self._answer.set_result((int(answer.split(b" ", 2)[1]), content))
        self._answer = None

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None:
            self._answer.set_exception(error or ConnectionResetError("the door hung up"))
