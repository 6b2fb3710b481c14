"""Motions and votes: one for each seat and one by each person, counted at the end, whatever the order."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.core import builders as b
from tests.core.meetings import (
    LEGAL,
    QUALITY,
    QUALITYS_AGENT,
    QUALITYS_LEAD,
    called,
    fallen_back,
    meeting_of,
    met,
    refusal,
    scheduled,
)
from tests.core.story import Story
from workflows.contract.errors import ErrorCode
from workflows.contract.events import MeetingDecided, MotionCarried, MotionLost, VoteCast
from workflows.contract.meeting import MOTIONS_MAX
from workflows.contract.meeting_rule import MeetingRule
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Choice
from workflows.core.authority import allowed
from workflows.core.view import view

INVITED = (b.AGENT, b.HEAD, QUALITY, LEGAL)


def moved(story: Story | None = None) -> Story:
    """A meeting with one motion."""
    return (story or scheduled()).does("move", QUALITY)


def voted(votes: str, story: Story | None = None) -> Story:
    """The same, after those invited have voted in order: `+`, `-`, `0`, or a blank for no vote."""
    story = moved(story)
    for person, vote in zip(INVITED, votes, strict=False):
        if vote != " ":
            story.does("vote", person, choice={"+": "for", "-": "against", "0": "abstain"}[vote])
    return story


def test_only_those_invited_move_and_vote() -> None:
    """Others may be in charge of the case, and have no seat."""
    story = moved()
    for outsider in (b.LEAD, b.EXECUTIVE, QUALITYS_LEAD):
        assert not {"move", "vote"} & set(allowed(story.case, outsider))
        assert refusal(story, "vote", outsider).code is ErrorCode.NOT_PERMITTED
    assert refusal(scheduled(), "vote", b.AGENT).code is ErrorCode.WRONG_STATUS
    unknown = refusal(story, "vote", b.AGENT, motion=7)
    assert (unknown.code, unknown.field) == (ErrorCode.INVALID_INPUT, "motion")


def test_nobody_votes_twice() -> None:
    """A seat has one vote on a motion, and another one on the next."""
    story = voted("+")
    refused = refusal(story, "vote", b.AGENT, choice="against")
    assert (refused.code, refused.field) == (ErrorCode.ALREADY_VOTED, "motion")
    assert "vote" not in allowed(story.case, b.AGENT)
    story.does("move", LEGAL)
    assert "vote" in allowed(story.case, b.AGENT)
    story.does("vote", b.AGENT, motion=2)


def test_a_deputy_votes_for_somebody_absent_once() -> None:
    """The seat has one vote, whoever casts it; and a person one, whatever seats they could speak for."""
    story = moved().does("vote", b.standing_in(QUALITYS_LEAD, QUALITY))
    (vote,) = story.events(VoteCast)
    assert (vote.seat, vote.by) == (QUALITY.subject, QUALITYS_LEAD.subject)
    assert refusal(story, "vote", QUALITY).code is ErrorCode.ALREADY_VOTED

    two_hats = b.standing_in(QUALITYS_AGENT, QUALITY, LEGAL)
    story = moved().does("vote", two_hats, on_behalf_of=LEGAL.subject)
    assert story.events(VoteCast)[0].seat == LEGAL.subject
    assert refusal(story, "vote", two_hats, on_behalf_of=QUALITY.subject).code is ErrorCode.ALREADY_VOTED
    assert "vote" not in allowed(story.case, two_hats)


def test_who_has_a_seat_votes_for_no_other() -> None:
    """Not even as a deputy: nobody counts twice."""
    both = b.standing_in(b.HEAD, QUALITY)
    story = moved().does("vote", both)
    assert story.events(VoteCast)[0].seat == b.HEAD.subject
    assert refusal(story, "vote", both).code is ErrorCode.ALREADY_VOTED
    refused = refusal(moved(), "vote", both, on_behalf_of=QUALITY.subject)
    assert (refused.code, refused.field) == (ErrorCode.NOT_PERMITTED, "on_behalf_of")


def test_nobody_votes_for_somebody_with_an_interest() -> None:
    """Their vote is void, their seat is another's, and that one votes anew."""
    story = voted("+++").does("declare_interest", QUALITY)
    assert QUALITY.subject not in meeting_of(story).motions[0].votes
    refused = refusal(story, "vote", b.standing_in(QUALITYS_AGENT, QUALITY))
    assert refused.code is ErrorCode.NOT_PERMITTED
    assert refusal(story, "vote", QUALITY).code is ErrorCode.CONFLICT_OF_INTEREST
    story.does("vote", QUALITYS_LEAD, choice="against")
    assert meeting_of(story).motions[0].votes[QUALITYS_LEAD.subject].choice is Choice.AGAINST


def test_who_leaves_has_voted() -> None:
    """The seat goes to the head, its vote stays cast."""
    story = voted("++++", called(people=(b.party(QUALITYS_AGENT),)).finds_time()).does("vote", QUALITYS_AGENT)
    story.does(
        "amend_staff",
        b.EXECUTIVE,
        departments={name: {"head": f"{name}.new" if name == "legal" else f"{name}.head"} for name in b.DEPARTMENTS},
        left=(LEGAL.subject, QUALITYS_AGENT.subject),
    )
    votes = meeting_of(story).motions[0].votes
    assert set(votes) == {b.AGENT.subject, b.HEAD.subject, QUALITY.subject, "legal.new"}


