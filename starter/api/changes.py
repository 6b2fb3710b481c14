"""Everything that happens to complaints, page by page for those who ask again: each caller gets what they may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field
from sqlalchemy import ColumnElement

from infra.db.tables import complaints, events
from starter.access.caller import Caller, Scope
from starter.access.sight import sight
from starter.api.door import Calling, Door, TheDoor
from starter.api.problems import problem_responses
from starter.api.routers import versioned
from starter.feed import START, Change, Place
from starter.seeing import visible
from workflows.contract.base import Model, Slug
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Noted
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import EventType, Role

router = versioned("Changes")

FROM_THE_START = "start"
MARK_MAX_CHARACTERS = 100

LIMIT_MAX = 200
LIMIT_DEFAULT = 50

PAGES_LOOKED_AT = 20
"""For one answer, as long as nothing is found that the caller may see."""

EXAMPLE_PLACE = "81234-1"

EXAMPLE = Change(
    event_id="7K2M-9QXD-4TBC:4",
    reference="7K2M-9QXD-4TBC",
    sequence=4,
    at=datetime(2026, 3, 2, 9, 12, tzinfo=UTC),
    effective_at=None,
    type="noted",
    actor=Actor(subject="zhou.qi", roles=(Role.AGENT,), department="customer_service", authenticated_by="oidc"),
    command_id="crm-4711-note",
    data=Noted(text="客户来电补充了订单号").model_dump(mode="json"),
).model_dump(mode="json")

After = Annotated[
    str | None,
    Query(
        max_length=MARK_MAX_CHARACTERS,
        description="Where to go on: the `next` of an answer, the `id` of a stream, the `event_id` of a change that the"
        " caller may see now, or `start` for everything there is. Without it: from now on.",
        examples=[EXAMPLE_PLACE],
    ),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asks to be told; what is none does not matter."""

    types: tuple[EventType, ...]
    reference: str | None
    department: str | None

    def conditions(self, caller: Caller, see_all: Collection[str]) -> list[ColumnElement[bool]]:
        """As conditions on `complaints` and `events`, together with what the caller may see."""
        required = [sight(caller, see_all)]
        if self.types:
            required.append(events.c.type.in_(self.types))
        if self.reference is not None:
            required.append(complaints.c.reference == self.reference)
        if self.department is not None:
            required.append(complaints.c.department == self.department)
        return required


async def _wanted(
    door: TheDoor,
    caller: Calling,
    type: Annotated[  # noqa: A002 - the name of the parameter in the address
        list[EventType] | None, Query(description="Only these types of events.", examples=[["filed", "closed"]])
    ] = None,
    reference: Annotated[
        str | None, Query(max_length=100, description="Only of this complaint.", examples=["7K2M-9QXD-4TBC"])
    ] = None,
    department: Annotated[
        Slug | None, Query(description="Only of complaints that this department has now.", examples=["sales"])
    ] = None,
) -> Wanted:
    caller.require(Scope.READ)
    if reference is not None:
        see_all = door.settings.see_all
        reference = (await visible(door.engine, door.desk, caller, reference, see_all=see_all)).reference
    return Wanted(tuple(type or ()), reference, department)


Wants = Annotated[Wanted, Depends(_wanted)]
"""Raises AmendsError `not_permitted`, `reference_mistyped`, `unknown_reference`."""


class Changes(Model):
    """Some changes in the order in which they are told to everybody, and where to go on."""

    items: list[Change]
    next: str = Field(
        description="The `after` of the next question, also when nothing is new.", examples=[EXAMPLE_PLACE]
    )
    more: bool = Field(description="Whether there may be more already: ask again at once.")


@router.get(
    "/changes",
    summary="What has happened since",
    responses={
        200: {"content": {"application/json": {"example": {"items": [EXAMPLE], "next": EXAMPLE_PLACE, "more": False}}}},
        **problem_responses(ErrorCode.REFERENCE_MISTYPED, ErrorCode.UNKNOWN_REFERENCE),
    },
)
async def list_changes(
    door: TheDoor,
    caller: Calling,
    wanted: Wants,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
) -> Changes:
    """The events of all complaints the caller may see now, in the order in which they were put on file: those of one
    complaint one after the other. For those who come by from time to time; `GET /events` tells the same as it happens.
    """
    place = await place_after(door, caller, after)
    conditions = wanted.conditions(caller, door.settings.see_all)
    for _ in range(PAGES_LOOKED_AT):
        page = await door.feed.page(place, limit, conditions)
        place = page.place
        if page.changes or page.is_last:
            break
    return Changes(items=page.changes, next=place.cursor, more=not page.is_last)


async def place_after(door: Door, caller: Caller, after: str | None, field: str = "after") -> Place:
    """Where a caller wants to go on. An event of a complaint that they may not see is none, or whoever makes up ids
    could find out what is on file; cursors tell nothing.

    Raises:
        AmendsError: `invalid_input`, when there is no such place.
    """
    if after is None:
        return await door.feed.now()
    if after == FROM_THE_START:
        return START
    place = await door.feed.place_of(after, [sight(caller, door.settings.see_all)])
    if place is None:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            "there is no such event that you may see, and no such cursor of this database; go on from the last `next`,"
            f" or the last `id` of a stream, or begin with {FROM_THE_START}",
            field,
        )
    return place
