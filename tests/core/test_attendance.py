"""Who came to a meeting, and what follows from it: a decision, a second call, or one person who decides alone."""

from __future__ import annotations

import pytest

from tests.core import builders as b
from tests.core.meetings import LEGAL, QUALITY, QUALITYS_LEAD, called, fallen_back, meeting_of, met, refusal, scheduled
from workflows.contract.effects import CancelMeeting, FindTime, InviteToMeeting, MeetingStatus, Notice, Notify
from workflows.contract.errors import ErrorCode
from workflows.contract.events import MeetingDecided, MinutesRecorded
from workflows.contract.meeting_rule import FallBack, MeetingRule
from workflows.contract.parties import Actor
from workflows.contract.replies import Busy, Diary
from workflows.core.authority import allowed
from workflows.core.view import view

ABSENT = Busy(since=b.START - b.DAY, until=b.START + 20 * b.DAY)
AWAY = Diary(subject=QUALITY.subject, busy=(ABSENT,), deputy=QUALITYS_LEAD.subject)


def test_departments_are_represented_by_whoever_came_for_them() -> None:
    """Two people of one department are one department."""
    story = met(b.AGENT.subject, b.HEAD.subject, QUALITY.subject)
    (minutes,) = story.events(MinutesRecorded)
    assert minutes.departments == ("service", "quality")
    shown = view(story.case, story.now).meeting
    assert shown
    assert (shown.is_quorate, shown.represented) == (True, ("service", "quality"))
    assert refusal(story, "record_minutes", b.AGENT).code is ErrorCode.ALREADY_THERE
    assert not {"record_minutes", "reschedule_meeting", "cancel_meeting"} & set(allowed(story.case, b.AGENT))


def test_a_deputy_of_whom_the_invitation_knew_represents() -> None:
    """And is invited with whom they stand in for; they take one seat, not their own and another's."""
    present = {AWAY.subject: AWAY, QUALITYS_LEAD.subject: Diary(subject=QUALITYS_LEAD.subject)}
    story = scheduled("quality", people=()).does("reschedule_meeting", b.AGENT).finds_time(*present.values())
    invitation = story.effects[-1]
    assert isinstance(invitation, InviteToMeeting)
    assert {QUALITY.subject, QUALITYS_LEAD.subject} <= set(invitation.invited)
    assert "quality.lead stands in for quality.head" in str(meeting_of(story).because)
    story.does("record_minutes", b.AGENT, present=(b.AGENT.subject, QUALITYS_LEAD.subject))
    (minutes,) = story.events(MinutesRecorded)
    assert minutes.departments == ("service", "quality")
    assert minutes.deputies == {QUALITY.subject: QUALITYS_LEAD.subject}


def test_a_deputy_whom_the_door_vouches_for_represents_too() -> None:
    """The one who records it is one, or names whose deputy came; what nobody vouches for is refused."""
    story = scheduled()
    unknown = refusal(story, "record_minutes", b.AGENT, present=(QUALITYS_LEAD.subject,))
    assert (unknown.code, unknown.field) == (ErrorCode.INVALID_INPUT, "present.0")
    person = b.party(QUALITY, absent_until=b.START + b.DAY)
    nobody = refusal(story, "record_minutes", b.AGENT, present=(), absent=(person,))
    assert (nobody.code, nobody.field) == (ErrorCode.INVALID_INPUT, "absent.0.subject")
    assert person.standing
    vouched = person.model_copy(
        update={"standing": person.standing.model_copy(update={"deputy": QUALITYS_LEAD.subject})}
    )
    present = (b.HEAD.subject, QUALITYS_LEAD.subject)
    assert meeting_of(story.does("record_minutes", b.AGENT, present=present, absent=(vouched,))).present == present

    by = b.standing_in(b.LEAD, b.HEAD)
    story = scheduled().does("record_minutes", by, present=(b.LEAD.subject, QUALITY.subject))
    assert story.events(MinutesRecorded)[0].deputies == {b.HEAD.subject: b.LEAD.subject}


def test_nobody_with_an_interest_is_counted() -> None:
    """Even if they were there."""
    story = scheduled().does("declare_interest", QUALITY)
    refused = refusal(story, "record_minutes", b.AGENT, present=(QUALITY.subject,))
    assert (refused.code, refused.field) == (ErrorCode.CONFLICT_OF_INTEREST, "present.0")


def test_without_a_quorum_it_is_called_a_second_time() -> None:
    """The same meeting, at the next time that suits all; calendars are brought up to date."""
    story = scheduled().after(2 * b.HOUR).does("record_minutes", b.AGENT, present=(b.AGENT.subject,))
    assert story.last(2) == ["minutes_recorded", "quorum_missed"]
    looked_for = story.effects[-1]
    assert isinstance(looked_for, FindTime)
    assert (looked_for.call, looked_for.earliest) == (2, story.now + b.HOUR)
    story.finds_time()
    invitation = story.effects[-1]
    assert isinstance(invitation, InviteToMeeting)
    assert (invitation.status, invitation.call, invitation.revision) == (MeetingStatus.CALLED_AGAIN, 2, 1)
    assert meeting_of(story).number == 1
    later = story.does("reschedule_meeting", b.AGENT).finds_time().effects[-1]
    assert isinstance(later, InviteToMeeting)
    assert (later.status, later.revision) == (MeetingStatus.RESCHEDULED, 2)


