"""The safety net under the rule that logs hold no personal data: hides what looks like it in every line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import PurePath
from uuid import UUID

from structlog.typing import EventDict, WrappedLogger

IDENTIFIERS = frozenset({"complaint", "workflow_id", "run_id", "timestamp", "logger", "level"})
"""Fields that Amends and Temporal fill with names of their own making; they are left as they are."""

_LINE_MAX_CHARACTERS = 500
_TRACEBACK_FIELDS = frozenset({"exception", "stack"})

_SENSITIVE = re.compile(
    r"""
    (?P<ours>                                            # what only looks like a number of a person:
        [0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}                   # a run id
      | (?=[\d-]{0,13}[A-Z])[1-9A-Z]{4}-[1-9A-Z]{4}-[1-9A-Z]{4}                     # a reference
      | \d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?             # a moment
    )
    | (?P<email>[^\s@<>"'(){}\[\],;:：，。]{1,64}@[^\s@<>"'(){}\[\],;，。]{1,255})
    | (?P<digits>\+?\d(?:[ .-]?\d){6,}[Xx]?)             # phone, card and identity numbers
    | (?P<value>                                         # what errors show of refused values:
        (?<=input_value=).{0,300}?(?=,\ input_type=|\Z)                        # pydantic
      | (?<=DETAIL:).*?(?=\n(?:HINT|\[SQL|The\ above)|\Z)                    # PostgreSQL
      | (?<=\[parameters:).*?(?=\n\(Background|\Z)                           # SQLAlchemy
    )
    """,
    re.VERBOSE | re.DOTALL,
)


def mask_personal_data(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """Hide e-mail addresses, long digit runs and whole objects; cut long values, since a complaint's text is one."""
    for key, value in event_dict.items():
        if key in IDENTIFIERS:
            continue
        masked = _mask(value)
        if isinstance(masked, str) and len(masked) > _LINE_MAX_CHARACTERS and key not in _TRACEBACK_FIELDS:
            masked = f"{masked[:_LINE_MAX_CHARACTERS]}… ({len(masked)} characters)"
        event_dict[key] = masked
    return event_dict


def mask_text(text: str) -> str:
    """The text with what looks like personal data replaced by a word that says what was there."""
    return _SENSITIVE.sub(_replacement, text)


def _replacement(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "email":
            return "<e-mail>"
        case "digits":
            return "<digits>"
        case "value":
            return "<hidden>"
        case _:
            return found.group()


def _mask(value: object) -> object:
    """Plain values are masked, collections item by item; of anything else only its type is told."""
    if isinstance(value, Mapping):
        return {str(key): _mask(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_mask(item) for item in value]
    if isinstance(value, str | PurePath | BaseException):
        return mask_text(str(value))
    return _plain(value)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, date | Decimal | UUID) else f"<{type(value).__name__}>"
