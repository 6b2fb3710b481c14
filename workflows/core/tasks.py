"""What a meeting's decision gave people to do: until it is done, the complaint is not closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.meeting import TASKS_MAX, PutOff, Task
from workflows.contract.parties import Actor, Owner
from workflows.contract.vocabulary import Relation, TaskState
from workflows.core.adoption import with_staff
from workflows.core.case import Case, procedure_in
from workflows.core.people import check_can_do, next_in_line, person_in
from workflows.core.relations import answers_for, persons, relations
from workflows.core.room import Changes, Conditions, Decisions, Effects

LONGEST_TASK = timedelta(days=366)

_IN_CHARGE = {Relation.OWNER, Relation.LEAD, Relation.HEAD, Relation.EXECUTIVE}


def open_tasks(case: Case) -> tuple[Task, ...]:
    """Those that somebody has to do still."""
    return tuple(task for task in case.tasks if task.is_open)


def closing(case: Case, closed: fact.Closed) -> tuple[Event, ...]:
    """The end of the case. While tasks are open it is put off; nothing, if it has been put off already."""
    tasks = open_tasks(case)
    if not tasks:
        return (closed,)
    if case.closing:
        return ()
    return (
        fact.ClosingDeferred(outcome=closed.outcome, reason=closed.reason, tasks=tuple(task.number for task in tasks)),
    )


def dropped(case: Case, reason: str) -> tuple[Event, ...]:
    """That nobody has to do the open tasks any more, if there are any."""
    numbers = tuple(task.number for task in open_tasks(case))
    return (fact.TasksDropped(tasks=numbers, reason=reason),) if numbers else ()


def check_none_open(case: Case) -> None:
    """Refuse to end the case as if nothing was left to do.

    Raises:
        AmendsError: `tasks_open`.
    """
    if numbers := ", ".join(str(task.number) for task in open_tasks(case)):
        raise AmendsError(ErrorCode.TASKS_OPEN, f"tasks of a meeting's decision have to be done first: {numbers}")


def check_not_put_off(case: Case) -> None:
    """Refuse to close what will be closed anyway.

    Raises:
        AmendsError: `tasks_open`.
    """
    if case.closing:
        numbers = ", ".join(str(task.number) for task in open_tasks(case))
        raise AmendsError(ErrorCode.TASKS_OPEN, f"it will be closed as soon as its tasks are done: {numbers}")


def next_overdue(case: Case) -> Task | None:
    """The task whose time ends first, of those of which nobody has been told that it has."""
    waiting = (task for task in open_tasks(case) if not task.overdue)
    return min(waiting, key=lambda task: (task.due_at, task.number), default=None)


def ordered(case: Case, orders: Iterable[ask.TaskOrder], now: datetime) -> tuple[Task, ...]:
    """The tasks that a decision gives.

    Raises:
        AmendsError: `unknown_department`, `conflict_of_interest`, `not_permitted`, `too_many` or `invalid_input`.
    """
    tasks = []
    for index, order in enumerate(orders):
        owner = person_in(procedure_in(case), order.owner, f"tasks.{index}.owner.department")
        check_can_do(case, order.owner, f"tasks.{index}.owner.subject")
        if not timedelta(0) < order.due_at - now <= LONGEST_TASK:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"a task has to be done by a time to come, within {LONGEST_TASK.days} days",
                f"tasks.{index}.due_at",
            )
        if order.owner.subject is None:
            owner = next_in_line(case, order.owner.department)
        tasks.append(Task(number=case.tasks_given + 1 + index, text=order.text, owner=owner, due_at=order.due_at))
    if len(open_tasks(case)) + len(tasks) > TASKS_MAX:
        raise AmendsError(ErrorCode.TOO_MANY, f"a complaint has at most {TASKS_MAX} open tasks", "tasks")
    return tuple(tasks)


def _may_complete(case: Case, actor: Actor, task: Task) -> bool:
    is_theirs = any(answers_for(case, person, task) for person in persons(case, actor))
    return is_theirs or not _IN_CHARGE.isdisjoint(relations(case, actor))


def _check_has_a_task(case: Case, actor: Actor) -> None:
    tasks = open_tasks(case)
    if not tasks:
        raise AmendsError(ErrorCode.ALREADY_THERE, "no task is open")
    if not any(_may_complete(case, actor, task) for task in tasks):
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"no open task is {actor.subject}'s to complete", "actor")


def _complete(case: Case, command: ask.CompleteTask, _now: datetime) -> tuple[Event, ...]:
    task = next((each for each in case.tasks if each.number == command.task), None)
    if task is None:
        known = ", ".join(str(each.number) for each in open_tasks(case))
        raise AmendsError(ErrorCode.INVALID_INPUT, f"there is no task {command.task}; open: {known}", "task")
    if not task.is_open:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"task {task.number} is {task.state.value} already", "task")
    if not _may_complete(case, command.actor, task):
        raise AmendsError(
            ErrorCode.NOT_PERMITTED,
            f"task {task.number} is for {task.owner.subject} to complete, their head, or those in charge of the case",
            "task",
        )
    done = fact.TaskDone(task=task.number, result=command.result)
    is_last = len(open_tasks(case)) == 1
    if case.closing and is_last:
        return (done, fact.Closed(outcome=case.closing.outcome, reason=case.closing.reason))
    return (done,)


def _given(case: Case, event: fact.MeetingDecided) -> dict[str, Any]:
    """The oldest of those that are over are forgotten when they get too many."""
    tasks = (*case.tasks, *event.tasks)
    over = [task.number for task in tasks if not task.is_open]
    forgotten = set(over[: max(len(tasks) - TASKS_MAX, 0)])
    kept = tuple(task for task in tasks if task.number not in forgotten)
    return {"tasks": kept, "tasks_given": case.tasks_given + len(event.tasks)}


def _done(case: Case, event: fact.TaskDone) -> dict[str, Any]:
    return _with(case, (event.task,), state=TaskState.DONE, result=event.result)


def _handed_on(case: Case, gone: Collection[str]) -> dict[str, Any]:
    """Open tasks of these people fall to whoever answers for their departments. `case` is the one after."""
    tasks = tuple(
        task.model_copy(update={"owner": _heir(case, task), "handed_on_at": case.sequence + 1})
        if task.is_open and task.owner.subject in gone
        else task
        for task in case.tasks
    )
    return {"tasks": tasks}


def _heir(case: Case, task: Task) -> Owner:
    known = case.procedure.departments if case.procedure else {}
    return next_in_line(case, task.owner.department if task.owner.department in known else case.owner.department)


def _without_the_interested(case: Case, event: fact.InterestDeclared) -> dict[str, Any]:
    barred = case.model_copy(update={"conflicts": (*case.conflicts, event.subject)})
    return _handed_on(barred, (event.subject,))


def _with(case: Case, numbers: Collection[int], **changes: Any) -> dict[str, Any]:
    tasks = (task.model_copy(update=changes) if task.number in numbers else task for task in case.tasks)
    return {"tasks": tuple(tasks)}


def _tell_owners(entry: Entry, event: fact.MeetingDecided, _case: Case) -> tuple[Effect, ...]:
    return _letters(entry, event.tasks, decision=event.decision)


def _tell_heirs(entry: Entry, _event: Event, case: Case) -> tuple[Effect, ...]:
    return _letters(entry, (task for task in case.tasks if task.handed_on_at == entry.sequence))


def _letters(entry: Entry, tasks: Iterable[Task], **facts: str) -> tuple[Effect, ...]:
    """One to each owner. A line for each task: its number, when it is due, and what is to be done."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for task in tasks:
        lines[task.owner.subject].append(f"{task.number} {task.due_at.isoformat()} {' '.join(task.text.split())}")
    return tuple(
        Notify(
            sequence=entry.sequence,
            notice=Notice.TASKS,
            to=subject,
            facts={"tasks": "\n".join(its)} | facts,
        )
        for subject, its in lines.items()
    )


