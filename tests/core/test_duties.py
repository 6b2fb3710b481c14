"""Who has to do what now: status by status, and that doing it leads every complaint to its end."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.core import builders as b
from tests.core import duty_invariants as must
from tests.core.meetings import LONG_MEETING, QUALITY, a_task, called, fallen_back, met, scheduled
from tests.core.story import Story
from workflows.contract.approval_rule import ApprovalRule, ApprovalStep, StepOrder
from workflows.contract.assignment import AssignmentRule, AssignTo
from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.parties import Actor
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, Relation, Role, Severity, Status
from workflows.core.approval import open_steps
from workflows.core.authority import allowed
from workflows.core.duties import duties
from workflows.core.view import summary

LONGEST_WAY = 120
"""Steps to the end of a complaint, with detours."""


def owed(story: Story) -> list[tuple[str, str | None]]:
    """The duties in short: what, and by whom or by which department."""
    return [(duty.duty.value, duty.subject or duty.department) for duty in duties(story.case)]


def the(kind: DutyKind, story: Story) -> Duty:
    """The one duty of a kind."""
    (found,) = [duty for duty in duties(story.case) if duty.duty is kind]
    return found


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.ASSIGNED, [("accept", "service.head")]),
        (Status.INVESTIGATING, [("handle", "service.agent")]),
        (Status.APPROVING, [("approve", "service")]),
        (Status.EXECUTING, [("execute", "service.agent")]),
        (Status.WAITING, []),
        (Status.CONFIRMING, []),
        (Status.CLOSED, []),
        (Status.ARCHIVED, []),
    ],
)
def test_each_status_asks_for_its_next_step(status: Status, expected: list[tuple[str, str]]) -> None:
    """Nobody has to do anything while the complainant has, or when it is over."""
    assert owed(Story().assessed().reaches(status)) == expected


def test_before_the_assessment_nobody_has_to_do_anything() -> None:
    """Amends itself has."""
    assert owed(Story()) == []


def test_a_duty_is_due_with_the_limit_that_it_would_meet() -> None:
    """The handover by accepting it, the solution by a proposal, the approval by approving it."""
    story = Story().assessed(b.assessment(b.policy(*b.OBLIGATIONS, *b.RIGHTS, b.HANDOVER)))
    assert the(DutyKind.ACCEPT, story).due_at == b.START + 4 * b.HOUR
    story.after(b.HOUR).reaches(Status.INVESTIGATING)
    assert the(DutyKind.HANDLE, story).due_at == b.START + 24 * b.HOUR
    story.after(b.HOUR).reaches(Status.APPROVING)
    assert the(DutyKind.APPROVE, story).due_at == story.now + 8 * b.HOUR
    story.after(8 * b.HOUR)
    assert the(DutyKind.APPROVE, story).due_at == story.now, "what has passed is due since then"
    story.reaches(Status.EXECUTING)
    assert the(DutyKind.EXECUTE, story).due_at == b.START + 120 * b.HOUR


def test_what_the_classifier_is_unsure_of_waits_for_intake_to_say_what_it_is() -> None:
    """Before and after somebody there has taken it."""
    agent = b.staff(Role.AGENT, "intake_desk")
    story = Story().assessed(b.assessment(confidence=0.2))
    assert owed(story) == [("classify", "intake_desk.head")]
    assert owed(story.does("accept", agent)) == [("classify", agent.subject)]
    assert owed(story.does("classify", agent, nature="quality")) == [("accept", "quality.head")]


def test_where_cases_are_given_to_people_the_head_passes_on_what_fell_to_them() -> None:
    """To be given a case is to be asked to accept it."""
    policy = b.policy(assignment=AssignmentRule(to=AssignTo.PERSON))
    story = Story().assessed(b.assessment(policy))
    assert owed(story) == [("assign", "service.head")]
    assert owed(story.does("assign", b.HEAD)) == [("accept", "service.colleague")]


def test_an_answer_is_the_owners_to_read_until_they_go_on() -> None:
    """As is a wait that ended without one."""
    story = Story().assessed().reaches(Status.WAITING)
    assert owed(story) == []
    story.does("record_answer", b.COMPLAINANT)
    assert owed(story) == [("answer", "service.agent")]
    assert owed(story.does("inform", b.AGENT)) == [("handle", "service.agent")]
    assert owed(story.does("wait", b.AGENT).after(8 * b.DAY))[:1] == [("answer", "service.agent")]


def test_an_answer_that_comes_while_others_decide_is_one_duty_more() -> None:
    """The approval goes on."""
    story = Story().assessed().reaches(Status.APPROVING).does("record_answer", b.COMPLAINANT)
    assert owed(story) == [("approve", "service"), ("answer", "service.agent")]


def test_an_approval_is_asked_of_those_whose_consent_would_count() -> None:
    """Not of the proposer, and of nobody twice; the case says who, the directory who has the role."""
    story = Story().assessed(b.assessment(severity=Severity.HIGH)).reaches(Status.APPROVING)
    asked = the(DutyKind.APPROVE, story)
    assert (asked.department, asked.roles) == ("service", (Role.HEAD, Role.EXECUTIVE))
    assert asked.but_not == ("service.agent",)
    story.does("approve", b.HEAD)
    assert the(DutyKind.APPROVE, story).but_not == ("service.agent", "service.head")


def test_each_open_step_asks_its_department_until_its_own_limit() -> None:
    """Two at once, one of them with a clock of its own."""
    steps = (
        ApprovalStep(step="line", roles=(Role.LEAD,)),
        ApprovalStep(step="law", roles=(Role.HEAD,), department="legal", clock="law"),
    )
    rule = ApprovalRule(steps=steps, order=StepOrder.PARALLEL)
    clocks = (*b.OBLIGATIONS, *b.RIGHTS, b.clock("law", "", "", 2))
    story = Story().assessed(b.assessment(b.policy(*clocks, approval=(rule,)))).reaches(Status.INVESTIGATING)
    story.does("propose", b.AGENT)
    line, law = duties(story.case)
    assert [(each.about, each.department, each.roles) for each in (line, law)] == [
        ("line", "service", (Role.LEAD,)),
        ("law", "legal", (Role.HEAD,)),
    ]
    assert (line.due_at, law.due_at) == (b.START + 8 * b.HOUR, b.START + 2 * b.HOUR)
    assert [step.step for step in open_steps(story.does("approve", b.LEAD).case)] == ["law"]
    assert [each.about for each in duties(story.case)] == ["law"]


def test_whoever_was_handed_a_right_is_asked_by_name() -> None:
    """And whoever handed it on no more."""
    story = Story().assessed().reaches(Status.APPROVING).does("delegate", b.LEAD)
    asked, handed = duties(story.case)
    assert b.LEAD.subject in asked.but_not
    assert (handed.duty, handed.subject) == (DutyKind.APPROVE, b.COLLEAGUE.subject)
    assert owed(story.does("declare_interest", b.LEAD)) == [("approve", "service")]


def test_silence_asks_the_next_level_too() -> None:
    """The executives, wherever they are."""
    rule = ApprovalRule(roles=(Role.LEAD,))
    story = Story().assessed(b.assessment(b.policy(approval=(rule,)))).reaches(Status.APPROVING)
    assert the(DutyKind.APPROVE, story).roles == (Role.LEAD,)
    story.after(9 * b.HOUR)
    assert the(DutyKind.APPROVE, story).roles == (Role.LEAD, Role.HEAD)


def test_the_level_that_was_called_on_is_asked_by_name_until_it_hands_the_case_back() -> None:
    """Not while the complainant has to answer, nor if it owns the case itself."""
    story = Story().assessed()
    assert owed(story.does("escalate", b.AGENT, to="head")) == [("accept", "service.head")]
    story.does("accept", b.AGENT)
    assert owed(story) == [("handle", "service.agent"), ("escalated", "service.head")]
    assert the(DutyKind.ESCALATED, story).about == "head"
    assert owed(story.does("wait", b.AGENT)) == []
    story.does("resume", b.AGENT).does("inform", b.AGENT)
    assert owed(story.does("de_escalate", b.HEAD)) == [("handle", "service.agent")]


def test_whether_a_serious_complaint_is_solved_somebody_asks_in_person() -> None:
    """The owner, unless it is their own work."""

    def executed_by(person: Actor) -> Duty:
        story = Story().assessed(b.assessment(severity=Severity.CRITICAL)).reaches(Status.INVESTIGATING)
        story.does("propose", b.AGENT).does("approve", b.HEAD).does("approve", b.EXECUTIVE).does("execute", person)
        return the(DutyKind.CONFIRM, story)

    assert executed_by(b.LEAD).subject == "service.agent"
    others = executed_by(b.AGENT)
    assert (others.department, others.but_not) == ("service", ("service.agent",))


def test_when_the_complainants_time_is_over_and_nothing_else_ends_it_somebody_has_to() -> None:
    """A policy may set no limit on how long a complainant can answer."""
    clocks = (*b.OBLIGATIONS, b.REOPENING)
    story = Story().assessed(b.assessment(b.policy(*clocks))).reaches(Status.WAITING)
    assert owed(story) == [("answer", "service.agent")]
    story.does("resume", b.AGENT).reaches(Status.CONFIRMING)
    assert owed(story) == [("confirm", "service")]


def test_a_meeting_asks_everybody_to_come_and_its_chair_to_write_down_who_came() -> None:
    """Until then nobody else has to do anything."""
    story = scheduled()
    meeting = story.case.meeting
    assert meeting
    minutes = the(DutyKind.MINUTES, story)
    assert (minutes.subject, minutes.due_at) == (b.AGENT.subject, meeting.ends_at)
    came = [(duty.subject, duty.due_at) for duty in duties(story.case) if duty.duty is DutyKind.ATTEND]
    assert came == [(seat.subject, meeting.starts_at) for seat in meeting.seats]
    assert [kind for kind, _ in owed(called())] == ["minutes"], "it has no time yet"


def test_those_who_came_vote_each_on_the_first_motion_that_they_have_not_voted_on() -> None:
    """Before it is known who came, everybody invited can."""
    story = scheduled().does("move", b.AGENT, text="x" * 300).does("move", QUALITY)
    votes = [duty for duty in duties(story.case) if duty.duty is DutyKind.VOTE]
    assert {duty.subject for duty in votes} == {"service.agent", "service.head", "quality.head", "legal.head"}
    assert {(duty.number, len(duty.about or "")) for duty in votes} == {(1, 80)}
    story.does("vote", QUALITY, motion=1, choice="for")
    story.does("record_minutes", b.AGENT, present=(b.AGENT.subject, QUALITY.subject))
    voting = {(duty.subject, duty.number) for duty in duties(story.case) if duty.duty is DutyKind.VOTE}
    assert voting == {(b.AGENT.subject, 1), (QUALITY.subject, 2)}
    assert the(DutyKind.DECIDE, story).subject == b.AGENT.subject


def test_a_meeting_without_a_quorum_is_decided_by_the_one_it_fell_back_to() -> None:
    """Nobody else."""
    assert owed(fallen_back()) == [("decide", b.EXECUTIVE.subject)]


def test_a_task_is_its_owners_until_its_own_time() -> None:
    """Beside what else has to be done."""
    story = met().does("decide_meeting", b.AGENT, present=(), minutes=None, tasks=(a_task(),))
    task = the(DutyKind.TASK, story)
    assert (task.subject, task.due_at) == ("quality.agent", b.START + b.DAY)
    assert (task.number, task.about) == (1, "Call the carrier.")
    assert owed(story) == [("handle", "service.agent"), ("task", "quality.agent")]


def test_nobody_whom_an_interest_bars_has_to_do_anything() -> None:
    """When that is everybody in the line of a department, others in charge have to help."""
    story = Story().assessed()
    for person in (b.HEAD, b.LEAD, b.EXECUTIVE):
        story.does("declare_interest", person)
    assert owed(story) == [("take_over", "service")]
    assert must.names(duties(story.case)[0], b.OTHER_EXECUTIVE)
    story.does("take_over", b.OTHER_EXECUTIVE)
    assert owed(story) == [("handle", b.OTHER_EXECUTIVE.subject)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"relations": (Relation.HEAD,)}, {"service.head"}),
        ({"roles": (Role.LEAD,), "departments": ("quality", "legal")}, {"quality.lead"}),
        ({"roles": (Role.EXECUTIVE,)}, {"board.executive", "board.second", "legal.head"}),
        ({"relations": (Relation.MEMBER,), "roles": (Role.LEAD, Role.HEAD)}, {"service.lead", "service.head"}),
        ({"departments": ("quality",)}, {"quality.agent", "quality.lead", "quality.head"}),
        ({"relations": (Relation.OWNER, Relation.HEAD)}, {"service.agent"}),
        ({"relations": (Relation.HEAD,), "max_severity": Severity.LOW}, {"service.agent"}),
    ],
)
def test_what_the_policy_gives_to_others_they_have_to_do(rule: dict[str, Any], expected: set[str]) -> None:
    """The matrix says who carries solutions out; where it lets nobody, it stays the owner's."""
    authority = (AuthorityRule(rule="paying", commands=("execute",), **rule),)
    story = Story().assessed(b.assessment(b.policy(authority=authority))).reaches(Status.EXECUTING)
    named = {person.subject for person in b.STAFF for duty in duties(story.case) if must.names(duty, person)}
    assert named == expected
    if "max_severity" not in rule:
        must.whoever_has_a_duty_can_do_it(story.case, b.EVERYBODY)


