"""Rungs after the limit, rungs that repeat, and reminders: told as often as the policy says, and never for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.clock_rule import ClockRule, OnExpiry, OnReopen, Rung
from workflows.contract.effects import Notice, Notify
from workflows.contract.events import ClockBreached, ClockExpired, Closed, ComplainantReminded, Resumed, RungReached
from workflows.contract.limits import Counts, Days
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Level, Nature, Outcome, Severity, Status
from workflows.core.thresholds import next_threshold
from workflows.core.view import summary, view

UNTIL_SOMEBODY_ACTS = Rung(after=2 * b.HOUR, tell=Level.HEAD, every=4 * b.HOUR, at_most=3)
ONE_DAY = b.clock("one_day", "filed", "executed", 24, pausable=True, ladder=(UNTIL_SOMEBODY_ACTS,))


def under(*clocks: ClockRule, **changes: Any) -> Story:
    """A complaint under these clocks alone."""
    return Story().assessed(b.assessment(b.policy(*clocks), **changes))


def told_at(story: Story) -> list[float]:
    """When rungs were reached, in hours since the start."""
    return [(rung.due_at - b.START) / b.HOUR for rung in story.events(RungReached)]


def test_a_rung_repeats_after_the_limit_until_its_maximum() -> None:
    """Two hours after the limit, then every four hours, three times more; each says how often it was told before."""
    story = under(ONE_DAY).after(10 * b.DAY)
    assert told_at(story) == [26, 30, 34, 38]
    assert [rung.repetition for rung in story.events(RungReached)] == [0, 1, 2, 3]
    assert {rung.tell for rung in story.events(RungReached)} == {b.HEAD.subject}


@pytest.mark.parametrize(
    ("by", "command", "falls_silent"),
    [
        (b.AGENT, "note", True),
        (b.LEAD, "inform", True),
        (b.COMPLAINANT, "withdraw", True),
        (b.EXECUTIVE, "adopt", False),
    ],
)
def test_it_falls_silent_as_soon_as_somebody_acts(by: Actor, command: str, falls_silent: bool) -> None:
    """A member of staff, or an end; a change of the rules is nobody's work on the case."""
    story = under(ONE_DAY).after(31 * b.HOUR)
    if command == "adopt":
        story.does("adopt_policy", by, policy=b.policy(ONE_DAY, title="Another edition"))
    else:
        story.does(command, by)
    assert told_at(story.after(b.DAY)) == ([26, 30] if falls_silent else [26, 30, 34, 38])


def test_the_complainant_asking_again_silences_nobody() -> None:
    """On the contrary."""
    story = under(ONE_DAY).after(20 * b.HOUR).does("wait", b.HEAD).does("resume", b.COMPLAINANT).after(7 * b.HOUR)
    story.does("wait", b.HEAD)
    assert told_at(story.does("resume", b.COMPLAINANT).after(b.DAY)) == [26]
    assert told_at(under(ONE_DAY).after(b.DAY).after(10 * b.DAY)) == [26, 30, 34, 38]


def test_a_rung_waits_while_its_clock_does() -> None:
    """It counts as its clock counts, and that rests from hour 25 to hour 35."""
    story = under(ONE_DAY).after(25 * b.HOUR).does("wait", b.HEAD).after(10 * b.HOUR).does("resume", b.COMPLAINANT)
    assert told_at(story.after(2 * b.HOUR)) == [36]


def test_reminders_can_keep_to_working_hours() -> None:
    """Due on Tuesday at 08:00, an hour before the office opens; told after two hours of work, then after each four."""
    in_hours = UNTIL_SOMEBODY_ACTS.model_copy(update={"counts": Counts.BUSINESS_HOUR, "at_most": 2})
    story = under(b.clock("one_day", "filed", "executed", 24, ladder=(in_hours,))).after(10 * b.DAY)
    assert told_at(story) == [27, 32.5, 51.5]


