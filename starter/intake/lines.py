"""Cuts a stream of bytes into lines as they come; a line that is too long is told of, and never held in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

LINE_MAX_BYTES = 1024 * 1024
"""More than the longest complaint takes with every character escaped."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end, and its number, counted from 1. `content` is None where it was too long."""

    number: int
    content: bytes | None


async def lines(chunks: AsyncIterator[bytes], max_bytes: int = LINE_MAX_BYTES) -> AsyncIterator[Line]:
    """Every line that is not blank. The last one needs no end; a byte order mark at the start is skipped."""
    number, held, is_overlong = 1, bytearray(), False
    async for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            line = _line(number, held, chunk[start:end], max_bytes, is_overlong=is_overlong)
            held.clear()
            is_overlong = False
            if line is not None:
                yield line
            number, start = number + 1, end + 1
        is_overlong = is_overlong or len(held) + len(chunk) - start > max_bytes
        if is_overlong:
            held.clear()
        else:
            held += chunk[start:]
    if (last := _line(number, held, b"", max_bytes, is_overlong=is_overlong)) is not None:
        yield last


def _line(number: int, held: bytearray, rest: bytes, max_bytes: int, *, is_overlong: bool) -> Line | None:
    """The line that ends with `rest`; none, if it is blank."""
    if is_overlong or len(held) + len(rest) > max_bytes:
        return Line(number, None)
    content = (bytes(held) + rest).removeprefix(_BYTE_ORDER_MARK if number == 1 else b"").strip()
    return Line(number, content) if content else None
