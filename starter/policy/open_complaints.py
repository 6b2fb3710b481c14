"""The open complaints whose rules are to change, page by page from the read model, and what their policies count by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from functools import partial

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db import policy_store
from infra.db.tables import complaints
from infra.db.transaction import transact
from infra.policies import load_policy, shipped_policies
from workflows.contract.base import Model
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Status

PAGE_ROWS = 500

_DONE = (Status.CLOSED.value, Status.ARCHIVED.value)
"""A closed one keeps its rules; when it is reopened, the next rollout finds it."""


class OpenComplaint(Model):
    """A complaint that is neither closed nor archived, with the policy it is under (`name@version`) and the number of
    its last event.
    """

    reference: str
    policy: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which open complaints: not those under `beyond` already; under `below` (`name` or `name@version`) only; of these
    references only; and under none of the policies `not_under`. Those closed but not archived only if `also_closed`.
    """

    beyond: str | None = None
    below: str | None = None
    only: Collection[str] | None = None
    not_under: Collection[str] = ()
    also_closed: bool = False


async def open_complaints(engine: AsyncEngine, scope: Scope) -> AsyncIterator[OpenComplaint]:
    """All of them by reference, in pages, so that any number can be gone through while they change."""
    last = ""
    while True:
        page = await transact(engine, partial(_page, scope=scope, after=last))
        for complaint in page:
            yield complaint
        if len(page) < PAGE_ROWS:
            return
        last = page[-1].reference


async def known_policies(engine: AsyncEngine) -> dict[str, Policy]:
    """The policies that complaints may be under, by `name@version`: all published and shipped ones. Complaints that
    were opened under a file, or under what an earlier Amends shipped, are under others still.
    """
    shipped = [load_policy(name) for name in shipped_policies()]
    published = await transact(engine, policy_store.all_policies)
    return {f"{policy.name}@{policy.version}": policy for policy in shipped} | published


async def _page(connection: AsyncConnection, *, scope: Scope, after: str) -> list[OpenComplaint]:
    columns = (complaints.c.reference, complaints.c.policy, complaints.c.sequence)
    query = select(*columns).where(complaints.c.reference > after, *_conditions(scope))
    rows = await connection.execute(query.order_by(complaints.c.reference).limit(PAGE_ROWS))
    return [OpenComplaint.model_validate(dict(row)) for row in rows.mappings()]


def _conditions(scope: Scope) -> list[ColumnElement[bool]]:
    policy = complaints.c.policy
    # One without a policy has not been assessed yet, and will get the policy that is then in force.
    done = [Status.ARCHIVED.value] if scope.also_closed else _DONE
    conditions: list[ColumnElement[bool]] = [complaints.c.status.not_in(done), policy.is_not(None)]
    if scope.beyond is not None:
        conditions.append(policy != scope.beyond)
    if scope.below is not None:
        exact = "@" in scope.below
        conditions.append(policy == scope.below if exact else policy.startswith(f"{scope.below}@", autoescape=True))
    if scope.only is not None:
        conditions.append(complaints.c.reference.in_(scope.only))
    if scope.not_under:
        conditions.append(policy.not_in(scope.not_under))
    return conditions
