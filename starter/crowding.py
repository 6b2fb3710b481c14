"""Refuses JSON with more in it than anything has that can be sent: to say what is wrong with each thing would take
seconds, during which this process answers nobody.
"""

from __future__ import annotations

import re

from workflows.contract.errors import AmendsError, ErrorCode

THINGS_MAX = 2_000
"""Members, items of lists and texts together; the longest message of the contract has some hundreds."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def refuse_crowd(content: bytes) -> None:
    """See to it that JSON can be read quickly, without reading it.

    Raises:
        AmendsError: `too_large`; `invalid_input`, when it is in UTF-16 or UTF-32, which JSON must not be.
    """
    if b"\0" in content:
        raise AmendsError(ErrorCode.INVALID_INPUT, "must be JSON in UTF-8")
    # Quotation marks inside of strings are escaped. No string has fewer than one that counts, whatever it ends with.
    strings = (content.count(b'"') - content.count(b'\\"')) // 2
    if strings > THINGS_MAX or _STRING.sub(b"", content).count(b",") > THINGS_MAX:
        raise AmendsError(
            ErrorCode.TOO_LARGE,
            f"more than {THINGS_MAX} members, items and texts; nothing that can be sent has so many",
        )
