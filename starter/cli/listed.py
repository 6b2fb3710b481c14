"""Reads a list of references, as people and other programs make them."""

from __future__ import annotations

import sys
from pathlib import Path

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference

_FIELD = "reference"


def listed_references(path: str) -> list[str]:
    """The references in a file or, for `-`, on standard input: one a line, each once, in their order.

    Raises:
        AmendsError: `invalid_input`, when it cannot be read; `reference_mistyped`, naming the line.
    """
    found: dict[str, None] = {}
    for number, line in enumerate(_content(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found[parse_reference(line)] = None
        except AmendsError as error:
            raise AmendsError(error.code, f"line {number}: {error.message}", _FIELD) from error
    return list(found)


def _content(path: str) -> str:
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        expected = "expected a file with one reference a line, or - for standard input"
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"cannot read {path}: {error.strerror}; {expected}", _FIELD
        ) from error
    except UnicodeDecodeError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{path} is not a text in UTF-8", _FIELD) from error
