"""Reading one complaint: its file, timeline, messages, clocks, its view out of the workflow, and what can be done."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Header, Query, Request, Response
from pydantic import Field

from infra.db.tables import Audience
from starter.access.caller import Caller, Scope
from starter.api.commanding import FROM_THE_DOOR, OFFERED
from starter.api.door import Calling, Door, TheDoor
from starter.api.listing import ROW
from starter.api.paging import LIMIT_DEFAULT, Cursor, Limit, Next, cut
from starter.api.preconditions import etag
from starter.api.problems import problem_responses
from starter.api.references import EXAMPLE, ONE, REFUSALS, SeenComplaint, SeenFile
from starter.api.routers import versioned
from starter.clock_facts import clock_facts
from starter.cursor import place_of
from starter.read_model import ComplaintFile, ComplaintRow, EventRow, MessagePlace, MessageRow, ReadModel
from workflows.contract.base import Line, Model
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import workflow_id
from workflows.contract.views import ClockView, ComplaintView
from workflows.contract.vocabulary import Status

_OPAQUE_TAG = re.compile(r'(?:W/)?("[^"]*")')

FILE: dict[str, Any] = {
    **ROW,
    "source": "web",
    "source_key": "form-20260302-0815",
    "text": "洗衣机送来就是坏的，客服一直不接电话，我要求退款。",
    "complainant_name": "王芳",
    "complainant_email": "wang.fang@customer.example",
    "complainant_phone": None,
    "remedy_sought": "退款",
}
EVENT: dict[str, Any] = {
    "sequence": 4,
    "at": "2026-03-02T09:02:11Z",
    "type": "noted",
    "actor": {"subject": "zhou.qi", "roles": ["agent"], "department": "customer_service", "authenticated_by": "oidc"},
    "command_id": "8b0f3a52-6c6e-4c2b-9d57-0f6f1b1f4f10",
    "data": {"type": "noted", "text": "She called again and was friendly."},
}
MESSAGE: dict[str, Any] = {
    "message_id": "<7K2M-9QXD-4TBC.1@amends.example>",
    "reference": EXAMPLE,
    "notice": "acknowledgement",
    "audience": "complainant",
    "staff": None,
    "recipient": "wang.fang@customer.example",
    "language": "zh",
    "subject": "我们已收到您的投诉",
    "status": "sent",
    "attempts": 1,
    "created_at": "2026-03-02T08:15:01Z",
    "sent_at": "2026-03-02T08:15:01Z",
    "last_error": None,
}
OFFERS: dict[str, Any] = {
    "reference": EXAMPLE,
    "sequence": 4,
    "items": [
        {
            "name": "note",
            "href": f"/api/v1/complaints/{EXAMPLE}/commands/note",
            "required": ["text"],
            "optional": [],
        }
    ],
}

router = versioned("Complaints")


class EventPlace(Model):
    """Where a page of a timeline ended."""

    sequence: Annotated[int, Field(ge=0, lt=2**31)]


class Timeline(Model):
    """Some of what happened to a complaint, in order."""

    items: tuple[EventRow, ...]
    next: Next


class Messages(Model):
    """Some of the messages about a complaint, the last ones first."""

    items: tuple[MessageRow, ...]
    next: Next


class ExplainedClock(ClockView):
    """A clock with its ledger; `why` holds its rule and what has happened to it, in words."""

    why: dict[str, str]


class Clocks(Model):
    """The clocks of a complaint now, and the calendar that they count by."""

    reference: Line
    calendar: Line | None
    timezone: Line | None
    confirmed_until: date | None
    clocks: tuple[ExplainedClock, ...]


class Offer(Model):
    """A command that the caller may give now: `href` takes it by POST."""

    name: str
    href: str
    required: tuple[str, ...] = Field(description="The fields that its body must have; the document of `href` has all.")
    optional: tuple[str, ...] = Field(description="Those that it may have.")


class Offers(Model):
    """What the caller may do now."""

    reference: str
    sequence: int = Field(description="The complaint's last event that lists have; as If-Match of a command.")
    items: tuple[Offer, ...]


def _example(value: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": value}}}


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return _example({"items": [item], "next": None})


@router.get(
    ONE,
    summary="Read a complaint",
    response_model=ComplaintFile,
    responses={
        200: {
            "headers": {"ETag": {"description": 'Its last event, such as `"4"`.', "schema": {"type": "string"}}},
            **_example(FILE),
        },
        304: {"description": "It is as the caller has it.", "headers": {"ETag": {"schema": {"type": "string"}}}},
        **problem_responses(*REFUSALS),
    },
)
async def read_complaint(
    response: Response,
    file: SeenFile,
    if_none_match: Annotated[
        str | None, Header(description='The ETag that the caller has, such as `"4"`: then 304 if it still holds.')
    ] = None,
) -> ComplaintFile | Response:
    """Where it stands, what the complainant wrote, and who they are."""
    tag = etag(file.sequence)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if if_none_match is not None and (if_none_match.strip() == "*" or tag in _OPAQUE_TAG.findall(if_none_match)):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return file


@router.get(
    ONE + "/timeline",
    summary="What happened to a complaint",
    responses={200: _page(EVENT), **problem_responses(*REFUSALS)},
)
async def read_timeline(
    door: TheDoor,
    row: SeenComplaint,
    *,
    after: Annotated[
        int, Query(ge=0, lt=2**31, description="Only what follows the event of this number, the first time.")
    ] = 0,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Timeline:
    """The journal of the complaint, from its first event on."""
    start = place_of(cursor, EventPlace).sequence if cursor else after
    found = await ReadModel(door.engine).events(row.reference, after=start, limit=limit + 1)
    items, following = cut(found, limit, lambda event: {"sequence": event.sequence})
    return Timeline(items=items, next=following)


@router.get(
    ONE + "/messages",
    summary="Messages about a complaint",
    responses={200: _page(MESSAGE), **problem_responses(*REFUSALS)},
)
async def list_messages(
    door: TheDoor, caller: Calling, row: SeenComplaint, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Messages:
    """What was written to the complainant and to members of staff, and what became of it. Not the letters themselves:
    the survey's holds the key to answer as the complainant. Services are not told the addresses of members of staff.
    """
    before = place_of(cursor, MessagePlace) if cursor else None
    found = await ReadModel(door.engine).messages(row.reference, limit + 1, before=before)
    items, following = cut(
        found, limit, lambda message: {"created_at": message.created_at, "message_id": message.message_id}
    )
    return Messages(items=tuple(_message_for(caller, message) for message in items), next=following)


@router.get(
    ONE + "/clocks",
    summary="The clocks of a complaint",
    responses=problem_responses(*REFUSALS, ErrorCode.ARCHIVED),
)
async def read_clocks(door: TheDoor, row: SeenComplaint) -> Clocks:
    """Each clock with its ledger, straight from the workflow: why is it due then, and who held the case meanwhile?"""
    view = await _view(door, row)
    clocks = tuple(ExplainedClock(**dict(clock), why=clock_facts(clock, view)) for clock in view.clocks)
    return Clocks(
        reference=view.reference,
        calendar=view.calendar,
        timezone=view.timezone,
        confirmed_until=view.confirmed_until,
        clocks=clocks,
    )


@router.get(
    ONE + "/view",
    summary="A complaint straight from its workflow",
    responses=problem_responses(*REFUSALS, ErrorCode.ARCHIVED),
)
async def read_view(door: TheDoor, row: SeenComplaint) -> ComplaintView:
    """Everything about the case as it is at this moment: proposal, meeting, tasks, kin, clocks."""
    return await _view(door, row)


@router.get(
    ONE + "/commands",
    summary="What the caller may do now",
    responses={200: _example(OFFERS), **problem_responses(*REFUSALS)},
)
async def list_commands(request: Request, door: TheDoor, caller: Calling, row: SeenComplaint) -> Offers:
    """The commands that the complaint would take from the caller now. What a command is about may still be refused,
    such as a person that it names.
    """
    names = await _allowed(door, row, caller) if Scope.COMMAND in caller.scopes else ()
    offers = tuple(_offer(name, f"{request.url.path}/{name}") for name in names if name in OFFERED)
    return Offers(reference=row.reference, sequence=row.sequence, items=offers)


def _message_for(caller: Caller, message: MessageRow) -> MessageRow:
    is_theirs = not caller.is_service or message.audience != Audience.STAFF
    return message if is_theirs else message.model_copy(update={"recipient": None})


def _offer(name: str, href: str) -> Offer:
    fields = {field: known for field, known in OFFERED[name].model_fields.items() if field not in FROM_THE_DOOR}
    required = tuple(field for field, known in fields.items() if known.is_required())
    return Offer(
        name=name, href=href, required=required, optional=tuple(each for each in fields if each not in required)
    )


async def _allowed(door: Door, row: ComplaintRow, caller: Caller) -> tuple[str, ...]:
    """None for a complaint that Temporal has forgotten: it takes no commands any more."""
    try:
        return await door.desk.allowed(row.reference, caller.actor)
    except AmendsError as error:
        if error.code is ErrorCode.UNKNOWN_REFERENCE and row.status is Status.ARCHIVED:
            return ()
        raise _forgotten(row, error) from error


async def _view(door: Door, row: ComplaintRow) -> ComplaintView:
    try:
        return await door.desk.view(row.reference)
    except AmendsError as error:
        raise _forgotten(row, error) from error


def _forgotten(row: ComplaintRow, error: AmendsError) -> AmendsError:
    """What to say of a complaint that is on file, when its workflow did not answer."""
    if error.code is not ErrorCode.UNKNOWN_REFERENCE:
        return error
    if row.status is Status.ARCHIVED:
        return AmendsError(
            ErrorCode.ARCHIVED,
            "the complaint was archived and Temporal has forgotten its workflow; its file and its timeline are here",
        )
    return AmendsError(
        ErrorCode.UNREACHABLE,
        f"the complaint is open, but Temporal does not know its workflow {workflow_id(row.reference)}: is this door"
        " connected to the right server and namespace?",
    )
