"""Published policies: each is written once, with its calendar, and never changes; the newest valid one is in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import policies
from infra.rule_sets import RuleSet
from workflows.contract.base import Instant, Line, Model, Name, Slug
from workflows.contract.calendar import Calendar
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.policy import Policy

_first_published = func.min(policies.c.published_at).over(partition_by=[policies.c.name, policies.c.version])
_all = select(policies, _first_published.label("first_published_at")).subquery()
_LAST_FIRST = (_all.c.first_published_at.desc(), _all.c.version, _all.c.published_at.desc())
"""Versions rank by when each was first published: a calendar that was amended brings no old version back."""

NO_CALENDAR = ""
"""Stands for the version of a calendar in the key of a policy that names none: a key has no empty columns."""


class PublicationRow(Model):
    """A publication as lists show it. The calendar's version is empty for a policy without one; `first_published_at` is
    when this version of the policy was first published, with whatever calendar.
    """

    name: Slug
    version: Line
    calendar_version: str
    valid_from: date | None
    valid_to: date | None
    first_published_at: Instant
    published_at: Instant
    published_by: Name
    note: Line | None

    @property
    def label(self) -> str:
        """`name@version`, as complaints are labelled with."""
        return f"{self.name}@{self.version}"


class Publication(PublicationRow):
    """A publication with what it puts in force."""

    policy: Policy
    calendar: Calendar | None

    @property
    def rule_set(self) -> RuleSet:
        """The policy with its calendar."""
        return RuleSet(self.policy, self.calendar)


async def publish(connection: AsyncConnection, rule_set: RuleSet, *, by: str, note: str | None) -> bool:
    """Publish a policy with its calendar; False when exactly these two are published already, and nothing is changed.

    With an amended calendar the same version of a policy is published once more.
    """
    policy, calendar = rule_set
    statement = insert(policies).values(
        name=policy.name,
        version=policy.version,
        calendar_version=_version(calendar),
        policy=policy.model_dump(mode="json"),
        calendar=calendar.model_dump(mode="json") if calendar else None,
        valid_from=policy.valid_from,
        valid_to=policy.valid_to,
        published_at=func.now(),
        published_by=by,
        note=note,
    )
    written = await connection.execute(statement.on_conflict_do_nothing().returning(policies.c.published_at))
    return written.first() is not None


async def newest(connection: AsyncConnection, name: str, on: date) -> Publication | None:
    """What is in force under a name on a day: of the versions valid then the one that was published last, with the
    calendar it was last published with.

    Raises:
        AmendsError: `setup`, when a newer program wrote it.
    """
    return await _first(connection, _all.c.name == name, _valid(on))


async def published(connection: AsyncConnection, name: str, version: str) -> Publication | None:
    """The last publication of one version, valid or not. Raises as `newest` does."""
    return await _first(connection, _all.c.name == name, _all.c.version == version)


async def published_with(connection: AsyncConnection, rule_set: RuleSet) -> Publication | None:
    """The publication of exactly this policy with this calendar. Raises as `newest` does."""
    policy, calendar = rule_set
    return await _first(
        connection,
        _all.c.name == policy.name,
        _all.c.version == policy.version,
        _all.c.calendar_version == _version(calendar),
    )


async def policies_counting_by(connection: AsyncConnection, calendar: str, on: date) -> list[Policy]:
    """The published policies that name this calendar and are valid on a day, or later. Raises as `newest` does."""
    found = (await all_policies(connection)).values()
    return [policy for policy in found if policy.calendar == calendar and (policy.valid_to or on) >= on]


async def publications(connection: AsyncConnection, name: str | None = None) -> list[PublicationRow]:
    """All publications, or those of one name, the last versions first: of a name, the first valid one is in force."""
    query = select(*(_all.c[field] for field in PublicationRow.model_fields))
    if name is not None:
        query = query.where(_all.c.name == name)
    rows = await connection.execute(query.order_by(*_LAST_FIRST))
    return [PublicationRow.model_validate(dict(row)) for row in rows.mappings()]


async def all_policies(connection: AsyncConnection) -> dict[str, Policy]:
    """Every policy that was ever published, by `name@version`. Raises as `newest` does."""
    key = (_all.c.name, _all.c.version)
    rows = await connection.execute(select(_all).ext(distinct_on(*key)).order_by(*key))
    return {publication.label: publication.policy for publication in map(_publication, rows)}


async def _first(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> Publication | None:
    query: Select[Any] = select(_all).where(*conditions).order_by(*_LAST_FIRST).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _publication(row)


def _valid(on: date) -> ColumnElement[bool]:
    begun = or_(_all.c.valid_from.is_(None), _all.c.valid_from <= on)
    return begun & or_(_all.c.valid_to.is_(None), _all.c.valid_to >= on)


def _version(calendar: Calendar | None) -> str:
    return calendar.version if calendar else NO_CALENDAR


def _publication(row: Row[Any]) -> Publication:
    try:
        return Publication.model_validate({name: getattr(row, name) for name in Publication.model_fields})
    except ValidationError as error:
        raise AmendsError(
            ErrorCode.SETUP,
            f"this program cannot read the published policy {row.name}@{row.version}; it was published by a newer"
            " one: update this one",
        ) from error
