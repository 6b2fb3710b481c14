"""The cross-department meeting: who is invited, when it takes place, what is told of it, and when it may decide."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.meetings import LEGAL, QUALITY, QUALITYS_AGENT, called, fallen_back, meeting_of, met, refusal, scheduled
from tests.core.story import Story
from workflows.contract.base import NAME_MAX_CHARACTERS, TEXT_MAX_CHARACTERS
from workflows.contract.effects import CancelMeeting, FindTime, InviteToMeeting, MeetingStatus, Notice, Notify
from workflows.contract.errors import ErrorCode
from workflows.contract.events import Escalated, MeetingCalled, MeetingDecided, MeetingScheduled
from workflows.contract.meeting import MOTIONS_MAX, SEATS_MAX, TASKS_MAX
from workflows.contract.meeting_rule import MeetingRule
from workflows.contract.parties import SYSTEM
from workflows.contract.replies import MEETING_HORIZON
from workflows.contract.vocabulary import Level, Nature, Role, Status
from workflows.core.authority import allowed
from workflows.core.step import heard
from workflows.core.view import view
from workflows.state import State


def told(story: Story) -> InviteToMeeting | CancelMeeting:
    """What those invited were told last."""
    effect = story.effects[-1]
    assert isinstance(effect, InviteToMeeting | CancelMeeting)
    return effect


def test_the_owners_department_is_always_invited() -> None:
    """The owner takes the chair, the heads of the departments are asked to come, nobody twice."""
    story = called("quality", "legal", "quality")
    asked = story.effects[-1]
    assert isinstance(asked, FindTime)
    assert asked.invited == (b.AGENT.subject, b.HEAD.subject, QUALITY.subject, LEGAL.subject)
    assert asked.earliest == b.START + b.HOUR
    meeting = meeting_of(story)
    assert (meeting.chair, meeting.departments) == (b.AGENT.subject, ("service", "quality", "legal"))


def test_people_can_be_invited_by_name() -> None:
    """With their department, or as a department's head who then sits there once."""
    people = (b.party(QUALITYS_AGENT), {"department": "legal"})
    story = called("quality", people=people)
    assert [(seat.subject, seat.departments) for seat in meeting_of(story).seats] == [
        (b.AGENT.subject, ("service",)),
        (b.HEAD.subject, ("service",)),
        (QUALITY.subject, ("quality",)),
        (QUALITYS_AGENT.subject, ("quality",)),
        (LEGAL.subject, ("legal",)),
    ]
    assert meeting_of(story).departments == ("service", "quality")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"departments": ("nowhere",)}, ErrorCode.UNKNOWN_DEPARTMENT, "departments.0"),
        ({"people": ({"department": "nowhere"},)}, ErrorCode.UNKNOWN_DEPARTMENT, "people.0.department"),
        ({"people": (b.party(b.AUDITOR),)}, ErrorCode.UNKNOWN_DEPARTMENT, "people.0.department"),
        (
            {"people": (b.party(b.AUDITOR.model_copy(update={"department": "legal"})),)},
            ErrorCode.NOT_PERMITTED,
            "people.0.subject",
        ),
        ({"starts_at": b.START - b.HOUR}, ErrorCode.INVALID_INPUT, "starts_at"),
        ({"starts_at": b.START + MEETING_HORIZON + b.HOUR}, ErrorCode.INVALID_INPUT, "starts_at"),
        (
            {"people": [{"department": "legal", "subject": f"guest {number}"} for number in range(SEATS_MAX)]},
            ErrorCode.TOO_MANY,
            "people",
        ),
    ],
)
def test_a_meeting_that_makes_no_sense_is_not_called(changes: dict[str, Any], code: ErrorCode, field: str) -> None:
    """The field at fault is named by its place."""
    story = Story().assessed().does("accept", b.AGENT)
    refused = refusal(story, "call_meeting", b.AGENT, **changes)
    assert (refused.code, refused.field) == (code, field)


def test_nobody_with_an_interest_is_invited() -> None:
    """Their department is spoken for by the next in its line, and they cannot be named either."""
    story = Story().assessed().does("accept", b.AGENT)
    story.does("declare_interest", b.HEAD, subject=QUALITY.subject)
    refused = refusal(story, "call_meeting", b.AGENT, people=(b.party(QUALITY),))
    assert (refused.code, refused.field) == (ErrorCode.CONFLICT_OF_INTEREST, "people.0.subject")
    story.does("call_meeting", b.AGENT)
    assert QUALITY.subject not in [seat.subject for seat in meeting_of(story).seats]
    assert "quality.lead" in [seat.subject for seat in meeting_of(story).seats]