@pytest.mark.parametrize("answered", [True, False])
def test_who_does_not_answer_is_asked_again_until_the_wait_ends(answered: bool) -> None:
    """With the same question, at the shares that the policy names."""
    waiting = b.clock("waiting", "waiting", "resumed", 100, on_expiry=OnExpiry.CLOSE, remind_complainant=(25, 50, 75))
    story = under(waiting).does("wait", b.HEAD).after(60 * b.HOUR)
    story = story.does("resume", b.COMPLAINANT) if answered else story
    story.after(100 * b.HOUR)
    reminders = story.events(ComplainantReminded)
    assert [reminder.percent for reminder in reminders] == ([25, 50] if answered else [25, 50, 75])
    sent = [effect.facts for effect in story.effects if isinstance(effect, Notify) and effect.notice is Notice.REMINDER]
    assert sent == [{"question": "Which serial number?"}] * len(reminders)
    assert [closed.outcome for closed in story.events(Closed)] == ([] if answered else [Outcome.UNANSWERED])


def test_nobody_is_reminded_of_what_others_are_asked() -> None:
    """A wait for a third party passes those shares without a trace, and ends; the workflow goes on meanwhile."""
    waiting = b.clock("waiting", "waiting", "resumed", 100, on_expiry=OnExpiry.CLOSE, remind_complainant=(25, 50))
    story = under(waiting).does("wait", b.HEAD, waiting_for="third_party").after(99 * b.HOUR)
    assert story.last() == ["waiting"]
    assert next_threshold(story.case)
    story.after(b.HOUR)
    assert story.last(2) == ["clock_expired", "resumed"]
    assert not story.events(ComplainantReminded, Closed)


def test_a_question_is_not_a_reminder_at_once() -> None:
    """Half of the time had gone when the complainant was asked, so only what comes after that reminds."""
    solving = b.clock("solving", "filed", "executed", 100, remind_complainant=(50, 80))
    story = under(solving).after(60 * b.HOUR).does("wait", b.HEAD).after(30 * b.HOUR)
    assert [reminder.percent for reminder in story.events(ComplainantReminded)] == [80]


@pytest.mark.parametrize(
    ("counts", "ladder"),
    [
        (Counts.CONTINUOUS, (Rung(after=36_500 * b.DAY, tell=Level.HEAD, every=36_500 * b.DAY, at_most=100),)),
        (Counts.CONTINUOUS, (Rung(after=b.HOUR, tell=Level.HEAD, every=36_500 * b.DAY, counts=Counts.BUSINESS_HOUR),)),
        (Counts.BUSINESS_HOUR, (Rung(percent=1000, tell=Level.HEAD, every=36_500 * b.DAY),)),
        (Counts.CALENDAR_DAY, (Rung(after=36_500 * b.DAY, tell=Level.HEAD, every=36_500 * b.DAY, at_most=100),)),
    ],
)
def test_a_rung_beyond_the_end_of_time_is_never_reached(counts: Counts, ladder: tuple[Rung, ...]) -> None:
    """After the year 9999 there is no date; a workflow that asked for one would stand still for ever."""
    target = Days(days=36_500) if counts is Counts.CALENDAR_DAY else timedelta(days=36_500)
    endless = b.clock(
        "endless", "filed", "executed", 0, counts=counts, target=dict.fromkeys(Severity, target), ladder=ladder
    )
    story = under(endless).after(timedelta(days=365_000))
    while threshold := next_threshold(story.case):
        story.after(threshold.due_at - story.now)
    assert story.events(ClockBreached)
    assert summary(story.case).breached


def test_what_reopening_stops_is_not_brought_back_by_it() -> None:
    """A right to reopen that would go on in an open case could later archive it."""
    window = b.REOPENING.model_copy(update={"on_reopen": OnReopen.CONTINUE})
    story = Story().assessed(b.assessment(b.policy(window, b.CONFIRMATION))).reaches(Status.CLOSED)
    story.after(10 * b.DAY).does("reopen", b.COMPLAINANT)
    assert not story.clock("reopening").is_live
    story.after(b.DAY).reaches(Status.CLOSED)
    assert story.clock("reopening").round == 2
    assert story.after(29 * b.DAY).case.status is Status.CLOSED
    assert story.after(b.DAY).case.status is Status.ARCHIVED


