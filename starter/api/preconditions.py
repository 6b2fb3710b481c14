"""`ETag` and `If-Match`: which state of a complaint an answer shows, and which one its reader acts upon."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Request

from workflows.contract.errors import AmendsError, ErrorCode

HEADER = "If-Match"

_ANY = "*"
_STRONG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


def etag(sequence: int) -> str:
    """The tag of a complaint after its event of that number."""
    return f'"{sequence}"'


async def _seen(
    request: Request,
    if_match: Annotated[
        str | None,
        Header(
            alias=HEADER,
            description='The ETag of the complaint as its reader saw it, such as `"12"`: when more has happened since, '
            "the command is refused as `stale`. `*` for any.",
            examples=['"12"', "*"],
            json_schema_extra={"pattern": rf"^({_STRONG.pattern}|\*)$"},
        ),
    ] = None,
) -> int | None:
    if if_match is None or if_match.strip() == _ANY:
        return None
    tag = _STRONG.fullmatch(if_match.strip())
    if tag is None or len(request.headers.getlist(HEADER)) > 1:
        raise AmendsError(ErrorCode.INVALID_INPUT, _expected(if_match), HEADER)
    return int(tag[1])


def _expected(given: str) -> str:
    if "," in given:
        return 'expected one ETag such as "12": a command is about one state of a complaint'
    if given.strip().startswith("W/"):
        return 'expected a strong ETag such as "12", not a weak one; proxies that compress answers weaken theirs'
    return 'expected the ETag of a complaint with its quotation marks, such as "12", or *'


SeenSequence = Annotated[int | None, Depends(_seen)]
"""The number of the last event that the sender has seen, if they say so. Raises AmendsError `invalid_input`."""