def test_everybody_is_told_once_a_time_is_found() -> None:
    """The first in the calendar that all follow, an hour ahead; why then is recorded."""
    story = scheduled()
    invitation = told(story)
    assert isinstance(invitation, InviteToMeeting)
    assert invitation.status is MeetingStatus.CALLED
    assert (invitation.call, invitation.revision) == (1, 0)
    assert (invitation.starts_at, invitation.ends_at) == (b.START + b.HOUR, b.START + 2 * b.HOUR)
    assert invitation.invited == (b.AGENT.subject, b.HEAD.subject, QUALITY.subject, LEGAL.subject)
    (event,) = story.events(MeetingScheduled)
    assert event.because == (
        "the first time in the working hours of service.agent, service.head, quality.head, legal.head (office)"
    )
    assert story.entries[-1].actor == SYSTEM


def test_a_time_that_was_asked_for_is_kept() -> None:
    """Who cannot come then is named; the invitation goes out all the same."""
    story = called(starts_at=b.START + 4 * b.HOUR, duration=2 * b.HOUR).finds_time()
    invitation = told(story)
    assert (invitation.starts_at, invitation.ends_at) == (b.START + 4 * b.HOUR, b.START + 6 * b.HOUR)
    assert "called for this time, outside the working hours of service.agent" in str(meeting_of(story).because)


def test_another_time_is_told_as_an_update() -> None:
    """To the same people; what is asked for while a time is being looked for takes the place of that search."""
    story = scheduled().does("reschedule_meeting", b.AGENT).finds_time()
    update = told(story)
    assert isinstance(update, InviteToMeeting)
    assert (update.status, update.revision, update.starts_at) == (MeetingStatus.RESCHEDULED, 1, b.START + b.DAY)
    story.does("reschedule_meeting", b.AGENT, starts_at=b.START + 2 * b.DAY)
    story.does("reschedule_meeting", b.AGENT, starts_at=b.START + 3 * b.DAY).finds_time()
    assert (told(story).revision, told(story).starts_at) == (2, b.START + 3 * b.DAY)
    refused = refusal(story, "reschedule_meeting", b.AGENT, starts_at=b.START + 3 * b.DAY)
    assert refused.code is ErrorCode.ALREADY_THERE
    past = refusal(story, "reschedule_meeting", b.AGENT, starts_at=b.START - b.DAY)
    assert (past.code, past.field) == (ErrorCode.INVALID_INPUT, "starts_at")


def test_an_answer_that_was_overtaken_changes_nothing() -> None:
    """The directory was asked for a time that nobody wants any more, or for a meeting that is over."""
    story = called()
    late = story.effects[-1]
    assert isinstance(late, FindTime)
    story.does("reschedule_meeting", b.AGENT)
    answer = Story.reply_to(late)
    assert not heard(story.case, answer, story.now).entries
    story.does("cancel_meeting", b.AGENT)
    assert not heard(story.case, answer, story.now).entries


def test_a_cancelled_meeting_is_taken_out_of_calendars() -> None:
    """With the reason; its clock owes nothing any more, and the next meeting is another one."""
    story = scheduled().does("cancel_meeting", b.AGENT)
    cancellation = told(story)
    assert isinstance(cancellation, CancelMeeting)
    assert (cancellation.revision, cancellation.reason) == (1, "it is clear enough")
    assert story.case.meeting is None
    assert not story.clock("meeting").is_live
    assert meeting_of(story.does("call_meeting", b.AGENT)).number == 2
    assert [clock.is_live for clock in story.case.clocks if clock.name == "meeting"] == [False, True]


def test_nobody_is_told_that_a_meeting_is_off_of_which_nobody_was_told() -> None:
    """It was cancelled before it had a time."""
    story = called().does("cancel_meeting", b.AGENT)
    assert isinstance(story.effects[-1], FindTime)


