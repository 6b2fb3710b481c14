"""Tasks of a meeting's decision: whose they are, what if they are late, and that no complaint is closed before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.meetings import LEGAL, QUALITY, QUALITYS_AGENT, QUALITYS_LEAD, a_task, called, refusal
from tests.core.story import Story
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import ErrorCode
from workflows.contract.events import Closed, ClosingDeferred, TaskOverdue, TasksDropped
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Outcome, Status, TaskState
from workflows.core.appointments import in_words, next_appointment
from workflows.core.authority import allowed
from workflows.core.meeting import check_none_open
from workflows.core.step import catch_up
from workflows.core.tasks import LONGEST_TASK, open_tasks
from workflows.core.view import view

FAR = b.START + 300 * b.DAY
"""After everything else in these stories."""


def decided(*tasks: dict[str, Any]) -> Story:
    """A meeting that gave these tasks; one of quality's agent far ahead, if none is said."""
    return called().does("decide_meeting", b.AGENT, tasks=tasks or (a_task(due_at=FAR),))


def letters(story: Story, notice: Notice) -> list[Notify]:
    """Those of one kind."""
    return [effect for effect in story.effects if isinstance(effect, Notify) and effect.notice is notice]


def test_everybody_is_told_what_they_have_to_do() -> None:
    """In one letter each, with the decision; nobody in particular means the head of the department."""
    story = decided(a_task(), a_task(text="Pay\nit."), a_task(owner={"department": "legal"}))
    told = {letter.to: letter.facts for letter in letters(story, Notice.TASKS)}
    due = (b.START + b.DAY).isoformat()
    assert told == {
        QUALITYS_AGENT.subject: {"tasks": f"1 {due} Call the carrier.\n2 {due} Pay it.", "decision": "pay"},
        LEGAL.subject: {"tasks": f"3 {due} Call the carrier.", "decision": "pay"},
    }


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"due_at": b.START}, ErrorCode.INVALID_INPUT, "due_at"),
        ({"due_at": b.START + LONGEST_TASK + b.HOUR}, ErrorCode.INVALID_INPUT, "due_at"),
        ({"owner": {"department": "nowhere"}}, ErrorCode.UNKNOWN_DEPARTMENT, "owner.department"),
        (
            {"owner": b.party(b.AUDITOR.model_copy(update={"department": "legal"}))},
            ErrorCode.NOT_PERMITTED,
            "owner.subject",
        ),
        ({"owner": b.party(b.COLLEAGUE)}, ErrorCode.CONFLICT_OF_INTEREST, "owner.subject"),
    ],
)
def test_a_task_that_cannot_be_done_is_not_given(changes: dict[str, Any], code: ErrorCode, field: str) -> None:
    """The field at fault is named by its place."""
    story = called().does("declare_interest", b.COLLEAGUE)
    refused = refusal(story, "decide_meeting", b.AGENT, tasks=(a_task(), a_task(**changes)))
    assert (refused.code, refused.field) == (code, f"tasks.1.{field}")
    assert story.case.tasks == ()


def test_numbers_are_not_used_again() -> None:
    """Also not in the next meeting of the case."""
    story = decided(a_task(due_at=FAR), a_task(due_at=FAR)).does("complete_task", QUALITYS_AGENT)
    story.does("call_meeting", b.AGENT).does("decide_meeting", b.AGENT, tasks=(a_task(due_at=FAR),))
    assert [(task.number, task.state) for task in story.case.tasks] == [
        (1, TaskState.DONE),
        (2, TaskState.OPEN),
        (3, TaskState.OPEN),
    ]
    assert view(story.case, story.now).tasks[0].result == "It is paid."
    assert refusal(story, "complete_task", QUALITYS_AGENT).code is ErrorCode.ALREADY_THERE
    assert refusal(story, "complete_task", QUALITYS_AGENT, task=4).code is ErrorCode.INVALID_INPUT


@pytest.mark.parametrize(
    ("by", "may"),
    [
        (QUALITYS_AGENT, True),
        (QUALITY, True),
        (b.standing_in(QUALITYS_LEAD, QUALITYS_AGENT), True),
        (b.AGENT, True),
        (b.LEAD, True),
        (b.HEAD, True),
        (b.EXECUTIVE, True),
        (QUALITYS_LEAD, False),
        (b.COLLEAGUE, False),
        (b.COMPLAINANT, False),
    ],
)
def test_a_task_is_done_by_who_has_it_or_answers_for_it(by: Actor, may: bool) -> None:
    """Its owner, their head, and whoever is in charge of the case."""
    story = decided()
    assert ("complete_task" in allowed(story.case, by)) is may
    if may:
        assert not open_tasks(story.does("complete_task", by).case)
    else:
        assert refusal(story, "complete_task", by).code is ErrorCode.NOT_PERMITTED


def test_nobody_completes_what_is_anothers() -> None:
    """Having a task of one's own is not enough."""
    story = decided(a_task(due_at=FAR), a_task(due_at=FAR, owner={"department": "legal", "subject": "legal.agent"}))
    refused = refusal(story, "complete_task", QUALITYS_AGENT, task=2)
    assert (refused.code, refused.field) == (ErrorCode.NOT_PERMITTED, "task")


