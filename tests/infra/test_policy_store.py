from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db import policy_store
from infra.db.transaction import transact
from infra.rule_sets import RuleSet, load_rule_set

TODAY = date(2026, 5, 4)
TOMORROW = TODAY + timedelta(days=1)
DEFAULT = load_rule_set("default")
CHINA = load_rule_set("cn_bank_insurance", today=TODAY)


def changed(rules: RuleSet, **fields: Any) -> RuleSet:
    return RuleSet(rules.policy.model_copy(update=fields), rules.calendar)


async def publish(engine: AsyncEngine, rules: RuleSet, note: str | None = None) -> bool:
    """In a transaction of its own, as `now()` is the same throughout one."""
    return await transact(engine, lambda connection: policy_store.publish(connection, rules, by="xu.ming", note=note))


async def newest(engine: AsyncEngine, name: str, on: date = TODAY) -> RuleSet | None:
    found = await transact(engine, lambda connection: policy_store.newest(connection, name, on))
    return found.rule_set if found else None


async def test_what_was_published_comes_back_as_it_was(engine: AsyncEngine) -> None:
    """Policy and calendar with the same versions, also those of days, months and extensions."""
    for rules in (DEFAULT, CHINA, load_rule_set("uk_fca_disp", today=TODAY)):
        assert await publish(engine, rules, "for the tests")
        ask = partial(policy_store.published, name=rules.policy.name, version=rules.policy.version)
        found = await transact(engine, ask)
        assert found is not None
        assert found.rule_set == rules
        assert found.policy.version == rules.policy.version
        assert (found.calendar and found.calendar.version) == (rules.calendar and rules.calendar.version)
        assert (found.published_by, found.note) == ("xu.ming", "for the tests")


async def test_publishing_the_same_again_changes_nothing(engine: AsyncEngine) -> None:
    """Not even who did it and why."""
    assert await publish(engine, CHINA, "first")
    assert not await publish(engine, CHINA, "second")
    [row] = await transact(engine, policy_store.publications)
    assert (row.label, row.note) == (CHINA.label, "first")


async def test_the_newest_valid_publication_of_a_name_is_in_force(engine: AsyncEngine) -> None:
    """One that is not valid yet waits for its day; one that has ended makes way for the one before it."""
    old = changed(DEFAULT, title="old")
    passing = changed(DEFAULT, title="passing", valid_to=TODAY)
    coming = changed(DEFAULT, title="coming", valid_from=TOMORROW, valid_to=TOMORROW)
    assert await newest(engine, "default") is None
    for rules in (old, passing, coming):
        await publish(engine, rules)
    assert await newest(engine, "default") == passing
    assert await newest(engine, "default", TOMORROW) == coming
    assert await newest(engine, "default", TOMORROW + timedelta(days=1)) == old
    assert await newest(engine, "demo") is None


async def test_an_amended_calendar_brings_no_old_version_back(engine: AsyncEngine) -> None:
    """Of each version the last calendar counts, and versions rank by when they were first published."""
    assert CHINA.calendar
    second = changed(CHINA, title="second")
    amended = CHINA.calendar.model_copy(update={"holidays": {}})
    for rules in (CHINA, second, RuleSet(second.policy, amended), RuleSet(CHINA.policy, amended)):
        assert await publish(engine, rules)
    assert await newest(engine, "cn_bank_insurance") == RuleSet(second.policy, amended)
    rows = await transact(engine, policy_store.publications)
    assert [row.label for row in rows] == [second.label] * 2 + [CHINA.label] * 2


async def test_policies_are_found_by_the_calendar_they_count_by(engine: AsyncEngine) -> None:
    """Unless they have ended."""
    ended = changed(CHINA, title="ended", valid_to=TODAY - timedelta(days=1))
    for rules in (CHINA, DEFAULT, ended):
        await publish(engine, rules)
    found = await transact(engine, lambda connection: policy_store.policies_counting_by(connection, "china", TODAY))
    assert found == [CHINA.policy]
    known = await transact(engine, policy_store.all_policies)
    assert known == {rules.label: rules.policy for rules in (CHINA, DEFAULT, ended)}
