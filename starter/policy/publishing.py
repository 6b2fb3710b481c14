"""Puts a policy in force for new complaints: checked, by somebody who may, once and for all."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db import directory, policy_store
from infra.db.policy_store import Publication
from infra.db.transaction import transact
from infra.policies import check_departments
from infra.policy_in_force import unconfirmed
from infra.rule_sets import RuleSet, checked
from workflows.contract.base import Line, Model
from workflows.contract.calendar import Calendar
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

_MAY_CHANGE_RULES = frozenset({Role.HEAD, Role.EXECUTIVE})


def check_may_change_rules(actor: Actor) -> None:
    """Publishing, migrating and amending are for heads of departments and executives.

    Raises:
        AmendsError: `not_permitted`.
    """
    if not _MAY_CHANGE_RULES & set(actor.roles):
        raise AmendsError(
            ErrorCode.NOT_PERMITTED,
            f"{actor.subject} may not change the rules: only a head of a department or an executive may",
            "actor",
        )


def check_publishable(rules: RuleSet, today: date, *, accept_unconfirmed: bool) -> None:
    """Refuse what must not come into force.

    Raises:
        AmendsError: `invalid_input`, for a policy whose validity has ended, or with sources nobody has confirmed.
    """
    policy = rules.policy
    if policy.valid_to is not None and policy.valid_to < today:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"policy {policy.name} was valid until {policy.valid_to}, which is past",
            "valid_to",
        )
    clocks = unconfirmed(policy)
    if clocks and not accept_unconfirmed:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"nobody has read the sources of {', '.join(clocks)} in the primary text; read them and say"
            " `confirmed: true` in a copy, or accept them as they are with --accept-unconfirmed",
            "confirmed",
        )


class Published(NamedTuple):
    """A publication; whether it is a new one (the same content is published once); and what is in force today."""

    publication: Publication
    is_new: bool
    in_force: Publication | None


async def publish(engine: AsyncEngine, rules: RuleSet, *, by: str, note: str | None, today: date) -> Published:
    """Publish a policy with its calendar.

    Raises:
        AmendsError: `unknown_department`; `invalid_input`, for a note that is too long; `unreachable`, `setup`.
    """
    _check_note(note)

    async def work(connection: AsyncConnection) -> Published:
        check_departments(rules.policy, await directory.responsible(connection))
        is_new = await policy_store.publish(connection, rules, by=by, note=note)
        publication = await policy_store.published_with(connection, rules)
        assert publication is not None  # noqa: S101 - it has just been written or was there; this tells mypy
        in_force = await policy_store.newest(connection, rules.policy.name, today)
        return Published(publication, is_new, in_force)

    return await transact(engine, work)


async def publish_calendar(
    engine: AsyncEngine, calendar: Calendar, *, by: str, note: str, today: date
) -> list[Publication]:
    """Publish the policies that count by this calendar again, with it: new complaints get it as well.

    Returns those that were not published so before.
    """
    found = await transact(
        engine, lambda connection: policy_store.policies_counting_by(connection, calendar.name, today)
    )
    again = [await publish(engine, checked(policy, calendar), by=by, note=note, today=today) for policy in found]
    return [published.publication for published in again if published.is_new]


class _Note(Model):
    note: Line | None


def _check_note(note: str | None) -> None:
    try:
        _Note(note=note)
    except ValidationError as error:
        raise invalid_input(error) from error
