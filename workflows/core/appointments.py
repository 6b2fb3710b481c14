"""What falls due in a case by itself: the thresholds of its clocks, and the due times of its tasks."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypeAlias

from workflows.contract.events import Event, TaskOverdue
from workflows.contract.meeting import Task
from workflows.core.case import Case
from workflows.core.tasks import next_overdue
from workflows.core.thresholds import Threshold, events_of, next_threshold


class Delay(NamedTuple):
    """A task should be done by then."""

    due_at: datetime
    task: Task


Appointment: TypeAlias = Threshold | Delay


def next_appointment(case: Case) -> Appointment | None:
    """What falls due first; at the same instant, a clock before a task."""
    task, threshold = next_overdue(case), next_threshold(case)
    delay = Delay(task.due_at, task) if task else None
    return min((each for each in (threshold, delay) if each), key=lambda each: each.due_at, default=None)


def kept(case: Case, appointment: Appointment) -> tuple[Event, ...]:
    """What it means that it has fallen due."""
    if isinstance(appointment, Threshold):
        return events_of(case, appointment)
    task = appointment.task
    return (TaskOverdue(task=task.number, owner=task.owner.subject, due_at=task.due_at),)


def in_words(appointment: Appointment) -> str:
    """Such as `solution 75 %`, shown beside the timer."""
    if isinstance(appointment, Threshold):
        return f"{appointment.clock.name} {appointment.percent} %"
    return f"task {appointment.task.number} due"