def test_a_right_that_has_ended_stays_ended() -> None:
    """It does not block the next of its name either."""
    asking = b.clock("asking", "waiting", "resumed", 24, on_expiry=OnExpiry.RESUME, on_reopen=OnReopen.CONTINUE)
    story = under(asking).does("wait", b.HEAD).after(b.DAY).reaches(Status.CLOSED).does("reopen", b.COMPLAINANT)
    assert not story.clock("asking").is_live
    story.does("wait", b.AGENT)
    assert (story.clock("asking").round, story.clock("asking").is_live) == (2, True)
    assert len(story.after(b.DAY).events(ClockExpired, Resumed)) == 4


def test_a_letter_that_came_too_late_is_a_breach_though_the_assessment_stops_the_clock() -> None:
    """One step starts and stops it, and finds that it had run out two days before."""
    routing = b.clock("routing", "filed", "assigned", 24, ladder=(Rung(percent=100, tell=Level.HEAD),))
    story = Story(now=b.START + 3 * b.DAY).assessed(b.assessment(b.policy(routing))).after(timedelta(0))
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START + b.DAY]
    assert told_at(story) == [24]


@pytest.mark.parametrize("passed", [timedelta(0), b.HOUR])
def test_a_graver_case_that_goes_elsewhere_at_once_loses_no_breach(passed: timedelta) -> None:
    """The correction leaves the department 12 hours, of which it had used 18, and takes the case away from it."""
    own = b.clock("own_time", "filed", "executed", 24, per_department=True)
    story = under(own).after(18 * b.HOUR)
    story.does("classify", b.HEAD, nature=Nature.QUALITY, severity=Severity.CRITICAL).after(passed)
    assert [(breach.round, breach.due_at) for breach in story.events(ClockBreached)] == [(1, b.START + 12 * b.HOUR)]
    assert (story.clock("own_time").round, story.clock("own_time").target) == (2, 12 * b.HOUR)


def test_each_department_has_the_whole_time_for_itself() -> None:
    """Without what another was granted."""
    own = b.clock("own_time", "filed", "executed", 24, per_department=True, extensions=(b.LONGER,))
    story = under(own).after(6 * b.HOUR).does("extend", b.HEAD, clock="own_time").does("reassign", b.HEAD)
    assert (story.clock("own_time").target, story.clock("own_time").extended) == (24 * b.HOUR, 0)
    assert view(story.case, story.now).clocks[-1].due_at == b.START + 30 * b.HOUR


def test_meeting_one_limit_waives_another_but_missing_it_does_not() -> None:
    """A solution in time makes the first reply superfluous."""
    reply = b.clock("reply", "filed", "accepted", 240)
    solution = b.clock("solution", "filed", "proposed", 24, waives=("reply",))
    keep = b.clock("keep", "filed", "closed", 500)
    in_time = under(solution, reply, keep).after(b.HOUR).does("propose", b.HEAD)
    assert not in_time.clock("reply").waived  # proposing accepts the case first
    waived = under(solution, b.clock("reply", "filed", "executed", 240), keep).does("propose", b.HEAD)
    assert waived.clock("reply").waived
    late = under(solution, b.clock("reply", "filed", "executed", 240), keep).after(2 * b.DAY).does("propose", b.HEAD)
    assert late.clock("reply").is_live


def test_a_letter_names_the_end_of_the_limit_and_not_the_moment_of_its_rung() -> None:
    """Half way, and again and again afterwards; only a rung in percent has a percentage."""
    half_way = Rung(percent=50, tell=Level.OWNER)
    clock = b.clock("one_day", "filed", "executed", 24, ladder=(half_way, UNTIL_SOMEBODY_ACTS))
    letters = [
        effect.facts
        for effect in under(clock).after(31 * b.HOUR).effects
        if isinstance(effect, Notify) and effect.notice is Notice.ESCALATION
    ]
    assert [facts.get("percent") for facts in letters] == ["50", None, None]
    assert {facts["due_at"] for facts in letters} == {(b.START + b.DAY).isoformat()}
    assert [facts.get("repetition") for facts in letters] == [None, None, "1"]