@pytest.mark.parametrize(
    ("command", "by", "says"),
    [
        ("answer_survey", b.COMPLAINANT, "survey_answered closing_deferred"),
        ("confirm", b.LEAD, "called_back closing_deferred"),
        ("close", b.LEAD, "closing_deferred"),
    ],
)
def test_a_solved_complaint_stays_open_until_its_tasks_are_done(command: str, by: Actor, says: str) -> None:
    """Work goes on before, and with the last task it is closed as it would have been."""
    story = decided(a_task(due_at=FAR), a_task(due_at=FAR)).reaches(Status.CONFIRMING).does(command, by)
    assert " ".join(story.last(len(says.split()))) == says
    assert story.events(ClosingDeferred)[0].tasks == (1, 2)
    assert story.case.status is Status.CONFIRMING
    assert story.does("complete_task", QUALITYS_AGENT).case.status is Status.CONFIRMING
    story.does("complete_task", QUALITYS_AGENT, task=2)
    assert story.last(2) == ["task_done", "closed"]
    assert story.events(Closed)[0].outcome is Outcome.RESOLVED
    assert story.case.closing is None


def test_what_is_put_off_is_put_off_once() -> None:
    """Saying so again is recorded, and closing by hand refused."""
    story = decided().reaches(Status.CONFIRMING).does("confirm", b.LEAD).does("answer_survey", b.COMPLAINANT)
    assert len(story.events(ClosingDeferred)) == 1
    assert refusal(story, "close", b.LEAD).code is ErrorCode.TASKS_OPEN
    assert "close" not in allowed(story.case, b.LEAD)


def test_not_solved_after_all_takes_the_end_back() -> None:
    """The last task then closes nothing."""
    story = decided().reaches(Status.CONFIRMING).does("confirm", b.LEAD)
    story.does("answer_survey", b.COMPLAINANT, solved=False).does("complete_task", QUALITYS_AGENT)
    assert story.case.status is Status.INVESTIGATING


def test_a_clock_puts_closing_off_too() -> None:
    """The complainant does not object; the task is done a day later."""
    story = decided().reaches(Status.CONFIRMING).after(timedelta(days=7))
    assert story.last(2) == ["clock_expired", "closing_deferred"]
    assert story.after(b.DAY).does("complete_task", QUALITYS_AGENT).case.status is Status.CLOSED


def test_silence_that_ends_a_wait_waits_for_tasks() -> None:
    """Unless the complainant answers after all."""
    story = decided().does("wait", b.AGENT).does("close", b.HEAD)
    assert (story.case.status, story.case.closing is not None) == (Status.WAITING, True)
    story.does("resume", b.COMPLAINANT).does("complete_task", QUALITYS_AGENT)
    assert (story.case.status, story.case.closing) == (Status.INVESTIGATING, None)


def test_a_withdrawn_complaint_drops_its_tasks() -> None:
    """It is the complainant's, and that they need not be done is recorded."""
    story = decided().does("withdraw", b.COMPLAINANT)
    assert story.last(3) == ["withdrawn", "tasks_dropped", "closed"]
    assert story.events(TasksDropped)[0].tasks == (1,)
    assert story.case.tasks[0].state is TaskState.DROPPED
    assert "complete_task" not in allowed(story.case, QUALITYS_AGENT)


@pytest.mark.parametrize("command", ["declare_out_of_scope", "merge"])
def test_what_a_meeting_decided_is_not_declared_somebody_elses(command: str) -> None:
    """Its tasks come first."""
    story = decided()
    assert refusal(story, command, b.HEAD).code is ErrorCode.TASKS_OPEN
    assert command not in allowed(story.case, b.HEAD)
    assert command in allowed(story.does("complete_task", QUALITYS_AGENT).case, b.HEAD)


def test_a_task_that_is_late_is_noticed_once_at_its_time() -> None:
    """Its owner and their head are told, and so is the timer what it is for."""
    story = decided(a_task(due_at=b.START + 10 * b.HOUR))
    appointment = next_appointment(story.case)
    assert appointment
    assert in_words(appointment) == "task 1 due"
    assert not story.after(10 * b.HOUR - timedelta(seconds=1)).events(TaskOverdue)
    story.after(5 * b.HOUR, noticed=False)
    story.add(catch_up(story.case, story.now))
    (entry,) = [entry for entry in story.entries if isinstance(entry.event, TaskOverdue)]
    assert (entry.effective_at, entry.at) == (b.START + 10 * b.HOUR, story.now)
    assert [letter.to for letter in letters(story, Notice.TASK_OVERDUE)] == [QUALITYS_AGENT.subject, QUALITY.subject]
    assert len(story.after(20 * b.DAY).events(TaskOverdue)) == 1


def test_a_task_done_at_the_very_instant_is_in_time() -> None:
    """Before anybody notices that its time is over."""
    story = decided(a_task(due_at=b.START + 10 * b.HOUR)).after(10 * b.HOUR, noticed=False)
    assert not story.does("complete_task", QUALITYS_AGENT).after(b.DAY).events(TaskOverdue)


def test_tasks_of_people_who_leave_or_have_an_interest_go_to_the_head() -> None:
    """Who is told so; done ones stay as they are."""
    story = decided(a_task(due_at=FAR), a_task(due_at=FAR)).does("complete_task", QUALITYS_AGENT)
    story.does("declare_interest", QUALITYS_AGENT)
    assert [task.owner.subject for task in story.case.tasks] == [QUALITYS_AGENT.subject, QUALITY.subject]
    assert letters(story, Notice.TASKS)[-1].to == QUALITY.subject
    assert "decision" not in letters(story, Notice.TASKS)[-1].facts
    heads = {name: {"head": f"{name}.head"} for name in b.DEPARTMENTS} | {"quality": {"head": "quality.new"}}
    story.does("amend_staff", b.EXECUTIVE, departments=heads, left=(QUALITY.subject,))
    assert story.case.tasks[1].owner.subject == "quality.new"
    check_none_open(story.case, b.AGENT)
