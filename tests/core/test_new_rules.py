"""Another policy, an amended calendar or an extension for an open complaint: nothing used is given back, nothing due is
forgotten, and a clock that is new has the ledger it would have had.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.approval_rule import ApprovalRule
from workflows.contract.clock_rule import ClockRule, Extension, OnReopen, Rung
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import CalendarAmended, ClockBreached, ClockExtended, PolicyAdopted, RungReached
from workflows.contract.limits import Counts, Days
from workflows.contract.policy import Policy
from workflows.contract.views import ClockState, SegmentKind
from workflows.contract.vocabulary import Level, Role, Severity, Status
from workflows.core.ledger import Clock
from workflows.core.view import summary, view

SOLVING = b.clock("solving", "filed", "executed", 24, pausable=True, ladder=b.LADDER)
OTHER = b.clock("other", "filed", "closed", 2400)
CALENDAR_DAYS = {"counts": Counts.CALENDAR_DAY, "target": dict.fromkeys(Severity, Days(days=2))}


def under(*clocks: ClockRule, **changes: Any) -> Story:
    """A complaint under these clocks alone."""
    return Story().assessed(b.assessment(edition(*clocks), **changes))


def edition(*clocks: ClockRule, title: str = "First edition", **changes: Any) -> Policy:
    """A policy with these clocks alone."""
    return b.policy(*clocks, title=title, **changes)


def adopting(story: Story, *clocks: ClockRule, **changes: Any) -> Story:
    """The complaint goes on under these clocks."""
    calendar = None if "calendar" in changes else b.CALENDAR
    title = f"Edition {len(story.entries)}"
    return story.does("adopt_policy", b.EXECUTIVE, policy=edition(*clocks, title=title, **changes), calendar=calendar)


def changed(rule: ClockRule, **changes: Any) -> ClockRule:
    """The rule in another edition."""
    return ClockRule.model_validate(rule.model_dump() | changes)


def hours(number: float, **more: Any) -> dict[str, Any]:
    """A target for every severity."""
    return {"target": dict.fromkeys(Severity, number * b.HOUR)} | more


def breaches(story: Story) -> list[tuple[str, float]]:
    """Which clocks were breached, and how many hours after the start."""
    return [(breach.clock, (breach.due_at - b.START) / b.HOUR) for breach in story.events(ClockBreached)]


def test_a_longer_limit_keeps_time_used_and_pauses() -> None:
    """Six hours were used and ten paused, so of 48 hours 42 are left; the entry says what moved."""
    story = under(SOLVING).after(6 * b.HOUR).does("wait", b.HEAD).after(10 * b.HOUR).does("resume", b.COMPLAINANT)
    adopting(story, changed(SOLVING, **hours(48)))
    shown = view(story.case, story.now).clocks[0]
    assert (shown.used, shown.paused, shown.due_at) == (6 * b.HOUR, 10 * b.HOUR, b.START + 58 * b.HOUR)
    [adopted] = story.events(PolicyAdopted)
    assert [moved.model_dump() for moved in adopted.moved] == [
        {"clock": "solving", "round": 1, "due_before": b.START + 34 * b.HOUR, "due_after": b.START + 58 * b.HOUR}
    ]


def test_a_shorter_limit_is_breached_with_the_change_at_the_date_it_has() -> None:
    """Twenty hours were used, and eighteen are allowed now."""
    story = adopting(under(SOLVING).after(20 * b.HOUR), changed(SOLVING, **hours(18))).after(timedelta(0))
    assert breaches(story) == [("solving", 18)]
    assert [rung.percent for rung in story.events(RungReached)] == [50, 75, 100]
    [entry] = [entry for entry in story.entries if isinstance(entry.event, ClockBreached)]
    assert (entry.at, entry.effective_at) == (story.now, None)


def test_a_breach_stays_when_the_limit_becomes_longer() -> None:
    """What happened has happened; but the rungs after it move with the limit."""
    story = adopting(under(SOLVING).after(25 * b.HOUR), changed(SOLVING, **hours(100))).after(10 * b.DAY)
    assert breaches(story) == [("solving", 24)]
    assert view(story.case, story.now).clocks[0].state is ClockState.BREACHED
    assert [(rung.percent, (rung.due_at - b.START) / b.HOUR) for rung in story.events(RungReached)][-1] == (150, 150)


def test_nobody_is_told_twice_of_a_share_that_a_policy_in_between_did_not_have() -> None:
    """First 50, 75, 100 and 150 %, then only 100 %, then the first again."""
    story = under(SOLVING).after(40 * b.HOUR)
    adopting(story, changed(SOLVING, ladder=b.LADDER[2:3])).after(b.HOUR)
    adopting(story, SOLVING).after(10 * b.DAY)
    assert [rung.percent for rung in story.events(RungReached)] == [50, 75, 100, 150]


def test_who_was_silenced_is_not_woken_by_a_policy_that_allows_more_reminders() -> None:
    """Somebody had acted."""
    rung = Rung(after=b.HOUR, tell=Level.HEAD, every=b.HOUR, at_most=2)
    story = under(changed(SOLVING, ladder=(rung,))).after(25 * b.HOUR).does("note", b.AGENT)
    adopting(story, changed(SOLVING, ladder=(rung.model_copy(update={"at_most": 100}),))).after(10 * b.DAY)
    assert len(story.events(RungReached)) == 1


def test_a_clock_that_the_new_policy_drops_is_owed_no_more() -> None:
    """Its ledger stays, by the rule it had."""
    story = adopting(under(SOLVING, OTHER).after(6 * b.HOUR), OTHER).after(10 * b.DAY)
    shown = view(story.case, story.now).clocks[0]
    assert (shown.state, shown.used, breaches(story)) == (ClockState.WAIVED, 6 * b.HOUR, [])
    [adopted] = story.events(PolicyAdopted)
    assert [(moved.clock, moved.due_after) for moved in adopted.moved] == [("solving", None)]


def test_a_clock_that_was_dropped_by_mistake_goes_on_as_if_it_never_had_been() -> None:
    """The time in between counts, a wait in it does not, and the breach comes when it would have come."""
    story = adopting(under(SOLVING, OTHER).after(6 * b.HOUR), OTHER).after(4 * b.HOUR).does("wait", b.HEAD)
    adopting(story.after(5 * b.HOUR), SOLVING, OTHER).does("resume", b.COMPLAINANT).after(10 * b.DAY)
    assert breaches(story) == [("solving", 29)]
    assert story.clock("solving").round == 1


def test_it_stays_dropped_when_its_end_has_come_meanwhile() -> None:
    """It would have been met."""
    story = adopting(under(SOLVING, OTHER), OTHER).reaches(Status.CONFIRMING).after(b.HOUR)
    assert not adopting(story, SOLVING, OTHER).clock("solving").is_live


def test_a_clock_that_has_stopped_by_its_new_rule_is_owed_no_more() -> None:
    """Accepting now counts as the first answer, and that has happened."""
    reply = b.clock("reply", "filed", "proposed", 24)
    story = under(reply, OTHER).after(b.HOUR).does("accept", b.AGENT).after(b.HOUR)
    adopting(story, changed(reply, stop=("accepted", "proposed")), OTHER).after(10 * b.DAY)
    assert (story.clock("reply").waived, breaches(story)) == (True, [])


def test_a_reopened_clock_is_not_taken_for_stopped() -> None:
    """It was executed once, but goes on since it was reopened."""
    rule = changed(SOLVING, on_reopen=OnReopen.CONTINUE)
    story = under(rule, OTHER).after(6 * b.HOUR).reaches(Status.CLOSED).after(b.DAY).does("reopen", b.COMPLAINANT)
    adopting(story, changed(rule, **hours(12)), OTHER)
    assert view(story.case, story.now).clocks[0].due_at == b.START + 36 * b.HOUR


def test_a_limit_may_be_measured_otherwise_from_now_on() -> None:
    """From hours to calendar days: due at midnight, and the pause that ran is over for this clock."""
    story = under(SOLVING, OTHER).after(6 * b.HOUR).does("wait", b.HEAD).after(4 * b.HOUR)
    adopting(story, changed(SOLVING, pausable=False, **CALENDAR_DAYS), OTHER)
    shown = view(story.case, story.now).clocks[0]
    assert (shown.state, shown.due_at) == (ClockState.RUNNING, datetime(2026, 3, 5, tzinfo=b.START.tzinfo))
    assert (shown.used, shown.paused) == (10 * b.HOUR, timedelta(0))


@pytest.mark.parametrize("counts", [Counts.CONTINUOUS, Counts.CALENDAR_DAY], ids=lambda counts: counts.value)
def test_a_clock_that_had_ended_can_still_be_shown_when_its_rule_counts_otherwise(counts: Counts) -> None:
    """And when the new policy needs no calendar at all, the old one is kept for it."""
    days = {"counts": counts, "pausable": False} | (CALENDAR_DAYS if counts is Counts.CALENDAR_DAY else hours(40))
    in_hours = changed(SOLVING, counts=Counts.BUSINESS_HOUR)
    story = under(in_hours, OTHER).after(6 * b.HOUR).reaches(Status.CONFIRMING)
    before = view(story.case, story.now).clocks[0]
    assert adopting(story, changed(SOLVING, **days), OTHER).case.clocks[0].stopped_at
    assert view(story.case, story.now).clocks[0].state is before.state is ClockState.MET
    without = under(in_hours, OTHER).after(6 * b.HOUR).reaches(Status.CONFIRMING)
    adopting(without, OTHER, calendar=None)
    shown = view(without.case, without.now).clocks[0]
    assert (shown.used, shown.state) == (before.used, ClockState.MET)
    assert summary(without.case)


def test_a_policy_is_adopted_once() -> None:
    """Whether or not it comes with the calendar that the complaint has kept."""
    story = under(changed(SOLVING, counts=Counts.BUSINESS_HOUR))
    later = edition(OTHER, title="Later", calendar=None)
    story.does("adopt_policy", b.HEAD, policy=later, calendar=None)
    with pytest.raises(AmendsError) as refused:
        story.does("adopt_policy", b.HEAD, policy=later, calendar=None)
    assert refused.value.code is ErrorCode.ALREADY_THERE


@pytest.mark.parametrize(
    ("policy", "calendar", "code"),
    [
        (b.policy(title="Later"), None, ErrorCode.INVALID_INPUT),
        (b.policy(title="Later"), b.CALENDAR.model_copy(update={"name": "factory"}), ErrorCode.INVALID_INPUT),
        (b.policy(changed(SOLVING, counts=Counts.BUSINESS_HOUR)), b.CALENDAR.model_copy(update={"hours": {}}), "hours"),
        (b.policy(title="Later", intake_department="gardening"), b.CALENDAR, ErrorCode.UNKNOWN_DEPARTMENT),
    ],
    ids=["without its calendar", "with another calendar", "without working time", "with an unknown department"],
)
def test_a_policy_that_cannot_be_kept_is_refused(policy: Policy, calendar: Any, code: str) -> None:
    """Nothing happens, and the clocks go on."""
    story = under(SOLVING)
    with pytest.raises(AmendsError) as refused:
        story.does("adopt_policy", b.HEAD, policy=policy, calendar=calendar)
    assert refused.value.code == (ErrorCode.INVALID_INPUT if code == "hours" else code)
    assert story.last() == ["assigned"]


def test_a_day_off_moves_the_limits_that_count_working_time() -> None:
    """Tuesday is free now: hours and business days wait a day, calendar days do not."""
    in_hours = changed(SOLVING, name="in_hours", counts=Counts.BUSINESS_HOUR, **hours(12))
    in_days = b.clock("in_days", "filed", "executed", 0, counts=Counts.BUSINESS_DAY, target=CALENDAR_DAYS["target"])
    anyhow = b.clock("anyhow", "filed", "executed", 0, **CALENDAR_DAYS)
    story = under(in_hours, in_days, anyhow).after(b.HOUR).does("amend_calendar", b.HEAD)
    [amended] = story.events(CalendarAmended)
    dates = {moved.clock: (moved.due_before.isoformat(" "), moved.due_after.isoformat(" ")) for moved in amended.moved}
    assert dates == {
        "in_hours": ("2026-03-03 15:00:00+00:00", "2026-03-04 15:00:00+00:00"),
        "in_days": ("2026-03-05 00:00:00+00:00", "2026-03-06 00:00:00+00:00"),
    }
    assert (amended.before, amended.after) == (
        f"office@{b.CALENDAR.version}",
        f"office@{b.LATER_CALENDAR.version}",
    )


def test_an_extension_is_granted_once_by_those_who_may() -> None:
    """Counted from the same start; a second is not in the policy."""
    rule = changed(SOLVING, extensions=(b.LONGER,))
    story = under(rule).after(20 * b.HOUR).does("extend", b.LEAD, clock="solving")
    [extended] = story.events(ClockExtended)
    assert (extended.due_before, extended.due_after) == (b.START + 24 * b.HOUR, b.START + 480 * b.HOUR)
    with pytest.raises(AmendsError, match="allows no further extension") as refused:
        story.does("extend", b.LEAD, clock="solving")
    assert refused.value.code is ErrorCode.NOT_PERMITTED
    assert breaches(story.after(479 * b.HOUR)) == [("solving", 480)]


@pytest.mark.parametrize("extensions", [(), (b.LONGER,)], ids=["none", "one"])
def test_what_was_extended_under_one_policy_is_not_extended_beyond_another(extensions: tuple[Extension, ...]) -> None:
    """Two extensions were granted; the new policy knows fewer."""
    twice = (b.LONGER.model_copy(update={"to": dict.fromkeys(Severity, 40 * b.HOUR)}), b.LONGER)
    story = under(changed(SOLVING, extensions=twice)).does("extend", b.LEAD, clock="solving")
    story.does("extend", b.LEAD, clock="solving")
    adopting(story, changed(SOLVING, extensions=extensions))
    assert summary(story.case).due_at == b.START + (480 if extensions else 24) * b.HOUR
    with pytest.raises(AmendsError) as refused:
        story.does("extend", b.LEAD, clock="solving")
    assert refused.value.code is ErrorCode.NOT_PERMITTED


@pytest.mark.parametrize(
    ("after", "clock", "code"),
    [
        (24, "solving", ErrorCode.ALREADY_THERE),
        (25, "solving", ErrorCode.LIMIT_PASSED),
        (1, "other", ErrorCode.NOT_PERMITTED),
        (1, "nothing", ErrorCode.INVALID_INPUT),
    ],
)
def test_an_extension_that_does_not_lengthen_or_comes_too_late_is_refused(after: int, clock: str, code: str) -> None:
    """At the very instant of the limit it would still be in time."""
    same = (b.LONGER.model_copy(update={"to": dict.fromkeys(Severity, 24 * b.HOUR)}),)
    story = under(changed(SOLVING, extensions=same), OTHER).after(after * b.HOUR, noticed=False)
    with pytest.raises(AmendsError) as refused:
        story.does("extend", b.LEAD, clock=clock)
    assert refused.value.code == code


NEW_CLOCKS = (
    changed(SOLVING, name="new"),
    changed(SOLVING, name="new", on_reopen=OnReopen.RESTART),
    changed(SOLVING, name="new", on_reopen=OnReopen.CONTINUE, counts=Counts.BUSINESS_HOUR),
    b.clock("new", "filed", "closed", 24, on_reopen=OnReopen.CONTINUE),
    b.clock("new", "proposed", "approved refused", 24, pausable=True),
    b.clock("new", "waiting", "resumed", 24),
    b.clock("new", "filed informed", "informed", 24, pausable=True),
    b.clock("new", "filed", "executed", 24, pausable=True, per_department=True),
)
STEPS = ("wait", "resume", "reassign", "inform", "accept", "propose", "refuse", "approve", "execute", "answer_survey")
PEOPLE = {
    "resume": b.COMPLAINANT,
    "answer_survey": b.COMPLAINANT,
    "approve": b.OTHER_EXECUTIVE,
    "refuse": b.OTHER_EXECUTIVE,
}


@given(
    rule=st.sampled_from(NEW_CLOCKS),
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from((1, 5, 30))), max_size=25),
    reopened=st.booleans(),
)
def test_a_clock_new_in_the_policy_has_the_ledger_it_would_have_had(
    rule: ClockRule, steps: list[tuple[str, int]], reopened: bool
) -> None:
    """The same things happen to two complaints, one under that policy from the beginning, one only in the end."""
    known, unknown = under(rule, OTHER), under(OTHER)
    for name, passed in [*steps, *([("reopen", 1)] if reopened else [])]:
        for story in (known, unknown):
            story.after(passed * b.HOUR)
            _does_if_possible(story, name)
    for story in (known, unknown):
        story.after(b.HOUR)
    if unknown.case.status not in (Status.CLOSED, Status.ARCHIVED):
        adopting(unknown, rule, OTHER)
        assert _live_ledger(unknown) == _live_ledger(known)


def _does_if_possible(story: Story, name: str) -> None:
    departments = {"to": {"department": "legal" if story.case.owner.department == "service" else "service"}}
    with suppress(AmendsError):  # not in this status
        story.does(name, PEOPLE.get(name, b.EXECUTIVE), **(departments if name == "reassign" else {}))


def _live_ledger(story: Story) -> list[tuple[Any, ...]]:
    """The ledger of the new clock if it runs, neighbours that are alike taken together."""
    clocks: list[Clock] = [clock for clock in story.case.clocks if clock.name == "new" and clock.is_live]
    lines = [
        ((part.kind, part.reason, part.department), part.start, part.end)
        for clock in clocks
        for part in clock.segments
        if part.start != part.end
    ]
    alike = [(what, list(parts)) for what, parts in groupby(lines, key=lambda line: line[0])]
    return [(*what, parts[0][1], parts[-1][2]) for what, parts in alike if what[0] in SegmentKind]


def test_a_policy_that_asks_others_has_them_asked_about_a_proposal_under_way() -> None:
    """Two heads instead of one: whoever has approved did so under the old matrix, and the proposal is put up again."""
    story = under(SOLVING).reaches(Status.APPROVING)
    stricter = (ApprovalRule(roles=(Role.HEAD, Role.EXECUTIVE), approvals=2),)
    adopting(story, SOLVING, approval=stricter)
    assert [event.type for event in (entry.event for entry in story.entries[-2:])] == ["policy_adopted", "proposed"]
    assert story.case.status is Status.APPROVING
    assert story.case.proposal is not None
    assert (story.case.proposal.round, story.case.proposal.consents) == (2, ())


def test_a_policy_with_the_same_matrix_leaves_a_proposal_under_way_alone() -> None:
    """Nobody is asked twice for nothing."""
    story = adopting(under(SOLVING).reaches(Status.APPROVING), changed(SOLVING, **hours(48)))
    assert story.case.proposal is not None
    assert story.case.proposal.round == 1
