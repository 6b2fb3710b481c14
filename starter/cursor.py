"""Cursors: the place where a page ended, as text that callers hand back and do not look into. Rows that come or go in
between move nothing, because a place is that of a row in the order, not a number of rows.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from workflows.contract.base import Model
from workflows.contract.errors import AmendsError, ErrorCode

Place = TypeVar("Place", bound=Model)

_GROUP = 4
"""Base64 is padded to a multiple of so many characters; addresses are better without."""


def cursor_of(place: Mapping[str, Any]) -> str:
    """A place, by the fields of its model, as text that needs no escaping in an address."""
    return base64.urlsafe_b64encode(orjson.dumps(place, option=orjson.OPT_UTC_Z)).decode().rstrip("=")


def place_of(cursor: str, model: type[Place]) -> Place:
    """The place in a list whose places are `model`s.

    Raises:
        AmendsError: `invalid_input`, field `cursor`, for anything else than a cursor of that list.
    """
    try:
        return model.model_validate_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % _GROUP)))
    except (ValueError, ValidationError):
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            "expected `next` of the page before, unchanged and of the same list; leave it out for the first page",
            "cursor",
        ) from None