def test_the_policy_says_how_soon_it_is_called_again() -> None:
    """In plain time; the time found lies in working hours."""
    rule = MeetingRule(second_call_after=b.DAY)
    story = scheduled(rule=rule).begins().does("record_minutes", b.AGENT, present=()).finds_time()
    assert meeting_of(story).starts_at == b.START + b.DAY + b.HOUR


def test_nobody_is_missed_before_the_meeting_begins() -> None:
    """Else a chair could have the fall-back decide within a minute; a quorum may well meet earlier."""
    story = scheduled()
    early = refusal(story, "record_minutes", b.AGENT, present=(b.AGENT.subject,))
    assert (early.code, early.field) == (ErrorCode.NO_QUORUM, "present")
    assert "2026-03-02T09:00:00+00:00" in early.message
    everybody = tuple(seat.subject for seat in meeting_of(story).seats)
    assert meeting_of(story.does("record_minutes", b.AGENT, present=everybody)).present == everybody


def test_nobody_is_missed_at_a_time_that_nobody_was_told() -> None:
    """Neither before a time is found, nor at the old time of a second call; what was overtaken schedules nothing."""
    assert refusal(called(), "record_minutes", b.AGENT, present=()).code is ErrorCode.NO_QUORUM
    story = scheduled().begins().does("record_minutes", b.AGENT, present=())
    assert refusal(story, "record_minutes", b.AGENT, present=()).code is ErrorCode.NO_QUORUM
    assert refusal(story.finds_time(), "record_minutes", b.AGENT, present=()).code is ErrorCode.NO_QUORUM
    met_first = called().does("record_minutes", b.AGENT, present=(b.AGENT.subject, QUALITY.subject))
    assert met_first.finds_time().last(1) == ["minutes_recorded"]


def test_another_executive_decides_when_the_one_it_fell_back_to_is_barred() -> None:
    """Nobody could, otherwise, and the case would stand still."""
    story = scheduled()
    for subject in (b.EXECUTIVE.subject, b.HEAD.subject, b.LEAD.subject):
        story.does("declare_interest", b.OTHER_EXECUTIVE, subject=subject)
    story.begins().does("record_minutes", b.AGENT, present=()).finds_time().begins()
    story.does("record_minutes", b.AGENT, present=())
    assert meeting_of(story).fallback == b.EXECUTIVE.subject
    assert "decide_meeting" not in allowed(story.case, b.AGENT)
    assert story.does("decide_meeting", b.OTHER_EXECUTIVE, present=(), minutes=None).case.meeting is None


@pytest.mark.parametrize(("rule", "who"), [(FallBack.EXECUTIVE, b.EXECUTIVE), (FallBack.CHAIR, b.AGENT)])
def test_no_quorum_twice_lets_one_person_decide(rule: FallBack, who: Actor) -> None:
    """The executive or the chair, as the policy says; they are told, and nobody else decides, cancels or votes."""
    story = fallen_back(MeetingRule(fall_back=rule))
    assert story.last(3) == ["minutes_recorded", "quorum_missed", "meeting_fell_back"]
    assert meeting_of(story).fallback == who.subject
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.notice, told.to) == (Notice.MEETING_FELL_BACK, who.subject)
    for other in (b.AGENT, b.HEAD, b.EXECUTIVE, b.OTHER_EXECUTIVE):
        offered = set(allowed(story.case, other))
        assert not {"move", "vote", "record_minutes", "cancel_meeting", "reschedule_meeting"} & offered
        assert ("decide_meeting" in offered) is (other is who)
        if other is not who:
            assert refusal(story, "decide_meeting", other, present=()).code is ErrorCode.NOT_PERMITTED
    assert "decide_meeting" in allowed(story.case, b.standing_in(b.OTHER_EXECUTIVE, who))
    story.does("decide_meeting", who, present=(), minutes=None)
    assert story.events(MeetingDecided)[0].present == ()
    assert story.case.meeting is None


def test_who_is_barred_by_an_interest_is_not_fallen_back_to() -> None:
    """Whoever else answers for the case decides."""
    story = scheduled().does("declare_interest", b.EXECUTIVE).begins().does("record_minutes", b.AGENT, present=())
    story.finds_time().begins().does("record_minutes", b.AGENT, present=())
    assert meeting_of(story).fallback == b.HEAD.subject


def test_who_came_early_need_not_come_again() -> None:
    """It met before its time and decided: nobody goes there for nothing."""
    story = met().does("decide_meeting", LEGAL, present=(), minutes=None)
    assert isinstance(story.effects[-1], CancelMeeting)