def test_the_duties_of_an_ordinary_complaint_are_short() -> None:
    """They are written into the history with every posting."""
    story, sizes = Story().assessed(), []
    for status in (Status.ASSIGNED, Status.INVESTIGATING, Status.EXECUTING, Status.CONFIRMING):
        row = summary(story.reaches(status).case)
        sizes.append(len(row.model_dump_json()) - len(row.model_copy(update={"duties": ()}).model_dump_json()))
    assert max(sizes) < 100
    assert sizes[-1] == 0


@pytest.mark.parametrize("seed", range(25))
def test_doing_what_there_is_to_do_leads_every_complaint_to_its_end(seed: int) -> None:
    """Whatever people choose on the way, and whoever of those named does it."""
    dice = random.Random(seed)  # noqa: S311 - to vary the test, the same in every run
    story = Story().assessed(
        b.assessment(
            b.policy(*b.OBLIGATIONS, LONG_MEETING, *b.RIGHTS[1:]),
            severity=dice.choice(list(Severity)),
            confidence=dice.choice((0.2, 0.9)),
        )
    )
    for _ in range(LONGEST_WAY):
        must.nothing_lies_around(story.case)
        must.whoever_has_a_duty_can_do_it(story.case, b.EVERYBODY)
        to_do = [duty for duty in duties(story.case) if duty.duty is not DutyKind.ATTEND]
        if story.case.status is Status.CLOSED:
            return
        if to_do:
            _do(story, dice.choice(to_do), dice)
        elif dice.random() < 0.5:
            _hear_from_outside(story)
        else:
            story.after(b.DAY)
    pytest.fail(f"still {story.case.status} after {[entry.event.type for entry in story.entries]}")


