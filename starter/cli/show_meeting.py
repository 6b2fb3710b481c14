"""The meeting of a complaint and the tasks that it gave, as lines of `amends show`."""

from __future__ import annotations

from collections.abc import Iterable

from starter.cli.terminal import written
from workflows.contract.meeting import PutOff, Seat, Task
from workflows.contract.views import ComplaintView, MeetingView, MotionView
from workflows.contract.vocabulary import Choice


def meeting_facts(view: ComplaintView) -> dict[str, object]:
    """By what each line is called; nothing where there is none."""
    shown = view.meeting or view.last_meeting
    facts: dict[str, object] = {}
    if shown:
        facts = {
            "meeting" if view.meeting else "last meeting": _meeting(shown),
            "its time": f"{written(shown.starts_at)} ({shown.because})" if shown.starts_at else None,
            "invited": _lines(_seat(seat) for seat in shown.seats),
            "came": _came(shown),
            "motions": _lines(_motion(motion) for motion in shown.motions),
            "decides alone": shown.fallback if view.meeting else None,
            "decision": shown.decision,
        }
    return facts | {"tasks": _lines(_task(task) for task in view.tasks), "closing": _closing(view.closing)}


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _meeting(meeting: MeetingView) -> str:
    departments = ", ".join(meeting.departments)
    call = ", second call" if meeting.call > 1 else ""
    return f"{meeting.number}, of {departments}, chaired by {meeting.chair}{call}"


def _seat(seat: Seat) -> str:
    deputy = f", represented by {seat.deputy}" if seat.deputy else ""
    return f"{seat.subject} of {' and '.join(seat.departments)}{deputy}"


def _came(meeting: MeetingView) -> str | None:
    if meeting.present is None:
        return None
    there = f"{len(meeting.represented)} of {len(meeting.departments)} departments"
    quorum = "a quorum" if meeting.is_quorate else f"no quorum, which is {meeting.quorum_percent} %"
    return f"{', '.join(meeting.present) or 'nobody'} ({there}: {quorum})"


def _motion(motion: MotionView) -> str:
    count = ", ".join(f"{motion.count[choice]} {word}" for choice, word in _VOTES.items())
    return f"{motion.number}, by {motion.by}: {motion.text} ({count}{'; carried' if motion.is_carried else ''})"


def _task(task: Task) -> str:
    state = "overdue" if task.is_open and task.overdue else task.state.value
    result = f": {task.result}" if task.result else ""
    owner, due = f"{task.owner.subject} of {task.owner.department}", written(task.due_at)
    return f"{task.number}, {owner} by {due}: {task.text} ({state}{result})"


def _closing(closing: PutOff | None) -> str | None:
    return f"as {closing.outcome.value} once its tasks are done" if closing else None


_VOTES = {Choice.FOR: "for", Choice.AGAINST: "against", Choice.ABSTAIN: "abstained"}
