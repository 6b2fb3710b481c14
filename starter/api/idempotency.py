"""`Idempotency-Key`: the name that a sender gives a request, so that repeating it is harmless."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header

from workflows.contract.errors import AmendsError, ErrorCode

HEADER = "Idempotency-Key"
KEY_MAX_CHARACTERS = 100

_USABLE = re.compile(rf"[\x21-\x7e]([\x20-\x7e]{{0,{KEY_MAX_CHARACTERS - 2}}}[\x21-\x7e])?")


async def _key(
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            description=f"Up to {KEY_MAX_CHARACTERS} printable ASCII characters, quotation marks around them apart.",
            examples=["crm-4711"],
            json_schema_extra={"pattern": f"^{_USABLE.pattern}$"},
        ),
    ] = None,
) -> str | None:
    if key is None:
        return None
    # The draft of the IETF puts it into quotation marks, which most clients leave out.
    plain = key[1:-1] if key.startswith('"') and key.endswith('"') else key
    plain = plain.strip()
    if not _USABLE.fullmatch(plain):
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"expected 1 to {KEY_MAX_CHARACTERS} printable ASCII characters, not only blanks",
            HEADER,
        )
    return plain


IdempotencyKey = Annotated[str | None, Depends(_key)]
"""The key, if one was sent. Raises AmendsError `invalid_input`."""
