"""Finding complaints: `GET /api/v1/complaints`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from starter.access.caller import Scope
from starter.api.door import Calling, TheDoor
from starter.api.paging import LIMIT_DEFAULT, Cursor, Limit, Next, cut
from starter.api.problems import problem_responses
from starter.api.references import EXAMPLE
from starter.api.said import SaidLine, SaidName
from starter.cursor import place_of
from starter.listing import Listing, ListPlace
from starter.read_model import ComplaintRow
from starter.wanted import Wanted
from workflows.contract.base import Model, Slug
from workflows.contract.errors import ErrorCode
from workflows.contract.vocabulary import Channel, Nature, Severity, Status

ROW: dict[str, Any] = {
    "reference": EXAMPLE,
    "received_at": "2026-03-02T08:15:00Z",
    "channel": "web",
    "language": "zh",
    "subject": "洗衣机损坏",
    "product": "WM-7",
    "status": "assigned",
    "outcome": None,
    "nature": "quality",
    "severity": "high",
    "department": "technical_support",
    "owner": "ines.vogel",
    "level": "owner",
    "waiting_for": None,
    "breached": False,
    "due_at": "2026-03-16T18:00:00Z",
    "policy": "default@0b5f7a9c1d2e",
    "parent": None,
    "sequence": 4,
    "updated_at": "2026-03-02T08:15:01Z",
}

router = APIRouter(tags=["Complaints"])


class ComplaintPage(Model):
    """Some complaints, those received last first."""

    items: tuple[ComplaintRow, ...]
    next: Next


async def _wanted(
    caller: Calling,
    *,
    q: Annotated[
        SaidName | None,
        Query(
            description="Words that all occur in the subject, text, product, complainant's name or reference. Part of a"
            " word counts, so Chinese needs no blanks; case does not.",
            examples=["洗衣机 退款", "refund"],
        ),
    ] = None,
    status: Annotated[Status | None, Query(description="Where they stand.")] = None,
    archived: Annotated[bool | None, Query(description="Whether they are done with for good.")] = None,
    department: Annotated[Slug | None, Query(description="Who holds them.")] = None,
    owner: Annotated[SaidName | None, Query(description="Who answers for them.")] = None,
    nature: Annotated[Nature | None, Query(description="What they are about.")] = None,
    severity: Annotated[Severity | None, Query(description="How bad they are.")] = None,
    channel: Annotated[Channel | None, Query(description="How they came in.")] = None,
    breached: Annotated[bool | None, Query(description="Whether a time limit has passed.")] = None,
    policy: Annotated[
        SaidLine | None,
        Query(description="The policy they are under: `name`, or `name@version`.", examples=["default"]),
    ] = None,
    parent: Annotated[
        SaidLine | None, Query(description="The complaint that leads their major event.", examples=[EXAMPLE])
    ] = None,
) -> Wanted:
    caller.require(Scope.READ)
    return Wanted(
        status=status,
        department=department,
        owner=owner,
        nature=nature,
        severity=severity,
        channel=channel,
        breached=breached,
        policy=policy,
        text=q,
        parent=parent,
        archived=archived,
    )


@router.get(
    "/complaints",
    summary="Find complaints",
    responses={
        200: {"content": {"application/json": {"example": {"items": [ROW], "next": None}}}},
        **problem_responses(ErrorCode.REFERENCE_MISTYPED),
    },
)
async def list_complaints(
    door: TheDoor,
    caller: Calling,
    wanted: Annotated[Wanted, Depends(_wanted)],
    *,
    mine: Annotated[bool, Query(description="Only those that the caller answers for.")] = False,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> ComplaintPage:
    """The complaints that the caller may see and that are as wanted, those received last first.

    Pages hold although complaints come and go: `next` names a place in the list, not a number of rows.
    """
    if mine:
        if wanted.owner not in (None, caller.actor.subject):
            return ComplaintPage(items=(), next=None)
        wanted = replace(wanted, owner=caller.actor.subject)
    after = place_of(cursor, ListPlace) if cursor else None
    lists = Listing(door.engine)
    found = await lists.page(wanted, limit + 1, caller=caller, see_all=door.settings.see_all, after=after)
    items, following = cut(found, limit, _place)
    return ComplaintPage(items=items, next=following)


def _place(row: ComplaintRow) -> ListPlace:
    return ListPlace(received_at=row.received_at, reference=row.reference)
