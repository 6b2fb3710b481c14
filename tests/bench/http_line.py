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
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self._writer.close()

    async def ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of the answer.

        Raises:
            RuntimeError: the answer is not one of success.
        """
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{self._headers}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(f"{head}\r\n".encode() + body)
        answered = await self._reader.readuntil(_END_OF_HEAD)
        length = _LENGTH.search(answered)
        content = await self._reader.readexactly(int(length[1])) if length else b""
        status = int(answered.split(b" ", 2)[1])
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path} was answered with {status}: {content.decode()}")
        return content
