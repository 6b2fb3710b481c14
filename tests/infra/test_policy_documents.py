from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from infra.policies import load_policy, shipped_policies
from infra.rule_sets import load_rule_set
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.limits import Days, Months, Weeks
from workflows.contract.vocabulary import Severity

CALENDAR = """
name: ours
timezone: Asia/Shanghai
hours: { mon: ["09:00-18:00"], tue: ["09:00-18:00"] }
"""
STATUTORY = """
extends: default
name: statutory
title: Ours with the law's limits
calendar: china
clocks:
  - name: answer
    start: [filed]
    stop: [executed]
    counts: business_day
    target: { days: 15 }
    extensions: [{ to: { days: 35 }, roles: [head], requires: special circumstances }]
  - name: approval
    start: [proposed]
    stop: [approved, refused]
    target: PT2H
"""


def written(folder: Path, text: str, name: str = "mine.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_policy_extends_another_by_its_name(tmp_path: Path) -> None:
    """New clocks come after those of the other, one of the same name takes its place, the rest stays as it was."""
    default, policy = load_policy("default"), load_policy(written(tmp_path, STATUTORY))
    assert [clock.name for clock in policy.clocks] == [*(clock.name for clock in default.clocks), "answer"]
    assert policy.clock("approval").target == dict.fromkeys(Severity, timedelta(hours=2))
    assert policy.clock("approval").ladder == ()
    assert policy.clock("resolution") == default.clock("resolution")
    assert (policy.name, policy.routing, policy.approval) == ("statutory", default.routing, default.approval)


def test_policies_extend_each_other_in_a_chain(tmp_path: Path) -> None:
    """By the path of a file too, seen from the file that names it."""
    written(tmp_path, STATUTORY, "statutory.yaml")
    last = "extends: ./statutory.yaml\nname: last\nmin_confidence: 0.9\n"
    policy = load_policy(written(tmp_path, last))
    assert policy.clock("answer") == load_policy(str(tmp_path / "statutory.yaml")).clock("answer")
    assert (policy.name, policy.title, policy.min_confidence) == ("last", "Ours with the law's limits", 0.9)


def test_targets_in_days_weeks_and_months_hold_for_all_severities_or_for_each(tmp_path: Path) -> None:
    """In extensions as well."""
    text = STATUTORY.replace(
        "target: { days: 15 }", "target: {low: {days: 9}, normal: {days: 8}, high: {days: 7}, critical: {days: 6}}"
    )
    answer = load_policy(written(tmp_path, text)).clock("answer")
    assert list(answer.target.values()) == [Days(days=number) for number in (9, 8, 7, 6)]
    assert answer.extensions[0].to == dict.fromkeys(Severity, Days(days=35))
    for measure, limit, expected in (
        ("calendar_week", "{ weeks: 8 }", Weeks(weeks=8)),
        ("calendar_day", "{ months: 6 }", Months(months=6)),
    ):
        changed = (
            STATUTORY.replace("business_day", measure).replace("{ days: 15 }", limit).replace("{ days: 35 }", limit)
        )
        assert load_policy(written(tmp_path, changed)).clock("answer").target[Severity.LOW] == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("extends: default", "extends: ./mine.yaml", "extends ./mine.yaml, which extends it in turn"),
        ("extends: default", "extends: [default, demo]", "extends names one policy, or the path of its file"),
        ("extends: default", "extends: defualt", "did you mean default"),
        ("name: statutory\n", "", "a policy that extends default needs a name of its own"),
        ("stop: [executed]", "stop: [exected]", "clocks.0.stop.0: Input should be"),
        ("{ days: 35 }", "35 days", "clock answer: the total of an extension is an ISO 8601 duration"),
        ("calendar: china", "", "clock answer counts business_day, so the policy must name a calendar"),
        ("{ days: 15 }", "P15D", 'clock answer counts business_day, so its target must be {"days": 15}'),
    ],
)
def test_a_fault_is_reported_where_it_was_written(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """Places count in the document itself, not in the one it extends."""
    assert old in STATUTORY
    path = written(tmp_path, STATUTORY.replace(old, new, 1))
    with pytest.raises(AmendsError) as refusal:
        load_policy(path)
    assert expected in str(refusal.value)


def test_a_fault_in_what_is_extended_names_that_file(tmp_path: Path) -> None:
    written(tmp_path, STATUTORY.replace("counts: business_day", "counts: fortnight"), "statutory.yaml")
    with pytest.raises(AmendsError, match=r"statutory\.yaml: clocks\.0\.counts"):
        load_policy(written(tmp_path, "extends: ./statutory.yaml\nname: last\n"))


def test_a_cycle_of_two_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "extends: ./mine.yaml\nname: other\n", "other.yaml")
    with pytest.raises(AmendsError, match="in turn") as refusal:
        load_policy(written(tmp_path, "extends: ./other.yaml\nname: mine\n"))
    assert refusal.value.code is ErrorCode.INVALID_INPUT


@pytest.mark.parametrize("folder", ["", "calendars"])
def test_a_policy_in_a_file_finds_its_calendar_beside_it(tmp_path: Path, folder: str) -> None:
    """Else the shipped one of that name; a shipped policy never looks elsewhere."""
    path = written(tmp_path, STATUTORY.replace("calendar: china", "calendar: ours"))
    with pytest.raises(AmendsError, match=r"policy statutory.*there is no calendar ours"):
        load_rule_set(path)
    (tmp_path / folder).mkdir(exist_ok=True)
    written(tmp_path / folder, CALENDAR, "ours.yaml")
    calendar = load_rule_set(path).calendar
    assert calendar is not None
    assert calendar.timezone == "Asia/Shanghai"


def test_a_calendar_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AmendsError, match="needs the calendar china, not england"):
        load_rule_set(written(tmp_path, STATUTORY), calendar="england")


def test_every_preset_says_where_its_own_limits_come_from() -> None:
    """And whether anybody read them in the primary text."""
    default = load_policy("default")
    presets = [load_policy(name) for name in shipped_policies() if name not in ("default", "demo", "itil")]
    assert len(presets) > 10
    for policy in presets:
        own = [clock for clock in policy.clocks if clock not in default.clocks and clock.name != "reopening"]
        assert own, policy.name
        for clock in own:
            assert clock.source, (policy.name, clock.name)
    assert {policy.name for policy in presets if all(clock.confirmed for clock in policy.clocks)} == {"uk_fca_disp"}
