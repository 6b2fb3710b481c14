"""Time limits: when they start, stop and pause, who is told on the way, and when a breach is dated."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.clock_rule import ClockRule
from workflows.contract.effects import Notice, Notify
from workflows.contract.events import ClockBreached, RungReached
from workflows.contract.views import ClockState, SegmentKind
from workflows.contract.vocabulary import Level, Nature, Severity, Status
from workflows.core.view import summary, view

SECOND = timedelta(seconds=1)
ONE_DAY = b.clock("one_day", "filed", "executed", 24, pausable=True, ladder=b.LADDER)
STRICT = b.clock("strict", "filed", "executed", 24, ladder=b.LADDER)


def under(*clocks: ClockRule, severity: Severity = Severity.NORMAL) -> Story:
    """A complaint under these obligations, and the builders' rights."""
    return Story().assessed(b.assessment(b.policy(*clocks, *b.RIGHTS), severity=severity))


def booked(story: Story, name: str) -> list[tuple[float, float | None, SegmentKind, str]]:
    """A clock's ledger in hours since the start."""
    return [
        (
            (segment.start - b.START) / b.HOUR,
            (segment.end - b.START) / b.HOUR if segment.end else None,
            segment.kind,
            segment.department,
        )
        for segment in story.clock(name).segments
    ]


def test_a_clock_counts_from_when_the_complaint_was_received() -> None:
    """A letter that lay for a day has used that day, and intake had it."""
    story = Story(now=b.START + 5 * b.HOUR).assessed(b.assessment(b.policy(STRICT)))
    assert booked(story, "strict") == [
        (0, 5, SegmentKind.COUNTED, "intake"),
        (5, None, SegmentKind.COUNTED, "service"),
    ]
    assert view(story.case, story.now).clocks[0].used == 5 * b.HOUR


def test_the_ladder_is_climbed_rung_by_rung() -> None:
    """Each rung is told once, at its share of the time; the executives at one and a half."""
    story = under(STRICT)
    for _ in range(48):
        story.after(b.HOUR)
    rungs = story.events(RungReached)
    assert [(rung.percent, rung.tell, (rung.due_at - b.START) / b.HOUR) for rung in rungs] == [
        (50, "service.head", 12),
        (75, "service.lead", 18),
        (100, "service.head", 24),
        (150, b.EXECUTIVE.subject, 36),
    ]
    told = [effect.to for effect in story.effects if isinstance(effect, Notify) and effect.notice is Notice.ESCALATION]
    assert told == [rung.tell for rung in rungs]
    assert story.case.level is Level.EXECUTIVE


@pytest.mark.parametrize(
    ("severity", "hours"), [(Severity.LOW, 24), (Severity.NORMAL, 24), (Severity.HIGH, 24), (Severity.CRITICAL, 12)]
)
def test_the_severity_sets_the_target(severity: Severity, hours: int) -> None:
    """As the policy says."""
    assert summary(under(STRICT, severity=severity).case).due_at == b.START + hours * b.HOUR


@pytest.mark.parametrize(
    ("passed", "state"),
    [
        (24 * b.HOUR - SECOND, ClockState.MET),
        (24 * b.HOUR, ClockState.MET),
        (24 * b.HOUR + SECOND, ClockState.MET_LATE),
    ],
)
@pytest.mark.parametrize("noticed", [True, False], ids=["watched", "unwatched"])
def test_an_act_at_the_very_instant_of_a_limit_keeps_it(passed: timedelta, state: ClockState, noticed: bool) -> None:
    """A second later does not, whether or not anybody had noticed by then."""
    story = under(STRICT).reaches(Status.EXECUTING)
    story.after(passed, noticed=noticed and state is not ClockState.MET)
    story.does("execute", b.AGENT).after(b.DAY)
    shown = view(story.case, story.now).clocks[0]
    assert shown.state is state
    assert shown.breached_at == (b.START + b.DAY if state is ClockState.MET_LATE else None)


def test_a_breach_is_dated_when_it_was_due_and_not_when_it_was_noticed() -> None:
    """The entry itself says when that was."""
    story = under(STRICT).after(10 * b.DAY)
    [(breach, noticed_at)] = [
        (entry.event, entry.at) for entry in story.entries if isinstance(entry.event, ClockBreached)
    ]
    assert (breach.due_at, noticed_at) == (b.START + b.DAY, b.START + 10 * b.DAY)
    assert view(story.case, story.now).clocks[0].state is ClockState.BREACHED


def test_waiting_pauses_only_what_the_policy_lets_pause() -> None:
    """A limit of the law goes on beside our own that rests."""
    story = under(ONE_DAY, STRICT).after(6 * b.HOUR).does("wait", b.HEAD).after(12 * b.HOUR).does("resume", b.HEAD)
    assert booked(story, "one_day") == [
        (0, 0, SegmentKind.COUNTED, "intake"),
        (0, 6, SegmentKind.COUNTED, "service"),
        (6, 18, SegmentKind.PAUSED, "service"),
        (18, None, SegmentKind.COUNTED, "service"),
    ]
    story.after(30 * b.HOUR)
    dates = {breach.clock: breach.due_at for breach in story.events(ClockBreached)}
    assert dates == {"one_day": b.START + 36 * b.HOUR, "strict": b.START + 24 * b.HOUR}


def test_a_paused_clock_shows_when_it_would_be_due_if_it_went_on_now() -> None:
    """But promises no date in the table."""
    story = under(ONE_DAY).after(6 * b.HOUR).does("wait", b.HEAD).after(12 * b.HOUR)
    shown = view(story.case, story.now).clocks[0]
    assert (shown.state, shown.due_at) == (ClockState.PAUSED, b.START + 36 * b.HOUR)
    assert (shown.used, shown.paused, shown.percent) == (6 * b.HOUR, 12 * b.HOUR, 25)
    assert summary(story.case).due_at is None


