from __future__ import annotations

from datetime import date, timedelta

from infra.rule_sets import RuleSet, load_rule_set
from starter.policy.differences import differences
from workflows.contract.vocabulary import Severity

TODAY = date(2026, 5, 4)
DEFAULT = load_rule_set("default")
DISP = load_rule_set("uk_fca_disp", today=TODAY)


def test_a_policy_does_not_differ_from_itself() -> None:
    for rules in (DEFAULT, DISP):
        assert differences(rules, rules) == []


def test_a_field_that_differs_is_named_with_both_values() -> None:
    """A limit, a ladder as a whole, and what was left at its default."""
    clock = DEFAULT.policy.clock("approval")
    changed = clock.model_copy(
        update={"target": clock.target | {Severity.LOW: timedelta(hours=9)}, "ladder": (), "pausable": True}
    )
    clocks = tuple(changed if one is clock else one for one in DEFAULT.policy.clocks)
    policy = DEFAULT.policy.model_copy(update={"clocks": clocks, "min_confidence": 0.9})
    found = {each.place: (each.before, each.after) for each in differences(DEFAULT, RuleSet(policy, None))}
    assert set(found) == {
        "min_confidence",
        "clocks.approval.target.low",
        "clocks.approval.ladder",
        "clocks.approval.pausable",
    }
    assert found["clocks.approval.target.low"] == ("PT8H", "PT9H")
    assert found["clocks.approval.pausable"] == (None, True)


def test_a_clock_that_only_one_has_is_one_difference() -> None:
    """Whichever of the two it is, with all it says."""
    added = {each.place: each for each in differences(DEFAULT, DISP) if "." not in each.place.removeprefix("clocks.")}
    assert {"clocks.summary_resolution", "clocks.final_response", "calendar_days"} <= set(added)
    assert added["clocks.final_response"].before is None
    removed = {each.place: each for each in differences(DISP, DEFAULT)}
    assert removed["clocks.final_response"].after is None
    assert removed["clocks.final_response"].before == added["clocks.final_response"].after


def test_calendars_differ_day_by_day() -> None:
    assert DISP.calendar
    holidays = DISP.calendar.holidays | {date(2026, 6, 1): "Jubilee"}
    amended = RuleSet(DISP.policy, DISP.calendar.model_copy(update={"holidays": holidays}))
    [found] = differences(DISP, amended)
    assert (found.place, found.after) == ("calendar_days.holidays.2026-06-01", "Jubilee")
