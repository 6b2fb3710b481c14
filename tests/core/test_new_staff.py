"""People in charge change, and people leave, while a complaint is open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import RungReached, StaffAmended
from workflows.contract.vocabulary import Level, Status
from workflows.core.case import procedure_in

AS_BEFORE = {name: {"head": f"{name}.head", "lead": f"{name}.lead"} for name in b.DEPARTMENTS}


def amended(story: Story, **changes: Any) -> Story:
    """The executive rolls out what the directory says; the same people as before but for `changes`."""
    present = {"departments": AS_BEFORE, "executive": b.EXECUTIVE.subject, "left": ()}
    return story.does("amend_staff", b.EXECUTIVE, **present | changes)


def test_the_ladder_tells_those_in_charge_now() -> None:
    """And not whoever was when the complaint came in."""
    story = Story().assessed().does("accept", b.AGENT)
    amended(story, departments=AS_BEFORE | {"service": {"head": "new.head"}}, executive="new.executive")
    story.after(20 * b.DAY)
    assert {rung.tell for rung in story.events(RungReached) if rung.level is not Level.OWNER} == {
        "new.head",
        "new.executive",
    }


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.INVESTIGATING, Status.WAITING, Status.EXECUTING])
def test_what_somebody_owned_who_left_falls_to_the_head(status: Status) -> None:
    """Who is told, and has to accept what is still being investigated."""
    story = Story().assessed().reaches(status)
    if status is Status.ASSIGNED:
        story.does("reassign", b.HEAD, to={"department": "service", "subject": b.AGENT.subject})
    amended(story, left=(b.AGENT.subject,))
    assert story.last(2) == ["staff_amended", "reassigned"]
    assert story.case.owner.subject == b.HEAD.subject
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.notice, told.to, told.facts) == (
        Notice.ASSIGNMENT,
        b.HEAD.subject,
        {"reason": f"{b.AGENT.subject} has left"},
    )
    assert story.case.status is (Status.ASSIGNED if status is Status.INVESTIGATING else status)


def test_what_a_change_of_staff_moves_is_said() -> None:
    """A new owner has a time of their own to accept it."""
    policy = b.policy(b.SOLUTION, b.HANDOVER)
    story = Story().assessed(b.assessment(policy)).does("accept", b.AGENT).after(b.HOUR)
    [said] = amended(story, left=(b.AGENT.subject,)).events(StaffAmended)
    assert [(each.clock, each.due_before, each.due_after) for each in said.moved] == [
        ("handover", None, story.now + 4 * b.HOUR)
    ]


def test_a_closed_case_only_learns_who_answers_for_it() -> None:
    """Nobody takes anything over, no limit starts; reopened, it goes on with the head."""
    story = amended(Story().assessed().reaches(Status.CLOSED), left=(b.AGENT.subject,))
    assert story.last() == ["staff_amended"]
    assert story.case.owner.subject == b.HEAD.subject
    assert not isinstance(story.effects[-1], Notify) or story.effects[-1].notice is not Notice.ASSIGNMENT
    assert story.does("reopen", b.COMPLAINANT).case.owner.subject == b.HEAD.subject


def test_a_case_that_knows_it_already_is_left_alone() -> None:
    """So that a rollout can be repeated: also when somebody left who had nothing to do with it."""
    story = Story().assessed().does("accept", b.AGENT)
    with pytest.raises(AmendsError) as refused:
        amended(story, left=("somebody.else",))
    assert refused.value.code is ErrorCode.ALREADY_THERE
    amended(story, executive="new.executive")
    with pytest.raises(AmendsError, match="knows these people"):
        amended(story, executive="new.executive")


def test_a_case_that_fell_to_an_executive_with_an_interest_goes_to_the_new_head() -> None:
    """Now that there is somebody who is free."""
    story = Story().assessed()
    for subject in ("service.head", "service.lead", "board.executive"):
        story.does("declare_interest", b.OTHER_EXECUTIVE, subject=subject)
    assert story.case.owner.subject == b.EXECUTIVE.subject
    newcomers = AS_BEFORE | {"service": {"head": "service.newcomer"}}
    story.does("amend_staff", b.OTHER_EXECUTIVE, departments=newcomers, executive=b.EXECUTIVE.subject, left=())
    assert story.case.owner.subject == "service.newcomer"


@pytest.mark.parametrize("missing", ["service", "intake_desk", "legal"])
def test_a_department_that_is_needed_cannot_be_missing(missing: str) -> None:
    """It holds the case, takes in what is unsure, or gets what is corrected."""
    story = Story().assessed()
    with pytest.raises(AmendsError, match=missing) as refused:
        amended(story, departments={name: who for name, who in AS_BEFORE.items() if name != missing})
    assert (refused.value.code, refused.value.field) == (ErrorCode.UNKNOWN_DEPARTMENT, "departments")


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ("service.head", "departments.service.head"),
        ("legal.lead", "departments.legal.lead"),
        (b.EXECUTIVE.subject, "executive"),
    ],
)
def test_nobody_who_has_left_is_in_charge(subject: str, field: str) -> None:
    """A directory never says so; a careless sender might."""
    with pytest.raises(AmendsError) as refused:
        amended(Story().assessed(), left=(subject,))
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, field)


def test_reminders_go_on_after_a_change_of_staff() -> None:
    """Nobody has done anything for the complaint by it."""
    ladder = ({"percent": 50, "tell": "owner", "every": "PT2H", "at_most": 5},)
    rule = b.clock("solving", "filed", "executed", 24, ladder=ladder)
    story = Story().assessed(b.assessment(b.policy(rule))).does("accept", b.AGENT).after(13 * b.HOUR)
    amended(story, executive="new.executive").after(4 * b.HOUR)
    assert [rung.repetition for rung in story.events(RungReached)] == [0, 1, 2]
    assert procedure_in(story.case).executive == "new.executive"
