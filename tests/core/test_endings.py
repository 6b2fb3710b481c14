"""How waits, rights and complaints end: expiry, closing, reopening, archiving, and what an outage may not change."""

from __future__ import annotations

import pytest

from tests.core import builders as b
from tests.core import clock_invariants as clocks_must
from tests.core import invariants as must
from tests.core.story import Story
from workflows.contract.clock_rule import OnExpiry, OnReopen
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Archived, ClockBreached, ClockExpired, Closed, Reopened, Resumed, RungReached
from workflows.contract.parties import Actor
from workflows.contract.views import ClockState
from workflows.contract.vocabulary import Nature, Outcome, Severity, Status
from workflows.core.authority import allowed
from workflows.core.thresholds import next_threshold
from workflows.core.view import summary, view

WEEK = 7 * b.DAY


def notices(story: Story) -> list[Notice]:
    """What the complainant has been told."""
    return [effect.notice for effect in story.effects if isinstance(effect, Notify) and effect.to is None]


def closed_with(on_reopen: OnReopen, severity: Severity = Severity.NORMAL) -> Story:
    """Solved after 6 of 24 hours and confirmed at hour 30."""
    rule = b.clock("solving", "filed", "executed", 24, on_reopen=on_reopen, ladder=b.LADDER)
    story = Story().assessed(b.assessment(b.policy(rule, *b.RIGHTS), severity=severity))
    return story.after(6 * b.HOUR).reaches(Status.CONFIRMING).after(b.DAY).reaches(Status.CLOSED)


def test_a_wait_that_nobody_ends_ends_itself() -> None:
    """Without an answer, and the case goes on where it stood."""
    story = Story().assessed().reaches(Status.EXECUTING).does("wait", b.AGENT)
    assert story.after(WEEK - b.HOUR).case.status is Status.WAITING
    assert story.after(b.HOUR).case.status is Status.EXECUTING
    assert [resumed.answer for resumed in story.events(Resumed)] == [None]


def test_a_survey_that_nobody_answers_closes_the_complaint_as_resolved() -> None:
    """And the complainant is told, unlike one who has just said so."""
    silent = Story().assessed().reaches(Status.CONFIRMING).after(WEEK)
    assert (silent.case.status, silent.case.outcome) == (Status.CLOSED, Outcome.RESOLVED)
    assert notices(silent)[-1] is Notice.CLOSING
    content = Story().assessed().reaches(Status.CLOSED)
    assert (content.case.status, content.case.outcome) == (Status.CLOSED, Outcome.RESOLVED)
    assert Notice.CLOSING not in notices(content)


@pytest.mark.parametrize(
    ("command", "by", "outcome"),
    [
        ("withdraw", b.COMPLAINANT, Outcome.WITHDRAWN),
        ("withdraw", b.AGENT, Outcome.WITHDRAWN),
        ("declare_out_of_scope", b.AGENT, Outcome.OUT_OF_SCOPE),
    ],
)
@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.WAITING])
def test_an_early_end_owes_nothing_and_says_so(command: str, by: Actor, outcome: Outcome, status: Status) -> None:
    """Whoever ends it, the complainant has it in writing."""
    story = Story().assessed().reaches(status).does(command, by)
    assert (story.case.status, story.case.outcome) == (Status.CLOSED, outcome)
    must.a_closed_complaint_owes_nothing(story.case)
    assert notices(story)[-1] is Notice.CLOSING


def test_out_of_scope_names_who_can_help() -> None:
    """In the letter too."""
    story = Story().assessed().does("declare_out_of_scope", b.HEAD, referral="the city's ombudsman")
    letter = story.effects[-1]
    assert isinstance(letter, Notify)
    assert letter.facts["referral"] == "the city's ombudsman"


def test_an_unanswered_right_to_reopen_ends_in_the_archive() -> None:
    """Which is final: no command, no limit, nothing left to happen."""
    story = Story().assessed().reaches(Status.CLOSED).after(30 * b.DAY)
    assert story.last(2) == ["clock_expired", "archived"]
    count = len(story.entries)
    for name, by in (("note", b.HEAD), ("reopen", b.COMPLAINANT), ("classify", b.EXECUTIVE)):
        with pytest.raises(AmendsError) as refused:
            story.does(name, by)
        assert refused.value.code is ErrorCode.ARCHIVED
    assert len(story.after(1000 * b.DAY).entries) == count


