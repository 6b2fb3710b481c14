"""All policies there are, published and shipped, with how many open complaints are under each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db import policy_store
from infra.db.policy_store import PublicationRow
from infra.db.tables import complaints
from infra.db.transaction import autocommit, transact
from infra.policies import shipped_policies
from infra.policy_in_force import is_valid, unconfirmed
from infra.rule_sets import RuleSet, load_rule_set
from workflows.contract.base import Model
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Status


class Shelved(Model):
    """One version of a policy.

    `publication` is the last one of this version, none of what is only shipped; `in_force` says that new complaints get
    it today under its name; `unconfirmed` are clocks whose source nobody has read; `open_complaints` are under it.
    """

    label: str
    name: str
    version: str
    title: str
    calendar: str | None
    valid_from: date | None
    valid_to: date | None
    is_valid: bool
    in_force: bool
    unconfirmed: tuple[str, ...]
    publication: PublicationRow | None
    open_complaints: int


class Shelf(Model):
    """Published versions, the last first, then what is only shipped; `elsewhere` counts the open complaints under what
    is neither, such as a policy that an earlier Amends shipped.
    """

    policies: tuple[Shelved, ...]
    elsewhere: dict[str, int]


async def shelf(engine: AsyncEngine, today: date) -> Shelf:
    """All of them.

    Raises:
        AmendsError: `unreachable`; `setup`, also when a newer program published one.
    """

    async def read(connection: AsyncConnection) -> tuple[list[PublicationRow], dict[str, Policy], dict[str, int]]:
        return (
            await policy_store.publications(connection),
            await policy_store.all_policies(connection),
            await _open_by_policy(connection),
        )

    rows, published, counts = await transact(autocommit(engine), read)
    found = tuple(_shelved(rows, published, [load_rule_set(name, today=today) for name in shipped_policies()], today))
    known = {each.label: each.model_copy(update={"open_complaints": counts.get(each.label, 0)}) for each in found}
    elsewhere = {label: count for label, count in counts.items() if label not in known}
    return Shelf(policies=tuple(known.values()), elsewhere=elsewhere)


def _shelved(
    rows: list[PublicationRow], published: Mapping[str, Policy], shipped: list[RuleSet], today: date
) -> Iterator[Shelved]:
    """The rows come the last version first, and each version with its last publication first."""
    seen: set[str] = set()
    decided: set[str] = set()
    for row in rows:
        if row.label in seen:
            continue
        policy = published[row.label]
        in_force = row.name not in decided and is_valid(policy, today)
        seen.add(row.label)
        decided |= {row.name} if in_force else set()
        yield _one(policy, today, in_force=in_force, publication=row)
    for rules in shipped:
        if rules.label not in seen:
            yield _one(rules.policy, today, in_force=rules.policy.name not in decided, publication=None)


def _one(policy: Policy, today: date, *, in_force: bool, publication: PublicationRow | None) -> Shelved:
    return Shelved(
        label=f"{policy.name}@{policy.version}",
        name=policy.name,
        version=policy.version,
        title=policy.title,
        calendar=policy.calendar,
        valid_from=policy.valid_from,
        valid_to=policy.valid_to,
        is_valid=is_valid(policy, today),
        in_force=in_force,
        unconfirmed=tuple(unconfirmed(policy)) if publication is None else (),
        publication=publication,
        open_complaints=0,
    )


async def _open_by_policy(connection: AsyncConnection) -> dict[str, int]:
    is_open = complaints.c.status.not_in((Status.CLOSED.value, Status.ARCHIVED.value))
    query = select(complaints.c.policy, func.count()).where(is_open, complaints.c.policy.is_not(None))
    rows = await connection.execute(query.group_by(complaints.c.policy))
    return {row[0]: row[1] for row in rows}