@pytest.mark.parametrize(
    ("hours", "is_told"), [(0, True), (1, False), (5, False)], ids=["ahead", "beginning", "long over"]
)
def test_a_meeting_that_ends_otherwise_leaves_nothing_in_calendars_to_come(hours: int, is_told: bool) -> None:
    """Decided earlier than planned, or the complaint was withdrawn: nobody goes there for nothing."""
    for command, by in (("decide_meeting", b.AGENT), ("withdraw", b.COMPLAINANT)):
        story = scheduled().after(hours * b.HOUR).does(command, by)
        assert any(isinstance(effect, CancelMeeting) for effect in story.effects) is is_told


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
        (50, (), False),
    ],
)
def test_a_meeting_decides_with_a_quorum(quorum_percent: int, present: tuple[str, ...], enough: bool) -> None:
    """So many of the four invited departments must be there; none counts twice."""
    story = called("quality", "legal", "intake_desk", rule=MeetingRule(quorum_percent=quorum_percent))
    if enough:
        assert story.does("decide_meeting", b.AGENT, present=present).case.meeting is None
        assert story.events(MeetingDecided)[0].present == present
        return
    refused = refusal(story, "decide_meeting", b.AGENT, present=present)
    assert (refused.code, refused.field) == (ErrorCode.NO_QUORUM, "present")
    assert story.case.meeting


def test_only_invited_departments_can_be_present() -> None:
    """The one at fault is named by its place."""
    refused = refusal(called("quality"), "decide_meeting", b.AGENT, present=("quality", "legal"))
    assert (refused.code, refused.field) == (ErrorCode.INVALID_INPUT, "present.1")


def test_the_minutes_are_not_contradicted() -> None:
    """Who came stands in them; without them, the decision has to say what was said."""
    story = met()
    refused = refusal(story, "decide_meeting", b.AGENT)
    assert (refused.code, refused.field) == (ErrorCode.INVALID_INPUT, "present")
    story.does("decide_meeting", b.AGENT, present=(), minutes=None)
    assert story.events(MeetingDecided)[0].present == ("service", "quality")
    refused = refusal(called(), "decide_meeting", b.AGENT, minutes=None)
    assert (refused.code, refused.field) == (ErrorCode.INVALID_INPUT, "minutes")


def test_a_meeting_that_never_decides_lapses_and_the_executives_are_told() -> None:
    """The case goes on, and somebody above the departments knows."""
    story = Story().assessed().does("accept", b.AGENT).does("call_meeting", b.AGENT)
    assert story.after(23 * b.HOUR).case.meeting
    assert story.after(b.HOUR).case.meeting is None
    assert story.case.level is Level.EXECUTIVE
    [escalated] = story.events(Escalated)
    assert escalated.tell == b.EXECUTIVE.subject
    assert (
        Notify(
            sequence=story.case.sequence,
            notice=Notice.ESCALATION,
            to=b.EXECUTIVE.subject,
            facts={"level": "executive", "reason": escalated.reason},
        )
        in story.effects
    )
    assert story.does("propose", b.AGENT).case.status is Status.APPROVING


def test_a_second_meeting_has_the_next_number_and_a_clock_of_its_own() -> None:
    """Each meeting is one fact."""
    story = called("quality").does("decide_meeting", b.AGENT).does("call_meeting", b.AGENT)
    assert meeting_of(story).number == 2
    assert [clock.round for clock in story.case.clocks if clock.name == "meeting"] == [1, 2]


def test_the_last_meeting_stays_in_sight_until_the_next() -> None:
    """With what it decided."""
    story = met().does("decide_meeting", b.AGENT, present=(), minutes=None)
    last = view(story.case, story.now).last_meeting
    assert last
    assert (last.decision, last.minutes, last.represented) == ("pay", "We talked it over.", ("service", "quality"))
    assert view(story.does("call_meeting", b.AGENT).case, story.now).last_meeting is None


def test_an_end_of_the_complaint_ends_its_meeting() -> None:
    """Nobody owes a decision about what is over."""
    story = called("quality").does("withdraw", b.COMPLAINANT)
    assert story.case.meeting is None
    assert not story.clock("meeting").is_live


CONVENING = MeetingRule(convene=True, departments={Nature.SERVICE: ("quality", "service"), Nature.PRICE: ("legal",)})


