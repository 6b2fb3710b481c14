"""Staff as doors need them: the actor behind a name, and what the directory says of those a command names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.directory import Away, away, find_department, find_staff
from infra.db.transaction import transact
from infra.deputies import acting_deputy, stood_in_for
from workflows.contract.base import LIST_MAX_ITEMS, Model
from workflows.contract.commands import Command, DeclareInterest, DeclareMajorEvent
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, Party, StandIn, Standing

_NAMES_DEPARTMENTS = ("department", "departments")
"""The fields of commands that hold departments' names."""

_NAMES_SOMEBODY: Mapping[type[Command], str] = {DeclareInterest: "subject", DeclareMajorEvent: "spokesperson"}
"""The field of a command that holds somebody's name and nothing else of them."""


async def actor_of(engine: AsyncEngine, subject: str, *, authenticated_by: str) -> Actor:
    """A member of staff with what the directory says of them now: roles, department, and whom they stand in for.

    Somebody who is absent can act all the same: evidently they are there.

    Raises:
        AmendsError: `unknown_staff`.
    """

    async def work(connection: AsyncConnection) -> Actor:
        member = await find_staff(connection, subject)
        absent = await away(connection, datetime.now(UTC))
        return Actor(
            subject=member.subject,
            roles=member.roles,
            department=member.department,
            authenticated_by=authenticated_by,
            contractor=member.contractor,
            stands_in_for=tuple(
                StandIn(
                    subject=each,
                    roles=absent[each].member.roles,
                    department=absent[each].member.department,
                    contractor=absent[each].member.contractor,
                )
                for each in stood_in_for(member.subject, _deputies(absent))[:LIST_MAX_ITEMS]
            ),
        )

    return await transact(engine, work)


async def check_names(engine: AsyncEngine, command: Command) -> Command:
    """The command, completed with what the directory says of the people it names: the workflow cannot know them.
    What its sender said of them is overwritten.

    Raises:
        AmendsError: `unknown_department`, `unknown_staff`, for names that the directory does not have, with the field.
    """
    departments, people, parties = list(_departments(command)), list(_people(command)), dict(_parties(command))
    if not departments and not people and not parties:
        return command

    async def work(connection: AsyncConnection) -> Command:
        for department, field in departments:
            with _about(field):
                await find_department(connection, department)
        for person, field in people:
            with _about(field):
                await find_staff(connection, person)
        absent = await away(connection, datetime.now(UTC))
        vouched = {}
        for party, field in parties.items():
            with _about(field):
                vouched[party] = await _vouched(connection, party, absent)
        completed: Command = _replaced(command, vouched)
        return completed

    return await transact(engine, work)


@contextmanager
def _about(field: str) -> Iterator[None]:
    """A refusal inside is about this field."""
    try:
        yield
    except AmendsError as error:
        raise error.about(field) from error


def _departments(command: Command) -> Iterator[tuple[str, str]]:
    """Every department that a command names, with the field it stands in."""
    for field in _NAMES_DEPARTMENTS:
        named = getattr(command, field, None)
        for department in (named,) if isinstance(named, str) else named or ():
            yield department, field


def _people(command: Command) -> Iterator[tuple[str, str]]:
    """Whom a command names without more, with the field."""
    field = _NAMES_SOMEBODY.get(type(command))
    if field is not None and (named := getattr(command, field)) is not None:
        yield named, field


def _parties(value: Any, field: str = "") -> Iterator[tuple[Party, str]]:
    """Every party in a command, also inside its parts, with the field it stands in."""
    if isinstance(value, Party):
        yield value, field
    elif isinstance(value, tuple):
        for part in value:
            yield from _parties(part, field)
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            yield from _parties(getattr(value, name), f"{field}.{name}".lstrip("."))


def _replaced(value: Any, vouched: Mapping[Party, Party]) -> Any:
    if isinstance(value, Party):
        return vouched[value]
    if isinstance(value, tuple):
        return tuple(_replaced(part, vouched) for part in value)
    if isinstance(value, Model) and any(_parties(value)):
        return value.model_copy(
            update={name: _replaced(getattr(value, name), vouched) for name in value.model_fields_set}
        )
    return value


async def _vouched(connection: AsyncConnection, party: Party, absent: Mapping[str, Away]) -> Party:
    await find_department(connection, party.department)
    if party.subject is None:
        return party.model_copy(update={"standing": None})
    member = await find_staff(connection, party.subject)
    if member.department != party.department:
        raise AmendsError(
            ErrorCode.UNKNOWN_STAFF,
            f"{party.subject} is not in {party.department} but in {member.department}; name one of its people, or"
            " leave the person out for its head",
        )
    until = absent[member.subject].until if member.subject in absent else None
    standing = Standing(
        roles=member.roles,
        department=member.department,
        contractor=member.contractor,
        absent_until=until,
        deputy=acting_deputy(member.subject, _deputies(absent)),
    )
    return party.model_copy(update={"standing": standing})


def _deputies(absent: Mapping[str, Away]) -> dict[str, str | None]:
    return {subject: each.member.deputy for subject, each in absent.items()}