@pytest.mark.parametrize(
    ("status", "command", "changes"),
    [
        (Status.CONFIRMING, "answer_survey", {"solved": False}),
        (Status.CONFIRMING, "reopen", {}),
        (Status.CLOSED, "reopen", {}),
    ],
)
def test_what_was_not_solved_is_the_same_complaint_again(
    status: Status, command: str, changes: dict[str, bool]
) -> None:
    """Its owner goes on; the old proposal is gone, its right to be confirmed or reopened too."""
    story = Story().assessed().reaches(status).does(command, b.COMPLAINANT, **changes)
    assert (story.case.status, story.case.outcome, story.case.proposal) == (Status.INVESTIGATING, None, None)
    assert (story.case.owner.subject, story.events(Reopened)[0].count) == (b.AGENT.subject, 1)
    assert not story.clock("confirmation").is_live
    assert notices(story)[-1] is Notice.REOPENED
    assert story.reaches(Status.CLOSED).does("reopen", b.AGENT).case.reopened == 2


def test_reopening_may_continue_a_clock() -> None:
    """It was not solved, so the first 6 hours count; the time in between does not."""
    story = closed_with(OnReopen.CONTINUE).does("reopen", b.COMPLAINANT)
    assert summary(story.case).due_at == b.START + 30 * b.HOUR + 18 * b.HOUR
    shown = view(story.case, story.now).clocks[0]
    assert (shown.round, shown.state) == (1, ClockState.RUNNING)
    assert (shown.used, shown.paused) == (6 * b.HOUR, b.DAY)


def test_reopening_may_restart_a_clock() -> None:
    """A new round with the whole time and the whole ladder; the first stays as it was."""
    story = closed_with(OnReopen.RESTART).does("reopen", b.COMPLAINANT)
    assert summary(story.case).due_at == b.START + 30 * b.HOUR + 24 * b.HOUR
    first, second = (clock for clock in story.case.clocks if clock.name == "solving")
    assert (first.stopped_at, second.round) == (b.START + 6 * b.HOUR, 2)
    story.after(3 * b.DAY)
    assert [rung.percent for rung in story.events(RungReached) if rung.round == 2] == [50, 75, 100, 150]


def test_reopening_may_leave_a_clock_alone() -> None:
    """A first answer is given only once."""
    story = closed_with(OnReopen.FIRST_ONLY).does("reopen", b.COMPLAINANT)
    assert summary(story.case).due_at is None
    assert not story.clock("solving").is_live


@pytest.mark.parametrize("on_reopen", [OnReopen.CONTINUE, OnReopen.RESTART])
def test_a_reopened_clock_belongs_to_the_department_that_now_holds_the_case(on_reopen: OnReopen) -> None:
    """It was handed over after the clock had stopped."""
    story = Story().assessed(b.assessment(b.policy(b.clock("solving", "filed", "executed", 24, on_reopen=on_reopen))))
    story.reaches(Status.CONFIRMING).does("reassign", b.AGENT).does("answer_survey", b.COMPLAINANT, solved=False)
    assert story.clock("solving").segments[-1].department == story.case.owner.department == "quality"


@pytest.mark.parametrize("on_reopen", [OnReopen.CONTINUE, OnReopen.RESTART])
def test_a_reopened_clock_has_the_target_of_the_present_severity(on_reopen: OnReopen) -> None:
    """It was found to be critical after the clock had stopped."""
    rule = b.clock("solving", "filed", "executed", 24, on_reopen=on_reopen)
    story = Story().assessed(b.assessment(b.policy(rule))).reaches(Status.CONFIRMING)
    story.does("classify", b.AGENT, nature=Nature.SERVICE, severity=Severity.CRITICAL)
    story.does("answer_survey", b.COMPLAINANT, solved=False)
    assert story.clock("solving").target == 12 * b.HOUR


def test_a_breach_survives_reopening() -> None:
    """A clock that goes on after a breach is still breached, at the same date, and is not breached again."""
    rule = b.clock("solving", "filed", "executed", 24, on_reopen=OnReopen.CONTINUE)
    story = Story().assessed(b.assessment(b.policy(rule))).after(2 * b.DAY).reaches(Status.CLOSED)
    story.does("reopen", b.COMPLAINANT).after(10 * b.DAY)
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START + b.DAY]
    assert view(story.case, story.now).clocks[0].state is ClockState.BREACHED


def test_after_weeks_without_anybody_watching_the_oldest_limit_comes_first() -> None:
    """All that fell due is noticed in one go, in order, each with its own date."""
    story = Story().assessed().after(5 * WEEK)
    noticed = story.events(RungReached, ClockBreached, ClockExpired)
    dates = [event.due_at for event in noticed]
    assert dates == sorted(dates)
    assert len(noticed) == 4 * (1 + len(b.LADDER))
    assert {entry.at for entry in story.entries[3:]} == {b.START + 5 * WEEK}
    assert next_threshold(story.case) is None


