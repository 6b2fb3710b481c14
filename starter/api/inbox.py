"""What needs the caller: `GET /api/v1/inbox`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from starter.access.caller import Scope
from starter.api.asking import Direct, Parameters, parameters_in, parameters_of
from starter.api.door import door_of, recognised
from starter.api.paging import LIMIT_DEFAULT, Cursor, Cut, Limit, Next, cut, json_page
from starter.api.references import EXAMPLE
from starter.api.routers import versioned
from starter.cursor import place_of
from starter.inbox import Inbox, InboxPlace
from workflows.contract.base import Instant, Model
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import DutyKind, Severity, Status

ITEM: dict[str, Any] = {
    "duty": "approve",
    "command": "approve",
    "due_at": "2026-03-04T10:00:00Z",
    "number": None,
    "about": "step sign_off",
    "on_behalf_of": "lin.wan",
    "reference": EXAMPLE,
    "subject": None,
    "excerpt": "洗衣机送来就是坏的，客服一直不接电话，我要求退款。",
    "severity": "high",
    "department": "customer_service",
    "owner": "zhou.qi",
    "status": "approving",
    "received_at": "2026-03-02T08:15:00Z",
}

router = versioned("Inbox", route_class=Direct)


class ToDo(Model):
    """One thing to do: the caller's own, or `on_behalf_of` somebody absent. `command` does it, where one does; `number`
    is that of a task or motion.
    """

    duty: DutyKind
    command: str | None
    due_at: Instant | None
    number: int | None
    about: str | None
    on_behalf_of: str | None
    reference: str
    subject: str | None
    excerpt: str
    severity: Severity | None
    department: str
    owner: str
    status: Status
    received_at: Instant


class InboxPage(Model):
    """Some of what the caller has to do, the most urgent first."""

    items: tuple[ToDo, ...]
    next: Next


class InboxParameters(Parameters):
    """The parameters of an inbox."""

    cursor: Cursor = None
    limit: Limit = LIMIT_DEFAULT


@router.get(
    "/inbox",
    summary="What needs the caller",
    response_model=InboxPage,
    openapi_extra={"parameters": parameters_of(InboxParameters)},
    responses={200: {"content": {"application/json": {"example": {"items": [ITEM], "next": None}}}}},
)
async def read_inbox(request: Request) -> Response:
    """What somebody on the staff has to do: their own duties, those of their role and department, and those of
    everybody absent whom they stand in for. What is due first comes first, then the gravest, then the oldest.
    """
    door, caller = door_of(request), await recognised(request)
    caller.require(Scope.READ)
    given = parameters_in(request.scope["query_string"], InboxParameters)
    if caller.is_service:
        raise AmendsError(ErrorCode.NOT_PERMITTED, "a service has no inbox: ask as a member of staff", "actor")
    after = place_of(given.cursor, InboxPlace) if given.cursor else None
    found = await Inbox(door.engine).rows(caller.actor, given.limit + 1, after=after)
    items, following = cut(found, given.limit, _place)
    return json_page(Cut(tuple(map(_to_do, items)), following))


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in InboxPlace.model_fields}


def _to_do(row: Mapping[str, Any]) -> dict[str, Any]:
    to_do = {name: row.get(name) for name in ToDo.model_fields}
    return {**to_do, "command": DutyKind(row["duty"]).command}
