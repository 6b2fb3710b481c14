"""Looks up in the tables what Tab may offer."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from infra.db.tables import complaints, departments, staff
from infra.db.transaction import transact
from infra.settings import Settings
from starter.cli.doors import open_database
from workflows.contract.vocabulary import Status

TIME_LIMIT = timedelta(seconds=1)
"""Somebody waits with a finger on the key."""

_MOST = 50
_HARMLESS = re.compile(r"[\w.@+/-]+")
"""Shells evaluate what they are offered."""


def look_up(what: str, *arguments: str) -> list[tuple[str, str]]:
    """At most some dozens of `references`, `people` or `departments`, each with a word on it.

    Raises:
        TimeoutError: nobody should have to wait any longer.
        AmendsError: `unreachable`, `setup`.
    """
    return asyncio.run(_read(_QUERIES[what](*arguments).limit(_MOST)))


def _references(begun: str) -> Select[Any]:
    columns = (complaints.c.reference, complaints.c.status, complaints.c.department, complaints.c.owner)
    matching = complaints.c.reference.startswith(begun, autoescape=True)
    query = select(*columns).where(matching, complaints.c.status != Status.ARCHIVED)
    return query.order_by(complaints.c.received_at.desc())


def _people(begun: str, department: str | None = None) -> Select[Any]:
    query = select(staff.c.subject, staff.c.department, staff.c.roles)
    query = query.where(staff.c.active.is_(True), staff.c.subject.startswith(begun, autoescape=True))
    if department is not None:
        query = query.where(staff.c.department == department)
    return query.order_by(staff.c.subject)


def _departments(begun: str) -> Select[Any]:
    matching = departments.c.department.startswith(begun, autoescape=True)
    return select(departments.c.department, departments.c.head).where(matching).order_by(departments.c.department)


_QUERIES = {"references": _references, "people": _people, "departments": _departments}


async def _read(query: Select[Any]) -> list[tuple[str, str]]:
    async with asyncio.timeout(TIME_LIMIT.total_seconds()), open_database(Settings.load()) as engine:
        rows = await transact(engine, lambda connection: connection.execute(query))
        found = [(str(value), _words(about)) for value, *about in rows.all()]
    return [(value, words) for value, words in found if _HARMLESS.fullmatch(value)]


def _words(values: list[object]) -> str:
    """What is known of a candidate, without anything a shell could take for more than words."""
    each = [word for value in values for word in (value if isinstance(value, list) else [value])]
    return " ".join(str(word) for word in each if _HARMLESS.fullmatch(str(word)))
