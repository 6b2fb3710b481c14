from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db import policy_store
from infra.db.transaction import transact
from infra.rule_sets import RuleSet, load_rule_set
from starter.policy.publishing import check_may_change_rules, check_publishable, publish, publish_calendar
from starter.staff import actor_of
from tests.support.organisations import bring_to, without_department
from workflows.contract.errors import AmendsError, ErrorCode

TODAY = date(2026, 5, 4)
CHINA = load_rule_set("cn_12315", today=TODAY)


@pytest.mark.parametrize("subject", ["xu.ming", "grace.adler", "gao.feng"])
async def test_heads_and_executives_change_the_rules(engine: AsyncEngine, subject: str) -> None:
    check_may_change_rules(await actor_of(engine, subject, authenticated_by="test"))


async def test_nobody_else_changes_the_rules(engine: AsyncEngine) -> None:
    actor = await actor_of(engine, "raj.patel", authenticated_by="test")
    with pytest.raises(AmendsError) as refusal:
        check_may_change_rules(actor)
    assert refusal.value.code is ErrorCode.NOT_PERMITTED


def test_unconfirmed_sources_are_refused_unless_they_are_accepted() -> None:
    """The sentence names the clocks."""
    with pytest.raises(AmendsError, match=r"enterprise_settlement.*--accept-unconfirmed"):
        check_publishable(CHINA, TODAY, accept_unconfirmed=False)
    check_publishable(CHINA, TODAY, accept_unconfirmed=True)
    check_publishable(load_rule_set("uk_fca_disp", today=TODAY), TODAY, accept_unconfirmed=False)


def test_what_is_no_longer_valid_is_refused() -> None:
    """What will be valid may be published ahead."""
    ofcom = load_rule_set("uk_ofcom", today=TODAY)
    check_publishable(ofcom, date(2026, 1, 1), accept_unconfirmed=True)
    ended = RuleSet(ofcom.policy.model_copy(update={"valid_to": TODAY - timedelta(days=1)}), ofcom.calendar)
    with pytest.raises(AmendsError, match="2026-05-03") as refusal:
        check_publishable(ended, TODAY, accept_unconfirmed=True)
    assert refusal.value.field == "valid_to"


async def test_publishing_says_what_is_in_force_then(engine: AsyncEngine) -> None:
    """Publishing an older version again does not bring it back, and the answer shows it."""
    newer = RuleSet(CHINA.policy.model_copy(update={"title": "Newer"}), CHINA.calendar)
    first = await publish(engine, CHINA, by="xu.ming", note=None, today=TODAY)
    assert (first.is_new, first.in_force and first.in_force.label) == (True, CHINA.label)
    await publish(engine, newer, by="xu.ming", note=None, today=TODAY)
    again = await publish(engine, CHINA, by="grace.adler", note=None, today=TODAY)
    assert (again.is_new, again.in_force and again.in_force.label) == (False, newer.label)
    assert again.publication.published_by == "xu.ming"


async def test_a_policy_for_departments_that_are_not_there_is_not_published(
    engine: AsyncEngine, owner_engine: AsyncEngine
) -> None:
    async with owner_engine.begin() as connection:
        await bring_to(connection, without_department("legal_compliance"))
    with pytest.raises(AmendsError, match="legal_compliance"):
        await publish(engine, CHINA, by="xu.ming", note=None, today=TODAY)
    assert await transact(engine, policy_store.publications) == []


async def test_a_note_that_is_too_long_is_refused_before_it_is_stored(engine: AsyncEngine) -> None:
    with pytest.raises(AmendsError) as refusal:
        await publish(engine, CHINA, by="xu.ming", note="x" * 501, today=TODAY)
    assert (refusal.value.code, refusal.value.field) == (ErrorCode.INVALID_INPUT, "note")


async def test_an_amended_calendar_reaches_new_complaints(engine: AsyncEngine) -> None:
    """Every published policy that counts by it is published again with it, once."""
    assert CHINA.calendar
    await publish(engine, CHINA, by="xu.ming", note=None, today=TODAY)
    await publish(engine, load_rule_set("uk_fca_disp", today=TODAY), by="xu.ming", note=None, today=TODAY)
    amended = CHINA.calendar.model_copy(update={"holidays": {}})
    [again] = await publish_calendar(engine, amended, by="xu.ming", note="announced", today=TODAY)
    assert again.label == CHINA.label
    in_force = await transact(engine, lambda connection: policy_store.newest(connection, "cn_12315", TODAY))
    assert in_force
    assert in_force.calendar == amended
    assert await publish_calendar(engine, amended, by="xu.ming", note="announced", today=TODAY) == []
