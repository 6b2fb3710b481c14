"""What there is to know of an event besides its sentence: reasons, texts in full, and things made of several parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from starter.console.complaint.classified import words_in_short
from starter.console.complaint.pieces import Item, Line, Piece, facts, items, link, prose, row, theirs, words
from starter.console.complaint.reasons import reason_in_words
from starter.console.complaint.sentences import worded
from starter.console.complaint.wording import Wording
from starter.console.why import why
from workflows.contract.meeting import Task
from workflows.contract.vocabulary import Choice

DETAILS: dict[str, tuple[str, ...]] = {
    "classified": ("classification", "departments", "reason", "moved"),
    "assigned": ("because", "warning"),
    "reassigned": ("reason",),
    "interest_declared": ("reason",),
    "acknowledged": ("how",),
    "informed": ("text",),
    "meeting_called": ("agenda", "invited", "duration"),
    "meeting_scheduled": ("because", "deputies"),
    "meeting_rescheduled": ("reason",),
    "meeting_cancelled": ("reason",),
    "minutes_recorded": ("present", "deputies", "represented", "minutes"),
    "quorum_missed": ("represented",),
    "motion_moved": ("text",),
    "motion_carried": ("votes",),
    "motion_lost": ("votes",),
    "meeting_decided": ("decision", "minutes", "tasks"),
    "task_done": ("result",),
    "tasks_dropped": ("reason",),
    "proposed": ("solution", "redress"),
    "delegated": ("step", "reason"),
    "approval_granted": ("needed", "comment"),
    "refused": ("reason",),
    "asked": ("question",),
    "answered": ("answer",),
    "waiting": ("question", "still_counting"),
    "complainant_reminded": ("question", "due_at"),
    "resumed": ("answer",),
    "executed": ("result",),
    "survey_answered": ("score", "comment"),
    "called_back": ("how", "score", "comment"),
    "reopened": ("reason",),
    "withdrawn": ("reason",),
    "declared_out_of_scope": ("reason", "referral"),
    "escalated": ("reason",),
    "de_escalated": ("reason",),
    "rung_reached": ("due_at",),
    "clock_extended": ("reason",),
    "policy_adopted": ("reason", "moved"),
    "calendar_amended": ("reason", "moved"),
    "staff_amended": ("reason", "left", "moved"),
    "noted": ("text",),
    "attached": ("uri", "media_type", "size_bytes", "sha256"),
    "hold_placed": ("reason",),
    "hold_lifted": ("reason",),
    "command_refused": ("code", "message"),
    "linked": ("reason",),
    "link_refused": ("code", "message"),
    "merge_requested": ("reason",),
    "merge_refused": ("code", "message"),
    "merged": ("reason",),
    "followed": ("result",),
    "split_off": ("subject", "text", "reason"),
    "major_event_declared": ("departments", "spokesperson", "plan", "statement", "told"),
    "join_requested": ("reason",),
    "join_refused": ("code", "message"),
    "left_event": ("reason",),
    "statement_made": ("text",),
    "decision_applied": ("approved",),
    "decision_not_applied": ("code", "message", "approved"),
    "child_answered": ("code", "message"),
    "closing_deferred": ("reason",),
    "closed": ("reason", "referral"),
}
"""What is shown of each event, in order; of the others their sentence says everything."""

_OURS = ("text", "solution", "result", "minutes", "agenda", "question", "plan", "statement")
_THEIRS = ("answer", "comment")
"""Texts that are shown as paragraphs: those of the staff, and the complainant's."""

_PLAIN = frozenset({"text", "question", "answer", "solution", "result"})
"""Those that the sentence has announced."""

_FREE = frozenset({"how", "warning", "referral", "decision", "subject", "media_type", "sha256"})
"""Lines that are shown as they were recorded."""


def details(event: Any, wording: Wording) -> Iterator[Piece]:
    """The pieces below an event's sentence; neighbouring facts are one."""
    found = (piece for name in DETAILS.get(event.type, ()) for piece in _pieces(name, event, wording))
    for is_facts, group in groupby(found, key=lambda piece: piece["kind"] == "facts" and "label" not in piece):
        if is_facts:
            yield from facts(row for piece in group for row in piece["rows"])
        else:
            yield from group


def _pieces(name: str, event: Any, wording: Wording) -> Iterable[Piece]:
    if special := _SPECIAL.get(name):
        return special(event, wording)
    value = getattr(event, name)
    if value is None or value == ():
        return ()
    label = wording.say(f"events.field.{name}")
    if name in (*_OURS, *_THEIRS):
        return prose(str(value), label="" if name in _PLAIN else label, is_theirs=name in _THEIRS)
    if name in ("reason", "because"):
        return facts(row(label, reason_in_words(value, wording)))
    if name == "message":
        told = why(value, wording.language)
        return facts(row(label, words(told) if told else theirs(value)))
    return facts(row(label, theirs(value) if name in _FREE else worded(name, value, wording)))


