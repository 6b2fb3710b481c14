"""Finding complaints: `GET /api/v1/complaints`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import Request, Response
from pydantic import Field

from starter.access.caller import Caller, Scope
from starter.api.asking import Direct, Parameters, parameters_in, parameters_of
from starter.api.door import door_of, recognised
from starter.api.paging import LIMIT_DEFAULT, Cursor, Cut, Limit, Next, cut, json_page
from starter.api.problems import problem_responses
from starter.api.references import EXAMPLE
from starter.api.routers import versioned
from starter.api.said import SaidLine, SaidName
from starter.cursor import place_of
from starter.listing import REMEMBERED, Asked, Listing, ListPlace, Row
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

router = versioned("Complaints", route_class=Direct)


class ComplaintPage(Model):
    """Some complaints, those received last first."""

    items: tuple[ComplaintRow, ...]
    next: Next


class ListParameters(Parameters):
    """The parameters of a list; all of them may be left out."""

    q: SaidName | None = Field(
        default=None,
        description="Words that all occur in the subject, text, product, complainant's name, e-mail address or phone"
        " number, or reference. Part of a word counts, so Chinese needs no blanks; case does not. A phone number is"
        " found however it is written.",
        examples=["洗衣机 退款", "refund"],
    )
    status: Status | None = Field(default=None, description="Where they stand.")
    archived: bool | None = Field(default=None, description="Whether they are done with for good.")
    department: Slug | None = Field(default=None, description="Who holds them.")
    owner: SaidName | None = Field(default=None, description="Who answers for them.")
    nature: Nature | None = Field(default=None, description="What they are about.")
    severity: Severity | None = Field(default=None, description="How bad they are.")
    channel: Channel | None = Field(default=None, description="How they came in.")
    breached: bool | None = Field(default=None, description="Whether a time limit has passed.")
    policy: SaidLine | None = Field(
        default=None, description="The policy they are under: `name`, or `name@version`.", examples=["default"]
    )
    parent: SaidLine | None = Field(
        default=None, description="The complaint that leads their major event.", examples=[EXAMPLE]
    )
    mine: bool = Field(default=False, description="Only those that the caller answers for.")
    cursor: Cursor = None
    limit: Limit = LIMIT_DEFAULT

    def wanted(self, owner: str | None) -> Wanted:
        """Which complaints, of that owner."""
        fields = {name: getattr(self, name) for name in Wanted.__slots__ if name not in ("text", "owner")}
        return Wanted(**fields, text=self.q, owner=owner)


@router.get(
    "/complaints",
    summary="Find complaints",
    response_model=ComplaintPage,
    openapi_extra={"parameters": parameters_of(ListParameters)},
    responses={
        200: {"content": {"application/json": {"example": {"items": [ROW], "next": None}}}},
        **problem_responses(ErrorCode.REFERENCE_MISTYPED),
    },
)
async def list_complaints(request: Request) -> Response:
    """The complaints that the caller may see and that are as wanted, those received last first.

    Pages hold although complaints come and go: `next` names a place in the list, not a number of rows.
    """
    door, caller = door_of(request), await recognised(request)
    caller.require(Scope.READ)
    asked = _asked(request.scope["query_string"], caller, tuple(door.settings.see_all))
    if asked is None:
        return json_page(Cut((), None))
    return json_page(cut(await Listing(door.engine).rows(asked), asked.limit - 1, _place))


@lru_cache(maxsize=REMEMBERED)
def _asked(query: bytes, caller: Caller, see_all: tuple[str, ...]) -> Asked | None:
    """What a query asks of the list, for one row more than the page has; none when nothing can be as it says."""
    given = parameters_in(query, ListParameters)
    subject = caller.actor.subject
    if given.mine and given.owner not in (None, subject):
        return None
    wanted = given.wanted(owner=subject if given.mine else given.owner)
    after = place_of(given.cursor, ListPlace) if given.cursor else None
    return Asked(wanted, given.limit + 1, caller, see_all, after)


def _place(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ListPlace.model_fields}
