"""Files of complaints for tests, in memory."""

from __future__ import annotations

import io

from starter.intake.rows import BadRow, Row, Rows


def rows_of(content: bytes | str, encoding: str = "utf-8") -> Rows:
    """A reader over content, as over a pipe."""
    raw = content.encode(encoding) if isinstance(content, str) else content
    return Rows(io.BufferedReader(_Pipe(raw)), encoding)


def read(content: bytes | str, encoding: str = "utf-8") -> list[Row | BadRow]:
    """Every record, good or bad."""
    return list(rows_of(content, encoding))


class _Pipe(io.BytesIO):
    """Bytes that cannot be sought in."""

    def seekable(self) -> bool:
        return False
