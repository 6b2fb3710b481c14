"""Pages: how large one is, where it goes on, and the envelope that every list comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, NamedTuple, TypeAlias, TypeVar

import orjson
from fastapi import Query, Response
from pydantic import Field

from starter.cursor import cursor_of

Item = TypeVar("Item")

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
CURSOR_MAX_CHARACTERS = 1000

Limit: TypeAlias = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="At most so many.")]
Cursor: TypeAlias = Annotated[
    str | None,
    Query(max_length=CURSOR_MAX_CHARACTERS, description="`next` of the page before; left out for the first page."),
]
Next: TypeAlias = Annotated[str | None, Field(description="The `cursor` of the next page; null after the last one.")]


class Cut(NamedTuple, Generic[Item]):
    """The items of a page and its `next`."""

    items: tuple[Item, ...]
    next: str | None


def cut(found: Sequence[Item], limit: int, place: Callable[[Item], Mapping[str, Any]]) -> Cut[Item]:
    """A page out of what was found when one more was asked for than it may hold; `place` says where an item stands."""
    items = tuple(found[:limit])
    return Cut(items, cursor_of(place(items[-1])) if len(found) > limit else None)


def json_page(page: Cut[Mapping[str, Any]]) -> Response:
    """A page of rows as the tables hold them, which need no checking: it would take longer than to find them."""
    # All rows have the same names, so these are read once: `dict(row)` would look each value up by its own.
    names = tuple(page.items[0].keys()) if page.items else ()
    items = [dict(zip(names, row.values(), strict=True)) for row in page.items]
    return Response(
        orjson.dumps({"items": items, "next": page.next}, option=orjson.OPT_UTC_Z), media_type="application/json"
    )
