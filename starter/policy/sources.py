"""Where a policy named on the command line comes from: a file, what is shipped, or what was published."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db import policy_store
from infra.db.policy_store import Publication
from infra.db.transaction import transact
from infra.policies import is_policy_file, shipped_policies, what_is_shipped
from infra.rule_sets import RuleSet, load_rule_set
from workflows.contract.errors import AmendsError, ErrorCode

Database = Callable[[], AbstractAsyncContextManager[AsyncEngine]]
"""Opens the database, which not every question needs."""

_AT = "@"


async def rule_set_of(named: str, database: Database, today: date) -> RuleSet:
    """The policy in a file, the shipped one of a name, or the published `NAME@VERSION`; a name that is not shipped is
    looked up among the published ones.

    Raises:
        AmendsError: `unknown_policy`, `invalid_input`; `unreachable`, when the database is needed and away.
    """
    if is_policy_file(named) or named in shipped_policies():
        return load_rule_set(named, today=today)
    return (await publication_of(named, database, today)).rule_set


async def in_force(named: str, database: Database, today: date) -> tuple[RuleSet, Publication | None]:
    """What `NAME` stands for today, published or else shipped, or the published `NAME@VERSION`. Raises as above."""
    if is_policy_file(named):
        raise AmendsError(ErrorCode.INVALID_INPUT, "give the name of a policy; a file is published first", "policy")
    try:
        publication = await publication_of(named, database, today)
    except AmendsError as error:
        name, _, version = named.partition(_AT)
        if error.code is not ErrorCode.UNKNOWN_POLICY or name not in shipped_policies():
            raise
        shipped = load_rule_set(name, today=today)
        if version and version != shipped.policy.version:
            raise
        return shipped, None
    return publication.rule_set, publication


async def publication_of(named: str, database: Database, today: date) -> Publication:
    """The publication of `NAME@VERSION`, or the one of `NAME` that is in force today.

    Raises:
        AmendsError: `unknown_policy`, with what is published; `unreachable`.
    """
    name, _, version = named.partition(_AT)
    async with database() as engine:
        found = await transact(
            engine,
            lambda connection: (
                policy_store.published(connection, name, version)
                if version
                else policy_store.newest(connection, name, today)
            ),
        )
        if found is not None:
            return found
        rows = await transact(engine, policy_store.publications)
    known = [row.label for row in rows if row.name == name] or sorted({row.name for row in rows})
    raise AmendsError(
        ErrorCode.UNKNOWN_POLICY,
        f"no policy {named} is published{'' if version else ' and valid today'}; published are"
        f" {', '.join(known) or 'none'}; {what_is_shipped(name)}",
        "policy",
    )
