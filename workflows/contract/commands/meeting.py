"""Commands about the cross-department meeting a case may need, and about the tasks that it gives."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from workflows.contract.base import LIST_MAX_ITEMS, Instant, Line, Model, Name, Slug, Text
from workflows.contract.commands.base import Command
from workflows.contract.meeting import SEATS_MAX, TASKS_MAX, USUAL_DURATION
from workflows.contract.parties import Party
from workflows.contract.vocabulary import Choice

_Duration = Annotated[timedelta, Field(ge=timedelta(minutes=15), le=timedelta(hours=8))]


class CallMeeting(Command):
    """Convene the departments a case needs: their heads, and whoever else is named."""

    name = "call_meeting"
    departments: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    people: Annotated[tuple[Party, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    agenda: Text
    starts_at: Instant | None = Field(default=None, description="Defaults to as soon as everybody is there.")
    duration: _Duration = USUAL_DURATION


class RescheduleMeeting(Command):
    """Give a meeting another time."""

    name = "reschedule_meeting"
    starts_at: Instant
    reason: Line


class CancelMeeting(Command):
    """The case needs no meeting any more."""

    name = "cancel_meeting"
    reason: Line


class RecordMinutes(Command):
    """Record who came to a meeting and what was said. Too few of the invited departments: it is called a second time,
    and after that one person decides.
    """

    name = "record_minutes"
    present: Annotated[tuple[Name, ...], Field(max_length=SEATS_MAX)] = Field(
        description="Those invited who came, and deputies who came for them."
    )
    absent: Annotated[tuple[Party, ...], Field(max_length=SEATS_MAX)] = Field(
        default=(), description="Those invited whose deputies came, where the invitation could not know of it."
    )
    minutes: Text


class Move(Command):
    """Put something to the vote."""

    name = "move"
    text: Line


class CastVote(Command):
    """Vote on a motion: once for each seat, and once by each person."""

    name = "vote"
    motion: int
    choice: Choice
    on_behalf_of: Name | None = Field(default=None, description="Which of several absent people the actor stands for.")


class TaskOrder(Model):
    """A task that a decision gives somebody; without a person, the head of the department."""

    text: Line
    owner: Party
    due_at: Instant


class DecideMeeting(Command):
    """Record what the meeting decided, and what somebody has to do for it. Without recorded minutes, also what was said
    and which departments were there.
    """

    name = "decide_meeting"
    present: Annotated[tuple[Slug, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    minutes: Text | None = None
    decision: Line
    motion: int | None = Field(default=None, description="Which was carried, and is the decision.")
    tasks: Annotated[tuple[TaskOrder, ...], Field(max_length=TASKS_MAX)] = ()


class CompleteTask(Command):
    """A task of a meeting's decision is done."""

    name = "complete_task"
    task: int
    result: Line


COMMANDS: tuple[type[Command], ...] = (
    CallMeeting,
    RescheduleMeeting,
    CancelMeeting,
    RecordMinutes,
    Move,
    CastVote,
    DecideMeeting,
    CompleteTask,
)
