"""What needs the caller: `GET /api/v1/inbox`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from starter.access.caller import Scope
from starter.api.door import Calling, TheDoor
from starter.api.paging import LIMIT_DEFAULT, Cursor, Limit, Next, cut
from starter.api.references import EXAMPLE
from starter.cursor import place_of
from starter.inbox import Inbox, InboxPlace, Item
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

router = APIRouter(tags=["Inbox"])


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


@router.get(
    "/inbox",
    summary="What needs the caller",
    responses={200: {"content": {"application/json": {"example": {"items": [ITEM], "next": None}}}}},
)
async def read_inbox(door: TheDoor, caller: Calling, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> InboxPage:
    """What somebody on the staff has to do: their own duties, those of their role and department, and those of
    everybody absent whom they stand in for. What is due first comes first, then the gravest, then the oldest.
    """
    caller.require(Scope.READ)
    if caller.is_service:
        raise AmendsError(ErrorCode.NOT_PERMITTED, "a service has no inbox: ask as a member of staff", "actor")
    after = place_of(cursor, InboxPlace) if cursor else None
    found = await Inbox(door.engine).of(caller.actor, limit + 1, after=after)
    items, following = cut(found, limit, InboxPlace.of)
    return InboxPage(items=tuple(map(_to_do, items)), next=following)


def _to_do(item: Item) -> ToDo:
    return ToDo.model_construct(**{**item.__dict__, "command": item.duty.command})