def test_a_whole_ending_can_come_to_pass_unwatched() -> None:
    """Confirmation expires, the complaint closes, the right to reopen expires, it is archived: in this order."""
    story = Story().assessed().reaches(Status.CONFIRMING).after(60 * b.DAY).after(60 * b.DAY)
    assert [event.type for event in story.events(ClockExpired, Closed, Archived)] == [
        "clock_expired",
        "closed",
        "clock_expired",
        "archived",
    ]


def test_an_outage_does_not_stretch_a_wait() -> None:
    """The wait ended after a week whether or not anybody noticed, so the clock counts from then on."""
    rule = b.clock("solving", "filed", "executed", 24, pausable=True)
    story = Story().assessed(b.assessment(b.policy(rule, *b.RIGHTS))).does("wait", b.HEAD).after(3 * WEEK)
    assert [breach.due_at for breach in story.events(ClockBreached)] == [b.START + WEEK + b.DAY]


def test_an_outage_breaks_no_limit_that_the_closing_would_have_kept() -> None:
    """The complaint closed after a week of silence, two days before the limit; that it was noticed later is our fault,
    and no reason to count two more weeks.
    """
    rule = b.clock("until_closed", "filed", "closed", 9 * 24)
    story = Story().assessed(b.assessment(b.policy(rule, *b.RIGHTS))).reaches(Status.CONFIRMING).after(3 * WEEK)
    clocks_must.no_breach_is_lost(story.case)
    assert view(story.case, story.now).clocks[0].used == WEEK


@pytest.mark.parametrize(
    ("on_expiry", "status"),
    [
        (OnExpiry.RESUME, Status.INVESTIGATING),
        (OnExpiry.CLOSE, Status.INVESTIGATING),
        (OnExpiry.ARCHIVE, Status.APPROVING),
    ],
)
def test_a_careless_policy_cannot_make_a_complaint_jump(on_expiry: OnExpiry, status: Status) -> None:
    """A right whose clock nobody stopped ends quietly; it neither closes nor archives a case that is worked on."""
    careless = b.clock("careless", "filed", "archived", 24, on_expiry=on_expiry)
    story = Story().assessed(b.assessment(b.policy(careless))).reaches(status).after(2 * b.DAY)
    assert story.case.status is status
    assert story.last() == ["clock_expired"]


def test_what_was_approved_is_not_closed_away() -> None:
    """The complainant's silence costs them no redress; with nothing approved yet it may end the case."""
    owed = Story().assessed().reaches(Status.EXECUTING).does("wait", b.AGENT)
    with pytest.raises(AmendsError, match="an approved solution is owed"):
        owed.does("close", b.HEAD)
    assert "close" not in allowed(owed.case, b.HEAD)
    silent = Story().assessed().reaches(Status.INVESTIGATING).does("wait", b.AGENT)
    assert silent.does("close", b.HEAD).case.outcome is Outcome.UNANSWERED


@pytest.mark.parametrize("command", ["close", "confirm", "withdraw"])
def test_who_carried_it_out_does_not_end_it(command: str) -> None:
    """Nor whoever stands in for them; a colleague, or the complainant, may."""
    story = Story().assessed().reaches(Status.CONFIRMING)
    deputy = b.standing_in(b.LEAD, b.AGENT)
    assert command not in allowed(story.case, b.AGENT)
    assert command not in allowed(story.case, deputy)
    assert command in allowed(story.case, b.HEAD)
    assert "withdraw" in allowed(story.case, b.COMPLAINANT)


def test_the_owner_gives_the_complainant_the_time_they_have() -> None:
    """Somebody else in charge may close earlier; and the owner where no limit would ever end it."""
    asked = Story().assessed().reaches(Status.INVESTIGATING).does("wait", b.AGENT)
    with pytest.raises(AmendsError, match="still has time to answer"):
        asked.does("close", b.AGENT)
    assert "close" in allowed(asked.case, b.LEAD)
    policy = b.policy(*b.OBLIGATIONS, b.CONFIRMATION, b.REOPENING)
    unlimited = Story().assessed(b.assessment(policy)).reaches(Status.INVESTIGATING).does("wait", b.AGENT)
    assert unlimited.does("close", b.AGENT).case.outcome is Outcome.UNANSWERED