def test_a_pause_at_the_very_instant_of_a_limit_keeps_it_for_now() -> None:
    """Nothing is left once the case goes on."""
    story = under(ONE_DAY).after(b.DAY, noticed=False).does("wait", b.HEAD).after(2 * b.DAY)
    assert not story.events(ClockBreached)
    story.does("resume", b.HEAD).after(b.HOUR)
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START + 3 * b.DAY]


def test_a_pausable_clock_that_starts_while_the_case_waits_starts_paused() -> None:
    """It would otherwise be the only one to count."""
    accepting = b.clock("accepting", "reassigned", "accepted", 4, pausable=True)
    story = under(accepting).does("wait", b.HEAD).does("reassign", b.HEAD)
    assert story.clock("accepting").is_paused


def test_reassigning_keeps_every_clock_running_and_books_to_the_new_department() -> None:
    """Not a second is given away, and it can be seen who used which."""
    story = (
        under(STRICT)
        .after(6 * b.HOUR)
        .does("reassign", b.HEAD)
        .after(2 * b.HOUR)
        .does("reassign", b.EXECUTIVE, to={"department": "legal"})
    )
    assert booked(story, "strict")[1:] == [
        (0, 6, SegmentKind.COUNTED, "service"),
        (6, 8, SegmentKind.COUNTED, "quality"),
        (8, None, SegmentKind.COUNTED, "legal"),
    ]
    assert summary(story.case).due_at == b.START + b.DAY


def test_a_handover_while_waiting_does_not_wake_the_clock() -> None:
    """The pause goes on, booked to the new department."""
    story = under(ONE_DAY).does("wait", b.HEAD).after(b.HOUR).does("reassign", b.HEAD)
    assert [segment[2:] for segment in booked(story, "one_day")][-2:] == [
        (SegmentKind.PAUSED, "service"),
        (SegmentKind.PAUSED, "quality"),
    ]


def test_a_graver_case_has_less_time_from_the_start() -> None:
    """What was used stays used; a limit that has passed under the new target was due when it was reached."""
    story = under(STRICT).after(18 * b.HOUR).does("classify", b.HEAD, nature=Nature.SERVICE, severity=Severity.CRITICAL)
    story.after(0 * b.HOUR)
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START + 12 * b.HOUR]


def test_a_milder_case_has_more_time_but_keeps_its_breach() -> None:
    """What happened has happened."""
    story = under(STRICT, severity=Severity.CRITICAL).after(6 * b.HOUR)
    story.does("classify", b.HEAD, nature=Nature.SERVICE, severity=Severity.LOW)
    assert summary(story.case).due_at == b.START + 24 * b.HOUR
    late = under(STRICT, severity=Severity.CRITICAL).after(12 * b.HOUR)
    late.does("classify", b.HEAD, nature=Nature.SERVICE, severity=Severity.LOW).after(b.DAY)
    assert [breach.due_at for breach in late.events(ClockBreached)] == [b.START + 12 * b.HOUR]
    assert view(late.case, late.now).clocks[0].breached_at == b.START + 12 * b.HOUR


@pytest.mark.parametrize("then", ["resume", "withdraw", "nothing"])
def test_a_correction_during_a_pause_loses_no_breach(then: str) -> None:
    """18 hours were used before the pause and the graver case has 12, so it was due at 12, pause or no pause."""
    story = under(ONE_DAY).after(18 * b.HOUR).does("wait", b.HEAD).after(b.HOUR)
    story.does("classify", b.HEAD, nature=Nature.SERVICE, severity=Severity.CRITICAL)
    if then != "nothing":
        story.after(b.HOUR).does(then, b.COMPLAINANT)
    story.after(b.HOUR)
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START + 12 * b.HOUR]


def test_a_limit_passed_before_a_pause_is_dated_before_the_pause() -> None:
    """The ledger says when so much was used; a pause in between does not shift it."""
    story = under(ONE_DAY).after(14 * b.HOUR).does("wait", b.HEAD).after(10 * b.HOUR).does("resume", b.HEAD)
    story.after(b.HOUR).does("classify", b.HEAD, nature=Nature.SERVICE, severity=Severity.CRITICAL).after(b.HOUR)
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START + 12 * b.HOUR]


def test_limits_that_fall_due_together_go_in_the_order_of_the_policy() -> None:
    """So that the same history always tells the same story."""
    twins = [b.clock(name, "filed", "executed", 24) for name in ("zebra", "ant", "bee")]
    breaches = under(*twins).after(b.DAY).events(ClockBreached)
    assert [breach.clock for breach in breaches] == ["zebra", "ant", "bee"]


def test_a_target_of_nothing_is_due_at_once() -> None:
    """A clock of zero length is a breach, not an error."""
    story = under(b.clock("at_once", "filed", "executed", 0)).after(SECOND)
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START]
    assert view(story.case, story.now).clocks[0].percent == 100


def test_what_nobody_finished_before_the_end_is_waived_and_not_met() -> None:
    """A withdrawn complaint was not solved in time; it is only owed no more."""
    story = under(STRICT, ONE_DAY).after(b.HOUR).does("withdraw", b.COMPLAINANT)
    states = {clock.name: clock.state for clock in view(story.case, story.now).clocks}
    assert (states["strict"], states["one_day"]) == (ClockState.WAIVED, ClockState.WAIVED)
