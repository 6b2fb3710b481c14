"""The meeting of departments: whom it calls together, when and why then, votes, minutes, and the tasks it gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starter.console.complaint.details import votes_in_words
from starter.console.complaint.pieces import Item, Line, Piece, Row, Section, facts, items, prose, row, theirs, words
from starter.console.complaint.reasons import reason_in_words
from starter.console.complaint.wording import Wording
from workflows.contract.meeting import Seat, Task
from workflows.contract.views import ComplaintView, MeetingView, MotionView
from workflows.contract.vocabulary import TaskState


def meeting(view: ComplaintView, wording: Wording) -> Iterator[Section]:
    """The meeting that is open."""
    if view.meeting:
        pieces = list(_pieces(view.meeting, wording, is_open=True))
        yield Section(name="meeting", title=wording.say("complaint.meeting.title"), key="e", pieces=pieces)


def last_meeting(view: ComplaintView, wording: Wording) -> Iterator[Section]:
    """The one that has ended, until another one is called."""
    if view.last_meeting and not view.meeting:
        pieces = list(_pieces(view.last_meeting, wording, is_open=False))
        yield Section(name="last_meeting", title=wording.say("complaint.meeting.last_title"), key="e", pieces=pieces)


def tasks(view: ComplaintView, wording: Wording) -> Iterator[Section]:
    """What decisions gave people to do; the open ones first."""
    if view.tasks:
        ranked = sorted(view.tasks, key=lambda task: (not task.is_open, task.due_at))
        pieces = list(items(_task(task, wording) for task in ranked))
        yield Section(name="tasks", title=wording.say("complaint.meeting.tasks"), pieces=pieces)


def _pieces(shown: MeetingView, wording: Wording, *, is_open: bool) -> Iterator[Piece]:
    say = wording.say
    yield from facts(_when(shown, wording, is_open=is_open))
    yield from prose(shown.agenda, label=say("complaint.meeting.agenda"))
    seats = (_seat(seat, shown, wording) for seat in shown.seats)
    yield from items(seats, label=say("complaint.meeting.seats"))
    motions = (_motion(motion, wording) for motion in shown.motions)
    yield from items(motions, label=say("complaint.meeting.motions"))
    yield from prose(shown.minutes, label=say("complaint.meeting.minutes"))
    yield from prose(shown.decision, label=say("complaint.meeting.decision"))


def _when(shown: MeetingView, wording: Wording, *, is_open: bool) -> Iterator[Row]:
    say = wording.say
    if shown.starts_at:
        ends = wording.moments.clock(shown.ends_at) if shown.ends_at else ""
        yield from row(say("complaint.meeting.time"), f"{wording.moments.short(shown.starts_at)} – {ends}")
        yield from row(
            say("complaint.meeting.because"), reason_in_words(shown.because, wording) if shown.because else []
        )
    else:
        yield from row(say("complaint.meeting.time"), say("complaint.meeting.no_time"))
    if shown.call > 1:
        yield from row(say("complaint.meeting.call"), say("complaint.meeting.second_call"))
    yield from row(say("complaint.meeting.chair"), wording.person(shown.chair))
    if shown.present is not None:
        there = wording.phrase(
            "complaint.meeting.quorum" if shown.is_quorate else "complaint.meeting.no_quorum",
            there=str(len(shown.represented)),
            all=str(len(shown.departments)),
            quorum=wording.percent(shown.quorum_percent / 100),
        )
        yield from row(say("complaint.meeting.came"), there)
    if shown.fallback and is_open:
        yield from row(say("complaint.meeting.fallback"), wording.person(shown.fallback))


def _seat(seat: Seat, shown: MeetingView, wording: Wording) -> Item:
    """A seat, and once it is known whether its holder or a deputy came."""
    item = Item(icon="event_seat", text=wording.person(seat.subject), note=wording.departments(seat.departments))
    if seat.deputy:
        deputy, absent = wording.person(seat.deputy), wording.person(seat.subject)
        item["text"] = wording.phrase("complaint.on_behalf", person=deputy, of=absent)
    if shown.present is None:
        return item
    came = not {seat.subject, seat.deputy}.isdisjoint(shown.present)
    says = wording.say("complaint.meeting.was_there" if came else "complaint.meeting.was_not_there")
    return item | {"icon": "check_circle" if came else "cancel", "tone": "good" if came else "warn", "says": says}


def _motion(motion: MotionView, wording: Wording) -> Item:
    text = wording.phrase("complaint.meeting.task", number=str(motion.number), text=theirs(motion.text))
    note = wording.phrase(
        "complaint.meeting.votes_of", by=wording.person(motion.by), votes=votes_in_words(motion.count, wording)
    )
    if votes := wording.several(_votes(motion, wording)):
        note = [*note, *words(" · "), *votes]
    item = Item(icon="gavel", text=text, note=note)
    if motion.is_carried:
        item |= {"tone": "good", "says": wording.say("complaint.meeting.carried")}
    return item


def _votes(motion: MotionView, wording: Wording) -> Iterable[Line]:
    """Who voted how."""
    for seat, vote in motion.votes.items():
        person = wording.person(seat)
        if vote.by:
            person = wording.phrase("complaint.on_behalf", person=wording.person(vote.by), of=person)
        yield wording.phrase("complaint.meeting.voted", person=person, choice=wording.word("choice", vote.choice))


def _task(task: Task, wording: Wording) -> Item:
    is_late = task.is_open and task.overdue
    icon = {TaskState.OPEN: "radio_button_unchecked", TaskState.DONE: "check_circle", TaskState.DROPPED: "remove_done"}
    tone = "bad" if is_late else "good" if task.state is TaskState.DONE else ""
    note = wording.owner(task.owner)
    if task.result:
        note = wording.several([note, theirs(task.result)])
    item = Item(
        icon=icon[task.state],
        tone=tone,
        says=wording.word("task_state", task.state),
        text=wording.phrase("complaint.meeting.task", number=str(task.number), text=theirs(task.text)),
        note=note,
    )
    if task.is_open:
        item["due"] = task.due_at.isoformat()
    return item