def _tell_of_delay(entry: Entry, event: fact.TaskOverdue, case: Case) -> tuple[Effect, ...]:
    """The one who has the task, and their head."""
    task = next((each for each in case.tasks if each.number == event.task), None)
    if task is None:
        return ()
    facts = {"task": str(task.number), "text": task.text, "owner": event.owner, "due_at": event.due_at.isoformat()}
    told = dict.fromkeys((task.owner.subject, _heir(case, task).subject))
    return tuple(
        Notify(sequence=entry.sequence, notice=Notice.TASK_OVERDUE, to=subject, facts=facts) for subject in told
    )


CONDITIONS: Conditions = {"complete_task": _check_has_a_task}
DECISIONS: Decisions = {"complete_task": _complete}
CHANGES: Changes = {
    fact.MeetingDecided: _given,
    fact.TaskDone: _done,
    fact.TaskOverdue: lambda case, event: _with(case, (event.task,), overdue=True),
    fact.TasksDropped: lambda case, event: _with(case, event.tasks, state=TaskState.DROPPED),
    fact.ClosingDeferred: lambda _, event: {"closing": PutOff(outcome=event.outcome, reason=event.reason)},
    fact.Closed: lambda *_: {"closing": None},
    fact.Reopened: lambda *_: {"closing": None},
    fact.Resumed: lambda *_: {"closing": None},
    fact.InterestDeclared: _without_the_interested,
    fact.StaffAmended: lambda case, event: _handed_on(with_staff(case, event), event.left),
}
EFFECTS: Effects = {
    fact.MeetingDecided: _tell_owners,
    fact.TaskOverdue: _tell_of_delay,
    fact.InterestDeclared: _tell_heirs,
    fact.StaffAmended: _tell_heirs,
}
