"""What a cross-department meeting is made of: seats, motions with their votes, and the tasks that it gives."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from workflows.contract.base import Instant, Line, Model, Name, Slug, Sparse
from workflows.contract.parties import Owner
from workflows.contract.vocabulary import Choice, Outcome, TaskState

SEATS_MAX = 50
MOTIONS_MAX = 10
"""In one meeting. All votes of all motions are part of the state that one run hands to the next."""

TASKS_MAX = 50
"""That a case remembers, done ones among them."""

USUAL_DURATION = timedelta(hours=1)


class Seat(Sparse):
    """A place in a meeting: who holds it, whom they speak for, and who takes it while they are absent."""

    subject: Name
    departments: tuple[Slug, ...] = Field(description="Nearly always one.")
    deputy: Name | None = None


class Vote(Sparse):
    """How one seat voted, and who did it for its holder, if they did not."""

    choice: Choice
    by: Name | None = None


class Motion(Sparse):
    """What somebody put to the vote; the votes by the holder of the seat."""

    number: int
    text: Line
    by: Name
    votes: dict[Name, Vote] = Field(default={})


class Task(Sparse):
    """What a meeting's decision gave somebody to do until a time. While it is open, the case cannot be closed."""

    number: int
    text: Line
    owner: Owner
    due_at: Instant
    state: TaskState = TaskState.OPEN
    overdue: bool = Field(default=False, description="It was not done in time, and its owner has been told so.")
    result: Line | None = None
    handed_on_at: int | None = Field(default=None, description="The number of the event that gave it to another.")

    @property
    def is_open(self) -> bool:
        """Somebody has to do it still."""
        return self.state is TaskState.OPEN


class PutOff(Model):
    """An end of the case that waits until its tasks are done."""

    outcome: Outcome
    reason: Line
