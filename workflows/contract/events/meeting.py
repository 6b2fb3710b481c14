"""What happened to the cross-department meeting of a case, and to the tasks that it gave."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug, Text
from workflows.contract.effects import InvitingStatus
from workflows.contract.meeting import USUAL_DURATION, Seat, Task
from workflows.contract.vocabulary import Choice


class MeetingCalled(Model):
    """Departments were called together; `starts_at` is the time asked for, if one was."""

    type: Literal["meeting_called"] = "meeting_called"
    number: int
    chair: Name
    departments: tuple[Slug, ...]
    invited: tuple[Name, ...]
    seats: tuple[Seat, ...] = ()
    agenda: Text
    starts_at: Instant | None
    duration: timedelta = USUAL_DURATION


class MeetingScheduled(Model):
    """A meeting has its time, or its new one: `because` says why this one, and who is represented. `deputies` are by
    whom they stand in for.
    """

    type: Literal["meeting_scheduled"] = "meeting_scheduled"
    number: int
    call: int
    revision: int
    status: InvitingStatus
    starts_at: Instant
    ends_at: Instant
    because: Line
    deputies: dict[Name, Name] = Field(default={})


class MeetingRescheduled(Model):
    """Somebody asked for another time."""

    type: Literal["meeting_rescheduled"] = "meeting_rescheduled"
    number: int
    starts_at: Instant
    reason: Line


class MeetingCancelled(Model):
    """The meeting does not take place."""

    type: Literal["meeting_cancelled"] = "meeting_cancelled"
    number: int
    reason: Line


class MinutesRecorded(Model):
    """Who came, and what was said. `departments` are those represented; `deputies` came for somebody invited."""

    type: Literal["minutes_recorded"] = "minutes_recorded"
    number: int
    call: int
    present: tuple[Name, ...]
    deputies: dict[Name, Name] = Field(default={}, description="By whose seat they took.")
    departments: tuple[Slug, ...]
    minutes: Text


class QuorumMissed(Model):
    """Too few of the invited departments were there for a decision."""

    type: Literal["quorum_missed"] = "quorum_missed"
    number: int
    call: int
    departments: tuple[Slug, ...]
    quorum_percent: int


class MeetingFellBack(Model):
    """It had no quorum twice, so one person decides."""

    type: Literal["meeting_fell_back"] = "meeting_fell_back"
    number: int
    to: Name


class MotionMoved(Model):
    """Something was put to the vote."""

    type: Literal["motion_moved"] = "motion_moved"
    number: int
    motion: int
    text: Line
    by: Name


class VoteCast(Model):
    """One seat has voted; `by` whom, if not by its holder."""

    type: Literal["vote_cast"] = "vote_cast"
    number: int
    motion: int
    seat: Name
    by: Name
    choice: Choice


class MotionCarried(Model):
    """A majority of the votes was for it, and enough had voted."""

    type: Literal["motion_carried"] = "motion_carried"
    number: int
    motion: int
    votes: dict[Choice, int]
    seats: int = Field(description="That could vote.")


class MotionLost(Model):
    """It had no majority, or too few had voted."""

    type: Literal["motion_lost"] = "motion_lost"
    number: int
    motion: int
    votes: dict[Choice, int]
    seats: int = Field(description="That could vote.")


class MeetingDecided(Model):
    """The meeting reached a decision, or whoever it fell back to."""

    type: Literal["meeting_decided"] = "meeting_decided"
    number: int
    present: tuple[Slug, ...]
    minutes: Text | None = None
    decision: Line
    motion: int | None = None
    tasks: tuple[Task, ...] = ()


class MeetingLapsed(Model):
    """The meeting's time limit passed without a decision."""

    type: Literal["meeting_lapsed"] = "meeting_lapsed"
    number: int


class TaskDone(Model):
    """Somebody did what a decision had given them to do."""

    type: Literal["task_done"] = "task_done"
    task: int
    result: Line


class TaskOverdue(Model):
    """A task was not done in time. `due_at` is when it should have been; the entry's `at` is when it was noticed."""

    type: Literal["task_overdue"] = "task_overdue"
    task: int
    owner: Name
    due_at: Instant


class TasksDropped(Model):
    """Nobody has to do them any more."""

    type: Literal["tasks_dropped"] = "tasks_dropped"
    tasks: tuple[int, ...]
    reason: Line