def _do(story: Story, duty: Duty, dice: random.Random) -> None:
    """Somebody whom it names does it, or calls a meeting first, asks, waits or escalates."""
    by = dice.choice([person for person in b.STAFF if must.names(duty, person)])
    story.after(timedelta(minutes=dice.choice((1, 30, 90))))
    if duty.duty is DutyKind.HANDLE and dice.random() < 0.5:
        story.does(dice.choice(("call_meeting", "wait", "escalate")), by)
    elif duty.duty.command in allowed(story.case, by):  # time has passed, and may have changed it
        story.does(str(duty.duty.command), by, **_payload(story, duty, dice))
    if story.case.meeting and story.case.meeting.asked:
        story.finds_time()


def _hear_from_outside(story: Story) -> None:
    name = "record_answer" if story.case.status is Status.WAITING else "answer_survey"
    story.does(name, b.COMPLAINANT)


def _payload(story: Story, duty: Duty, dice: random.Random) -> dict[str, Any]:
    """What fits the case, where the story's usual payload may not."""
    meeting = story.case.meeting
    match duty.duty:
        case DutyKind.CLASSIFY:
            return {"nature": dice.choice(("quality", "service"))}
        case DutyKind.MINUTES if meeting:
            has_begun = meeting.starts_at is None or story.now >= meeting.starts_at
            nobody_came = has_begun and dice.random() < 0.5
            return {"present": () if nobody_came else [seat.subject for seat in meeting.seats]}
        case DutyKind.DECIDE:
            due_at = story.now + b.DAY
            return {"present": (), "minutes": None, "tasks": (a_task(due_at=due_at),) if dice.random() < 0.5 else ()}
        case DutyKind.TASK:
            return {"task": duty.number}
        case DutyKind.ESCALATED:
            return {"to": "owner"}
    return {}
