"""The complaints somebody wants, from the tables: as conditions, as a number, or one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import complaints
from infra.db.transaction import transact
from starter.wanted import Wanted
from starter.words import Words
from workflows.contract.base import Model
from workflows.contract.reference import parse_reference
from workflows.contract.vocabulary import Status

PAGE_ROWS = 500

_IS_ARCHIVED = complaints.c.status == literal_column(f"'{Status.ARCHIVED.value}'")
"""Spelled out, so that it is seen to be what the index of the open ones says."""


class Match(Model):
    """A complaint that matches: where it stands and who holds it, if the tables know it."""

    reference: str
    status: Status | None = None
    department: str | None = None
    owner: str | None = None


async def matching(engine: AsyncEngine, wanted: Wanted) -> AsyncIterator[Match]:
    """All of them by reference, in pages, so that any number can be gone through while they change.

    Raises:
        AmendsError: `unreachable`, `setup`.
    """
    last = ""
    while True:
        page = await transact(engine, partial(_page, where=[complaints.c.reference > last, *conditions(wanted)]))
        for match in page:
            yield match
        if len(page) < PAGE_ROWS:
            return
        last = page[-1].reference


async def matching_among(engine: AsyncEngine, references: Sequence[str], wanted: Wanted) -> AsyncIterator[Match]:
    """Those of a list that match, in its order. One that the tables do not know matches if everything does: it may
    have been filed a moment ago. Raises as above.
    """
    for start in range(0, len(references), PAGE_ROWS):
        some = references[start : start + PAGE_ROWS]
        page = await transact(engine, partial(_page, where=[complaints.c.reference.in_(some), *conditions(wanted)]))
        known = {match.reference: match for match in page}
        for reference in some:
            if reference in known:
                yield known[reference]
            elif wanted == Wanted():
                yield Match(reference=reference)


async def count(engine: AsyncEngine, wanted: Wanted) -> int:
    """How many match now. Raises as above."""
    query = select(func.count()).select_from(complaints).where(*conditions(wanted))

    async def read(connection: AsyncConnection) -> int:
        return int((await connection.execute(query)).scalar_one())

    return await transact(engine, read)


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the rows of `complaints` must fulfil.

    Raises:
        AmendsError: `reference_mistyped`, of the parent.
    """
    exact = {
        complaints.c.status: wanted.status,
        complaints.c.department: wanted.department,
        complaints.c.owner: wanted.owner,
        complaints.c.nature: wanted.nature,
        complaints.c.severity: wanted.severity,
        complaints.c.channel: wanted.channel,
    }
    required = [column == value for column, value in exact.items() if value is not None]
    if wanted.breached is not None:
        required.append(complaints.c.breached if wanted.breached else ~complaints.c.breached)
    if wanted.policy is not None:
        required.append(_is_under(wanted.policy))
    if wanted.parent is not None:
        required.append(complaints.c.parent == parse_reference(wanted.parent))
    if wanted.archived is not None:
        required.append(_IS_ARCHIVED if wanted.archived else ~_IS_ARCHIVED)
    if words := Words.of(wanted.text):
        required.append(words.found(complaints.c.reference))
    return required


def _is_under(policy: str) -> ColumnElement[bool]:
    if "@" in policy:
        return complaints.c.policy == policy
    return complaints.c.policy.startswith(f"{policy}@", autoescape=True)


async def _page(connection: AsyncConnection, *, where: list[ColumnElement[bool]]) -> list[Match]:
    columns = (complaints.c[name] for name in Match.model_fields)
    rows = await connection.execute(select(*columns).where(*where).order_by(complaints.c.reference).limit(PAGE_ROWS))
    return [Match.model_validate(dict(row)) for row in rows.mappings()]