def moved_clocks(moved: Iterable[Any], wording: Wording) -> Iterator[Item]:
    """What a change of rules did to due times."""
    for each in moved:
        dates = {
            name: wording.moments.short(at) if at else wording.say("events.no_date")
            for name, at in (("before", each.due_before), ("after", each.due_after))
        }
        yield Item(icon="schedule", text=wording.phrase("events.moved", clock=wording.clock(each.clock), **dates))


def task_item(task: Task, wording: Wording) -> Item:
    """A task with who has it, and until when."""
    text = wording.phrase("complaint.meeting.task", number=str(task.number), text=theirs(task.text))
    note = wording.phrase(
        "complaint.meeting.task_of", owner=wording.owner(task.owner), due=wording.moments.short(task.due_at)
    )
    return Item(icon="task", text=text, note=note)


def votes_in_words(votes: Mapping[Choice, int], wording: Wording) -> str:
    """How often each choice was made."""
    counts = (
        wording.say("complaint.meeting.votes", choice=wording.word("choice", choice), number=votes.get(choice, 0))
        for choice in Choice
    )
    return wording.say("complaint.between").join(counts)


def _departments(event: Any, wording: Wording) -> Iterable[Piece]:
    before, after = (getattr(event, f"department_{when}", None) for when in ("before", "after"))
    if before is None and after is None:
        departments = getattr(event, "departments", ())
        return facts(row(wording.say("events.field.departments"), wording.departments(departments)))
    if before == after:
        return ()
    named = {"before": wording.department(before or "–"), "after": wording.department(after or "–")}
    return facts(row(wording.say("events.field.department"), wording.phrase("events.from_to", **named)))


def _deputies(event: Any, wording: Wording) -> Iterable[Piece]:
    lines = (
        wording.phrase("events.deputy", deputy=wording.person(deputy), absent=wording.person(absent))
        for absent, deputy in event.deputies.items()
    )
    return facts(row(wording.say("events.field.deputies"), wording.several(lines)))


def _score(event: Any, wording: Wording) -> Iterable[Piece]:
    said = wording.say("events.score", score=event.score) if event.score is not None else None
    return facts(row(wording.say("events.field.score"), said))


def _needed(event: Any, wording: Wording) -> Iterable[Piece]:
    said = wording.say("events.needed", count=event.needed) if event.needed else None
    return facts(row(wording.say("events.field.needed"), said))


def _approved(event: Any, wording: Wording) -> Iterator[Piece]:
    yield from prose(event.decision.solution, label=wording.say("events.field.solution"))
    yield from _redress(event.decision, wording)


def _redress(event: Any, wording: Wording) -> Iterable[Piece]:
    things = (Item(icon="redeem", text=words(wording.redress(each))) for each in event.redress)
    return items(things, label=wording.say("events.field.redress"))


def _classification(event: Any, wording: Wording) -> Iterable[Piece]:
    """Of a first assessment: the words that led to it. Whoever corrected it gave a reason."""
    if event.reason:
        return ()
    said = words_in_short(event.classification, wording)
    return facts(row(wording.say("complaint.classification.evidence"), said))


def _people(name: str, field: str) -> Callable[[Any, Wording], Iterable[Piece]]:
    def pieces(event: Any, wording: Wording) -> Iterable[Piece]:
        return facts(row(wording.say(f"events.field.{name}"), wording.people(getattr(event, field))))

    return pieces


def _size(event: Any, wording: Wording) -> Iterable[Piece]:
    return facts(row(wording.say("events.field.size_bytes"), wording.say("events.bytes", count=event.size_bytes)))


def _uri(event: Any, wording: Wording) -> Iterable[Piece]:
    """An address is only followed where a browser can fetch it."""
    said: Line = link(event.uri, event.uri) if event.uri.startswith("https://") else theirs(event.uri)
    return facts(row(wording.say("events.field.uri"), said))


_SPECIAL: dict[str, Callable[[Any, Wording], Iterable[Piece]]] = {
    "classification": _classification,
    "departments": _departments,
    "represented": _departments,
    "deputies": _deputies,
    "redress": _redress,
    "approved": _approved,
    "needed": _needed,
    "score": _score,
    "size_bytes": _size,
    "uri": _uri,
    "present": _people("present", "present"),
    "invited": _people("invited", "invited"),
    "told": _people("told", "told"),
    "left": _people("left", "left"),
    "duration": lambda event, wording: facts(
        row(wording.say("events.field.duration"), wording.length(event.duration, in_hours=True))
    ),
    "step": lambda event, wording: facts(
        row(wording.say("events.field.step"), wording.known("complaint.step", event.step))
    ),
    "votes": lambda event, wording: facts(row(wording.say("events.field.votes"), votes_in_words(event.votes, wording))),
    "moved": lambda event, wording: items(moved_clocks(event.moved, wording), label=wording.say("events.field.moved")),
    "tasks": lambda event, wording: items(
        (task_item(task, wording) for task in event.tasks), label=wording.say("events.field.tasks")
    ),
}