def test_the_assessment_convenes_where_the_policy_says_so() -> None:
    """Right after the assignment, with the owner in the chair, by Amends itself."""
    story = Story().assessed(b.assessment(b.policy(meeting=CONVENING), needs_meeting=True))
    assert story.last(2) == ["assigned", "meeting_called"]
    (event,) = story.events(MeetingCalled)
    assert (event.chair, event.departments) == (b.HEAD.subject, ("service", "quality"))
    assert event.agenda == CONVENING.agenda
    assert meeting_of(story.finds_time()).starts_at == b.START + b.HOUR


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (CONVENING.model_copy(update={"convene": False}), {}),
        (CONVENING, {"needs_meeting": False}),
        (CONVENING, {"confidence": 0.2}),
        (CONVENING, {"in_scope": False}),
        (CONVENING, {"nature": Nature.LOGISTICS}),
        (MeetingRule(convene=True, departments={Nature.SERVICE: ("service",)}), {}),
    ],
    ids=["not wanted", "not needed", "unsure", "not ours", "no departments", "only its own"],
)
def test_nothing_is_convened_otherwise(rule: MeetingRule, changes: dict[str, Any]) -> None:
    """What was not understood for sure calls nobody away from their work."""
    given = b.assessment(b.policy(meeting=rule), **{"needs_meeting": True} | changes)
    assert Story().assessed(given).last() == ["assigned"]


def test_a_correction_convenes_what_the_classifier_was_not_sure_of() -> None:
    """Once: a complaint that has had a meeting gets no other one by itself."""
    given = b.assessment(b.policy(meeting=CONVENING), needs_meeting=True, confidence=0.2)
    story = Story().assessed(given).does("classify", b.staff(Role.HEAD, "intake_desk"), nature="price")
    assert meeting_of(story).departments == ("service", "legal")
    story.does("decide_meeting", b.HEAD, present=("service",)).does("classify", b.HEAD, nature="service")
    assert story.case.meeting is None


def test_whoever_takes_a_seat_is_invited_to_it() -> None:
    """The head of quality has an interest after all: the lead comes instead, and calendars are brought up to date."""
    story = scheduled().does("declare_interest", QUALITY)
    update = told(story)
    assert isinstance(update, InviteToMeeting)
    assert (update.status, update.revision) == (MeetingStatus.CALLED, 1)
    assert update.invited == (b.AGENT.subject, b.HEAD.subject, "quality.lead", LEGAL.subject)
    assert "decide_meeting" not in allowed(story.case, QUALITY)


def test_a_chair_that_leaves_is_taken_by_who_answers_for_the_case() -> None:
    """And their seat with it; the seat of somebody who has one already is no second one."""
    story = scheduled().does(
        "amend_staff",
        b.EXECUTIVE,
        departments={name: {"head": f"{name}.head"} for name in b.DEPARTMENTS},
        left=(b.AGENT.subject,),
    )
    meeting = meeting_of(story)
    assert (meeting.chair, story.case.owner.subject) == (b.HEAD.subject, b.HEAD.subject)
    assert [seat.subject for seat in meeting.seats] == [b.HEAD.subject, QUALITY.subject, LEGAL.subject]


def test_whoever_it_fell_back_to_can_be_replaced() -> None:
    """They have left before they decided."""
    story = fallen_back().does(
        "amend_staff",
        LEGAL,
        departments={name: {"head": f"{name}.head"} for name in b.DEPARTMENTS},
        executive=b.OTHER_EXECUTIVE.subject,
        left=(b.EXECUTIVE.subject,),
    )
    assert meeting_of(story).fallback == b.OTHER_EXECUTIVE.subject
    assert "decide_meeting" in allowed(story.case, b.OTHER_EXECUTIVE)


def test_the_largest_meeting_fits_into_what_one_run_hands_to_the_next() -> None:
    """All seats, motions, votes and tasks with the longest names: far below two megabytes."""
    guests = [f"{number:03}".ljust(NAME_MAX_CHARACTERS, "x") for number in range(SEATS_MAX - 3)]
    people = [{"department": "quality", "subject": guest} for guest in guests]
    text = "字" * TEXT_MAX_CHARACTERS
    story = scheduled("quality", people=people, agenda=text)
    for number in range(1, MOTIONS_MAX + 1):
        story.does("move", b.AGENT, text="字" * 500)
        for guest in guests:
            story.does("vote", b.staff(Role.AGENT, "quality", guest), motion=number)
    story.does("record_minutes", b.AGENT, present=guests, minutes=text)
    tasks = [{"text": "字" * 500, "owner": people[0], "due_at": b.START + b.DAY} for _ in range(TASKS_MAX)]
    story.does("decide_meeting", b.AGENT, present=(), minutes=None, tasks=tasks)
    carried = State(origin_run_id="run", case=story.case).model_dump(mode="json")
    assert len(json.dumps(carried, ensure_ascii=False).encode()) < 700_000
