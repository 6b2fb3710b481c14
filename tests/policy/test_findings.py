from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from infra.organisation import load_organisation
from infra.rule_sets import RuleSet, load_rule_set
from starter.policy.findings import Concern, findings
from workflows.contract.approval_rule import ApprovalRule, ApprovalStep
from workflows.contract.clock_rule import Extension
from workflows.contract.vocabulary import Role, Severity

DEPARTMENTS = load_organisation().responsible()


def found(policy: str, day: date, departments: set[str] | None = None) -> list[tuple[Concern, str | None]]:
    rules = load_rule_set(policy, today=day)
    now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return [(each.concern, each.clock) for each in findings(rules, now, day, departments or set(DEPARTMENTS))]


@pytest.mark.parametrize("policy", ["default", "demo", "itil"])
def test_nothing_is_found_where_nothing_is_to_be_looked_at(policy: str) -> None:
    assert found(policy, date(2026, 5, 4)) == []


def test_sources_that_nobody_read_are_found() -> None:
    assert found("uk_nhs", date(2026, 5, 4)) == [
        (Concern.UNCONFIRMED_SOURCE, "acknowledgement"),
        (Concern.UNCONFIRMED_SOURCE, "response"),
    ]


def test_due_times_beyond_the_confirmed_calendar_are_found() -> None:
    """China's holidays are announced year by year: ten business days in December reach into the unknown."""
    beyond = (Concern.BEYOND_CONFIRMED, "enterprise_settlement")
    assert beyond not in found("cn_12315", date(2026, 12, 11))
    assert beyond in found("cn_12315", date(2026, 12, 18))


def test_an_extension_counts_towards_what_lies_beyond() -> None:
    """Fifteen business days stay within the confirmed year, thirty-five do not."""
    assert (Concern.BEYOND_CONFIRMED, "final_response") in found("uk_fca_psd", date(2027, 11, 22))
    assert (Concern.BEYOND_CONFIRMED, "final_response") not in found("uk_fca_psd", date(2027, 10, 22))


def test_validity_and_departments_are_looked_at() -> None:
    day = date(2026, 4, 7)
    missing = set(DEPARTMENTS) - {"legal_compliance"}
    assert found("uk_ofcom", day, missing)[:2] == [
        (Concern.NOT_VALID_TODAY, None),
        (Concern.UNKNOWN_DEPARTMENT, None),
    ]


def test_an_extension_that_lengthens_nothing_is_found() -> None:
    """For one severity it may, for another it may not."""
    policy = load_rule_set("default").policy
    clock = policy.clock("resolution")
    to = {severity: timedelta(days=12) for severity in Severity}
    short = Extension(to=to, roles=(Role.HEAD,), requires="a complex case")
    clocks = tuple(one.model_copy(update={"extensions": (short,)}) if one is clock else one for one in policy.clocks)
    rules = RuleSet(policy.model_copy(update={"clocks": clocks}), None)
    found = findings(rules, datetime(2026, 5, 4, tzinfo=UTC), date(2026, 5, 4), None)
    assert [(each.concern, each.clock) for each in found] == [(Concern.NO_LONGER, "resolution")] * 2
    assert "severity low" in found[0].message


def test_steps_that_their_own_people_can_never_fill_are_found() -> None:
    """A department has one head and at most one lead, so three of them are never there."""
    policy = load_rule_set("default").policy
    (last,) = policy.approval[-1:]
    three = ApprovalStep(step="board", roles=(Role.LEAD, Role.HEAD), approvals=3)
    with_executives = ApprovalStep(step="other", roles=(Role.HEAD, Role.EXECUTIVE), approvals=3)
    elsewhere = ApprovalStep(step="legal", roles=(Role.HEAD,), department="nowhere")
    rule = ApprovalRule(min_amount=Decimal(5), steps=(three, with_executives, elsewhere))
    rules = RuleSet(policy.model_copy(update={"approval": (rule, last)}), None)
    now = datetime(2026, 5, 4, tzinfo=UTC)
    found = findings(rules, now, now.date(), set(DEPARTMENTS))
    assert [each.concern for each in found] == [Concern.UNKNOWN_DEPARTMENT, Concern.TOO_FEW_APPROVERS]
    assert "approval.0.steps.2.department" in found[0].message
    assert "board (3 of lead or head)" in found[1].message
