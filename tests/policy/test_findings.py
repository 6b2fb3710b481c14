from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from infra.organisation import load_organisation
from infra.rule_sets import RuleSet, load_rule_set
from starter.policy.findings import Concern, findings
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
