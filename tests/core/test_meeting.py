"""The cross-department meeting: who is invited, when it may decide, and what happens if it never does."""

from __future__ import annotations

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.effects import ConveneMeeting, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Escalated, MeetingDecided
from workflows.contract.policy import MeetingRule
from workflows.contract.vocabulary import Level, Status


def called(*departments: str, quorum_percent: int = 50) -> Story:
    """A case of the service department that has called the departments together."""
    policy = b.policy(meeting=MeetingRule(quorum_percent=quorum_percent))
    story = Story().assessed(b.assessment(policy)).does("accept", b.AGENT)
    return story.does("call_meeting", b.AGENT, departments=departments)


def test_the_owners_department_is_always_invited() -> None:
    """The owner takes the chair, the heads of the departments are asked to come, nobody twice."""
    story = called("quality", "legal", "quality")
    meeting = story.effects[-1]
    assert isinstance(meeting, ConveneMeeting)
    assert meeting.chair == b.AGENT.subject
    assert meeting.invited == (b.AGENT.subject, "service.head", "quality.head", "legal.head")
    assert story.case.meeting
    assert story.case.meeting.departments == ("service", "quality", "legal")


@pytest.mark.parametrize(
    ("quorum_percent", "present", "enough"),
    [
        (50, ("service",), False),
        (50, ("service", "quality"), True),
        (51, ("service", "quality"), False),
        (75, ("service", "quality", "legal"), True),
        (100, ("service", "quality", "legal"), False),
        (100, b.DEPARTMENTS, True),
        (50, ("service", "service"), False),
    ],
)
def test_a_meeting_decides_with_a_quorum(quorum_percent: int, present: tuple[str, ...], enough: bool) -> None:
    """So many of the four invited departments must be there; none counts twice."""
    story = called("quality", "legal", "intake_desk", quorum_percent=quorum_percent)
    if enough:
        assert story.does("decide_meeting", b.AGENT, present=present).case.meeting is None
        assert story.events(MeetingDecided)[0].present == present
        return
    with pytest.raises(AmendsError) as refused:
        story.does("decide_meeting", b.AGENT, present=present)
    assert (refused.value.code, refused.value.field) == (ErrorCode.NO_QUORUM, "present")
    assert story.case.meeting


def test_only_invited_departments_can_be_present() -> None:
    """The one at fault is named by its place."""
    with pytest.raises(AmendsError) as refused:
        called("quality").does("decide_meeting", b.AGENT, present=("quality", "legal"))
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, "present.1")


def test_a_meeting_that_never_decides_lapses_and_the_executives_are_told() -> None:
    """Its fall-back: the case goes on, and somebody above the departments knows."""
    story = called("quality")
    assert story.after(23 * b.HOUR).case.meeting
    assert story.after(b.HOUR).case.meeting is None
    assert story.case.level is Level.EXECUTIVE
    [escalated] = story.events(Escalated)
    assert escalated.tell == b.EXECUTIVE.subject
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.notice, told.to) == (Notice.ESCALATION, b.EXECUTIVE.subject)
    assert story.does("propose", b.AGENT).case.status is Status.APPROVING


def test_a_second_meeting_has_the_next_number_and_a_clock_of_its_own() -> None:
    """Each meeting is one fact."""
    story = called("quality").does("decide_meeting", b.AGENT).does("call_meeting", b.AGENT)
    assert story.case.meeting
    assert story.case.meeting.number == 2
    assert [clock.round for clock in story.case.clocks if clock.name == "meeting"] == [1, 2]


def test_an_end_of_the_complaint_ends_its_meeting() -> None:
    """Nobody owes a decision about what is over."""
    story = called("quality").does("withdraw", b.COMPLAINANT)
    assert story.case.meeting is None
    assert not story.clock("meeting").is_live
