"""Reads CSV and NDJSON line by line in constant memory; what cannot be read is a bad row, never the end of the file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from workflows.contract.errors import AmendsError, ErrorCode

LINE_MAX_BYTES = 16 * 1024 * 1024
"""Hundreds of times the longest complaint; a longer line is a damaged file, and must not fill the memory."""

BROKEN_CHARACTER = re.compile("[\ud800-\udfff]")
"""What stands where bytes could not be decoded, or where JSON escapes half a character."""

NOT_DECODABLE = (
    "not text in the expected encoding: save the file as UTF-8, or name its encoding with --encoding (such as gb18030)"
)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file. `line` is where it starts, counted from 1."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that cannot be used, and why; `field` where one is at fault."""

    line: int
    field: str | None
    reason: str


class Rows:
    """The records of one file, to be iterated once.

    Attributes:
        columns: the header of a CSV file; none for NDJSON.
        bytes_read: how far the reading has come.

    Args:
        stream: positioned at the start; it need not be seekable.
        encoding: any that has line feeds as ASCII has; a byte order mark is skipped.

    Raises:
        AmendsError: `invalid_input`, when the file is empty, its encoding unknown or its header unreadable.
    """

    def __init__(self, stream: io.BufferedReader, encoding: str = "utf-8") -> None:
        self._stream = stream
        self._encoding = _checked_encoding(encoding)
        self._line = 0
        self.bytes_read = 0
        start = stream.peek(1024).removeprefix(_BYTE_ORDER_MARK).lstrip()
        if not start:
            raise AmendsError(ErrorCode.INVALID_INPUT, "it is empty: expected a CSV header or lines of JSON", "file")
        self._is_json = start.startswith(b"{")
        self.columns: tuple[str, ...] | None = None
        if not self._is_json:
            self._open_csv()

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self._json_rows() if self._is_json else self._csv_rows()

    def _open_csv(self) -> None:
        csv.field_size_limit(LINE_MAX_BYTES)
        lines = iter(lambda: self._next_line(stop_at_overlong=True), None)
        try:
            header = next((line for line in lines if line.strip()), "")
            self._lines_before_csv = self._line - 1
            self._csv = csv.reader(chain([header], lines), delimiter=max(_DELIMITERS, key=header.count), strict=True)
            names = next(self._csv)
        except (csv.Error, _OverlongLineError) as error:
            raise AmendsError(ErrorCode.INVALID_INPUT, f"the header is not readable: {error}", "file") from error
        if BROKEN_CHARACTER.search(header):
            raise AmendsError(ErrorCode.INVALID_INPUT, f"the header is {NOT_DECODABLE}", "file")
        self.columns = tuple(name.strip() for name in names)

    def _csv_rows(self) -> Iterator[Row | BadRow]:
        columns = self.columns or ()
        while True:
            line = self._lines_before_csv + self._csv.line_num + 1
            try:
                values = next(self._csv, None)
            except csv.Error as error:
                yield BadRow(line, None, f"{error}; is a quotation mark missing?")
                if "field limit" in str(error):
                    return  # Where the next record starts cannot be known any more.
                continue
            except _OverlongLineError as error:
                yield BadRow(line, None, f"{error}; the rest of the file is not read")
                return
            if values is None:
                return
            if not any(values):
                continue
            if len(values) != len(columns):
                yield BadRow(line, None, f"expected {len(columns)} columns as in the header, found {len(values)}")
                continue
            yield Row(line, dict(zip(columns, values, strict=True)))

    def _json_rows(self) -> Iterator[Row | BadRow]:
        while True:
            try:
                text = self._next_line()
            except _OverlongLineError as error:
                yield BadRow(self._line, None, str(error))
                continue
            if text is None:
                return
            if text.strip():
                yield self._json_row(text)

    def _json_row(self, text: str) -> Row | BadRow:
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            fault = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            return BadRow(self._line, None, f"not one JSON object per line: {fault}")
        if not isinstance(values, dict):
            return BadRow(self._line, None, "not a JSON object")
        return Row(self._line, values)

    def _next_line(self, *, stop_at_overlong: bool = False) -> str | None:
        """The next line with its end; undecodable bytes become broken characters."""
        raw = self._stream.readline(LINE_MAX_BYTES)
        if not raw:
            return None
        self._line += 1
        self.bytes_read += len(raw)
        if len(raw) == LINE_MAX_BYTES and not raw.endswith(b"\n"):
            while not stop_at_overlong and raw and not raw.endswith(b"\n"):
                raw = self._stream.readline(LINE_MAX_BYTES)
                self.bytes_read += len(raw)
            raise _OverlongLineError(f"the line is longer than {LINE_MAX_BYTES // 1024**2} MiB")
        if self._line == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        return raw.decode(self._encoding, errors="surrogateescape")


class _OverlongLineError(Exception):
    """A line that must not be held in memory."""


def _checked_encoding(name: str) -> str:
    try:
        splits_at_line_feeds = "\n".encode(name) == b"\n"
    except LookupError:
        splits_at_line_feeds = False
    if not splits_at_line_feeds:
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"cannot read {name!r}; use utf-8, gb18030 or latin-1, or convert it", "encoding"
        )
    return name
