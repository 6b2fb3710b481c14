"""The cross-department meeting a case may need, and the tasks that it gives."""

from __future__ import annotations

from typing import Annotated

import typer

from starter.cli.acts.options import Departments, Reason, length, moment, party
from starter.cli.acts.room import Fields, Room
from starter.cli.completion import departments as known_departments
from starter.cli.completion import parties, people
from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Choice

room = Room("The meeting")

_A_TASK = "DEPARTMENT[/PERSON] DUE TEXT"


@room.command(ask.CallMeeting)
def call_meeting(
    departments: Departments,
    agenda: Annotated[str, typer.Option(help="What is to be decided.")],
    invite: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DEPARTMENT/PERSON", autocompletion=parties, help="Somebody beside the heads; repeat it for more."
        ),
    ] = None,
    starts_at: Annotated[
        str | None,
        typer.Option(help="Such as 2026-03-01T09:30:00+08:00.", show_default="as soon as all are at work"),
    ] = None,
    duration: Annotated[str | None, typer.Option(help="Such as PT90M.", show_default="an hour")] = None,
) -> Fields:
    """Convene the departments a case needs."""
    return {
        "departments": departments,
        "agenda": agenda,
        "people": [party(typed, "invite") for typed in invite] if invite else None,
        "starts_at": moment(starts_at, "starts_at") if starts_at else None,
        "duration": length(duration, "duration") if duration else None,
    }


@room.command(ask.RescheduleMeeting)
def reschedule_meeting(
    starts_at: Annotated[str, typer.Option(help="Such as 2026-03-01T09:30:00+08:00.")], reason: Reason
) -> Fields:
    """Give the meeting another time; everybody's calendar is brought up to date."""
    return {"starts_at": moment(starts_at, "starts_at"), "reason": reason}


@room.command(ask.CancelMeeting)
def cancel_meeting(reason: Reason) -> None:
    """Call the meeting off."""


@room.command(ask.RecordMinutes)
def record_minutes(
    minutes: Annotated[str, typer.Option(help="What was said.")],
    present: Annotated[
        list[str] | None,
        typer.Option(autocompletion=people, help="Somebody who came; repeat it for more.", show_default="nobody"),
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DEPARTMENT/PERSON",
            autocompletion=parties,
            help="Somebody absent whose deputy came, where the invitation could not know of it.",
        ),
    ] = None,
) -> Fields:
    """Record who came to the meeting; with too few it is called again, and after that one person decides."""
    return {
        "present": present or [],
        "minutes": minutes,
        "absent": [party(typed, "absent") for typed in absent] if absent else None,
    }


@room.command(ask.Move)
def move(text: Annotated[str, typer.Option(help="What is to be voted on.")]) -> None:
    """Put something to the vote."""


@room.command(ask.CastVote)
def vote(
    motion: Annotated[int, typer.Option(help="The number of the motion.")],
    choice: Annotated[Choice, typer.Option(help="How you vote.")],
    on_behalf_of: Annotated[
        str | None,
        typer.Option(autocompletion=people, help="For which of several absent people you vote.", show_default=False),
    ] = None,
) -> None:
    """Vote on a motion: for your own seat, or for that of somebody absent."""


@room.command(ask.DecideMeeting)
def decide_meeting(
    decision: Annotated[str, typer.Option(help="What was decided.")],
    present: Annotated[
        list[str] | None,
        typer.Option(
            autocompletion=known_departments,
            help="A department that was there, if no minutes are recorded; repeat it for more.",
        ),
    ] = None,
    minutes: Annotated[str | None, typer.Option(help="What was said, if no minutes are recorded.")] = None,
    motion: Annotated[int | None, typer.Option(help="The motion that was carried.")] = None,
    task: Annotated[
        list[str] | None,
        typer.Option(
            metavar=_A_TASK,
            help='Such as "legal_compliance/fang.min 2026-03-05T17:00+08:00 Write to them."; repeat it for more.',
        ),
    ] = None,
) -> Fields:
    """Record what the meeting decided, and who has to do what for it."""
    return {
        "decision": decision,
        "present": present,
        "minutes": minutes,
        "motion": motion,
        "tasks": [_task(typed) for typed in task] if task else None,
    }


def _task(typed: str) -> Fields:
    try:
        owner, due_at, text = typed.split(None, 2)
    except ValueError:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"write a task as {_A_TASK}", "task") from None
    return {"owner": party(owner, "task"), "due_at": moment(due_at, "task"), "text": text}


@room.command(ask.CompleteTask)
def complete_task(
    task: Annotated[int, typer.Option(help="The number of the task.")],
    result: Annotated[str, typer.Option(help="What was done.")],
) -> None:
    """Say that a task of the meeting's decision is done. With the last one a complaint may be closed."""