def test_once_it_is_recorded_who_came_only_they_vote() -> None:
    """Who voted before and did not come has not voted."""
    story = voted("   -").does("record_minutes", b.AGENT, present=(b.AGENT.subject, QUALITY.subject))
    assert meeting_of(story).motions[0].votes == {}
    for absent in (b.HEAD, LEGAL, b.standing_in(QUALITYS_LEAD, QUALITY)):
        assert refusal(story, "vote", absent).code is ErrorCode.NOT_PERMITTED
        assert not {"move", "vote"} & set(allowed(story.case, absent))
    story.does("vote", b.AGENT).does("vote", QUALITY)


def test_without_a_quorum_no_vote_counts() -> None:
    """The motion waits for the second call; after that nobody votes any more."""
    story = voted("++").begins().does("record_minutes", b.AGENT, present=(b.AGENT.subject,))
    assert meeting_of(story).motions[0].votes == {}
    assert "vote" in allowed(story.case, b.AGENT)
    assert refusal(moved_before_falling_back(), "vote", b.AGENT).code is ErrorCode.NOT_PERMITTED


def moved_before_falling_back() -> Story:
    """A motion, and nobody who came to either call."""
    story = moved().begins().does("record_minutes", b.AGENT, present=()).finds_time()
    return story.begins().does("record_minutes", b.AGENT, present=())


@pytest.mark.parametrize(
    ("votes", "quorum_percent", "code"),
    [
        ("++", 50, None),
        ("++--", 50, ErrorCode.INVALID_INPUT),
        ("+-0", 50, ErrorCode.INVALID_INPUT),
        ("+0", 50, None),
        ("00", 50, ErrorCode.INVALID_INPUT),
        ("+", 50, ErrorCode.NO_QUORUM),
        ("++", 51, ErrorCode.NO_QUORUM),
        ("+++-", 100, None),
        ("+++", 100, ErrorCode.NO_QUORUM),
        ("", 1, ErrorCode.NO_QUORUM),
    ],
)
def test_a_decision_may_name_a_motion_that_was_carried(votes: str, quorum_percent: int, code: ErrorCode | None) -> None:
    """More for it than against it, and enough of the four seats have voted."""
    story = voted(votes, scheduled(rule=MeetingRule(quorum_percent=quorum_percent)))
    shown = view(story.case, story.now).meeting
    assert shown
    assert shown.motions[0].is_carried is (code is None)
    present = ("service", "quality", "legal")
    if code:
        refused = refusal(story, "decide_meeting", b.AGENT, present=present, motion=1)
        assert (refused.code, refused.field) == (code, "motion")
    story.does("decide_meeting", b.AGENT, present=present, motion=None if code else 1)
    results = story.events(MotionCarried, MotionLost)
    assert [isinstance(result, MotionCarried) for result in results] == ([code is None] if votes else [])
    assert story.events(MeetingDecided)[0].motion == (None if code else 1)


def test_of_those_present_enough_have_to_vote() -> None:
    """The others could not."""
    story = met(b.AGENT.subject, QUALITY.subject).does("move", b.AGENT).does("vote", QUALITY)
    story.does("decide_meeting", b.AGENT, present=(), minutes=None, motion=1)
    (result,) = story.events(MotionCarried)
    assert (result.votes, result.seats) == ({Choice.FOR: 1, Choice.AGAINST: 0, Choice.ABSTAIN: 0}, 2)


def test_who_decides_alone_has_no_motion_to_name() -> None:
    """Nobody voted."""
    story = moved_before_falling_back()
    assert refusal(story, "decide_meeting", b.EXECUTIVE, present=(), motion=1).code is ErrorCode.NO_QUORUM
    assert refusal(fallen_back(), "decide_meeting", b.EXECUTIVE, present=(), motion=1).code is ErrorCode.INVALID_INPUT


def test_the_order_of_votes_does_not_matter() -> None:
    """Every order gives the same count, and every second vote is refused wherever it comes."""
    choices = dict(zip(INVITED, ("for", "against", "for", "abstain"), strict=True))
    counts = set()
    for order in permutations(INVITED):
        story = moved()
        for person in order:
            _vote(story, person, choices)
        counts.add(tuple(view(story.case, story.now).meeting.motions[0].count.items()))  # type: ignore[union-attr] # it is open
    assert counts == {((Choice.FOR, 2), (Choice.AGAINST, 1), (Choice.ABSTAIN, 1))}


def _vote(story: Story, person: Actor, choices: dict[Actor, str]) -> None:
    story.does("vote", person, choice=choices[person])
    assert refusal(story, "vote", person).code is ErrorCode.ALREADY_VOTED


def test_there_are_not_endlessly_many_motions() -> None:
    """The state has to stay small."""
    story = scheduled()
    for _ in range(MOTIONS_MAX):
        story.does("move", b.AGENT)
    assert refusal(story, "move", b.AGENT).code is ErrorCode.TOO_MANY
    assert "move" not in allowed(story.case, b.AGENT)


def test_a_vote_of_a_deputy_with_an_interest_counts_no_more() -> None:
    """Who holds the seat votes anew."""
    story = moved()
    deputy = b.standing_in(QUALITYS_LEAD, QUALITY)
    story.does("vote", deputy, motion=1).does("declare_interest", deputy)
    assert meeting_of(story).motions[0].votes == {}
    story.does("vote", QUALITY, motion=1, choice="against")
    assert meeting_of(story).motions[0].votes.keys() == {QUALITY.subject}
