"""A policy that somebody sends is read as one in a file is, but no file of the server's is read for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.policies import policy_in_text, shipped_policies
from infra.rule_sets import load_rule_set
from infra.settings import Settings
from starter.policy.drafting import TEXT_MAX_CHARACTERS, as_text, drafted
from starter.policy.publishing import publish
from starter.policy.shelf import shelf
from workflows.contract.errors import AmendsError, ErrorCode

TODAY = date(2026, 5, 4)


@pytest.mark.parametrize("name", shipped_policies())
def test_a_policy_written_out_reads_back_as_the_same_version(name: str) -> None:
    policy = load_rule_set(name, today=TODAY).policy
    assert policy_in_text(as_text(policy)).version == policy.version


def test_what_is_sent_extends_what_is_shipped_but_no_file(tmp_path: Path) -> None:
    assert (
        policy_in_text("extends: default\nname: ours\ntitle: Ours\n").clocks == load_rule_set("default").policy.clocks
    )
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n", encoding="utf-8")
    for path in (str(secret), "../secret.yaml", "secret.yaml"):
        with pytest.raises(AmendsError) as refusal:
            policy_in_text(f"extends: {path}\nname: ours\ntitle: Ours\n")
        assert refusal.value.code is ErrorCode.UNKNOWN_POLICY
        assert "hunter2" not in str(refusal.value)


def test_a_fault_is_reported_at_its_place_in_the_text() -> None:
    with pytest.raises(AmendsError, match=r"routing") as refusal:
        policy_in_text("extends: default\nname: ours\ntitle: Ours\nrouting: {}\n")
    assert refusal.value.code is ErrorCode.INVALID_INPUT
    with pytest.raises(AmendsError, match="there twice"):
        policy_in_text("name: ours\nname: theirs\n")


async def test_days_that_are_given_override_those_in_the_text(engine: AsyncEngine) -> None:
    text = as_text(load_rule_set("itil", today=TODAY).policy)
    rules = await drafted(engine, Settings(), text, TODAY, valid_from=date(2026, 6, 1))
    assert rules.policy.valid_from == date(2026, 6, 1)
    assert rules.calendar is not None
    with pytest.raises(AmendsError, match="valid_to lies before valid_from"):
        await drafted(engine, Settings(), text, TODAY, valid_from=date(2026, 6, 1), valid_to=date(2026, 5, 1))


async def test_a_text_without_end_is_refused_before_it_is_read(engine: AsyncEngine) -> None:
    with pytest.raises(AmendsError) as refusal:
        await drafted(engine, Settings(), "x" * (TEXT_MAX_CHARACTERS + 1), TODAY)
    assert refusal.value.field == "text"


async def test_the_shelf_says_what_is_in_force_and_what_it_replaced(engine: AsyncEngine) -> None:
    text = as_text(load_rule_set("itil", today=TODAY).policy)
    first = await drafted(engine, Settings(), text, TODAY)
    second = await drafted(engine, Settings(), text, TODAY, valid_from=date(2026, 5, 1))
    later = await drafted(engine, Settings(), text, TODAY, valid_from=date(2027, 1, 1))
    for rules in (first, second, later):
        await publish(engine, rules, by="xu.ming", note=None, today=TODAY)
    found = {each.label: each for each in (await shelf(engine, TODAY)).policies}
    standing = [(found[rules.label].in_force, found[rules.label].is_valid) for rules in (first, second, later)]
    assert standing == [(False, True), (True, True), (False, False)]
    assert found[second.label].publication is not None
    assert [each.in_force for each in found.values() if each.name == "default"] == [True]
