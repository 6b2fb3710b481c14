"""What there is to choose for a field, and what is chosen before anybody has: from the complaint, and the directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from starter.console.commands.asked import Kind, Question
from starter.console.commands.staff import Option, Staff, colleagues, departments, named, parties, person
from starter.console.texts import texts
from starter.console.visit import Visit
from workflows.contract.views import ClockState, ComplaintView, MeetingView
from workflows.contract.vocabulary import Choice, DutyKind, Kinship, Level

OF_THE_DIRECTORY = frozenset(
    {Kind.PARTY, Kind.PARTIES, Kind.PERSON, Kind.ANYBODY, Kind.DEPARTMENTS, Kind.TASKS, Kind.ATTENDANCE, Kind.SEAT}
)
"""The kinds that name people or departments."""

_SCORES = (5, 4, 3, 2, 1)
_LIVE = (ClockState.RUNNING, ClockState.PAUSED)


class Case(NamedTuple):
    """Who is asked, of which complaint if it is one, and who is on the staff."""

    visit: Visit
    view: ComplaintView | None
    staff: Staff


def options_for(question: Question, case: Case) -> list[Option] | None:
    """What there is to choose; None where something is written instead."""
    make = _OPTIONS.get(question.kind)
    return make(question, case) if make else None


def preselected(question: Question, case: Case, options: list[Option]) -> Any:
    """What is most likely meant: as it is now, or the only one there is."""
    view = case.view
    if question.name in ("nature", "severity") and view and view.classification:
        return getattr(view.classification, question.name).value
    if question.kind in (Kind.MOTION, Kind.TASK) and view:
        number = _own_duty(case, DutyKind.VOTE if question.kind is Kind.MOTION else DutyKind.TASK)
        if question.is_required and any(each["value"] == number for each in options):
            return number
    if question.default is not None and question.default != ():
        return getattr(question.default, "value", question.default)
    return options[0]["value"] if question.is_required and len(options) == 1 else None


def _words(question: Question, case: Case) -> list[Option]:
    vocabulary = _VOCABULARIES[question.type.__name__]
    return [Option(value=word.value, label=case.visit.word(vocabulary, word)) for word in _sensible(question, case)]


_VOCABULARIES = {
    "Nature": "nature",
    "Severity": "severity",
    "Level": "level",
    "Choice": "choice",
    "WaitingFor": "waiting_for",
    "Kinship": "kinship",
}


def _sensible(question: Question, case: Case) -> Iterator[Any]:
    """The words that would change anything."""
    view = case.view
    for word in question.type:
        if isinstance(word, Level) and view:
            is_higher = word.rank > view.summary.level.rank
            if word is view.summary.level or is_higher is not (question.command == "escalate"):
                continue
        if word is Kinship.SPLIT_INTO or (word is Level.OWNER and question.command == "escalate"):
            continue
        yield word


def _yes_no(_: Question, case: Case) -> list[Option]:
    say = case.visit.say
    return [
        Option(value=True, label=say("commands.choices.solved")),
        Option(value=False, label=say("commands.choices.not_solved")),
    ]


def _scores(_: Question, case: Case) -> list[Option]:
    return [Option(value=score, label=case.visit.say(f"commands.choices.score.{score}")) for score in _SCORES]


def _parties(question: Question, case: Case) -> list[Option]:
    """Only people can be assigned or delegated to; a case is assigned within the department that holds it."""
    view = case.view
    if question.command == "assign":
        own = view.owner if view else None
        return colleagues(
            case.visit,
            case.staff,
            department=own.department if own else None,
            but_not=(own.subject,) if own else (),
            as_parties=True,
        )
    if question.command == "delegate":
        return colleagues(case.visit, case.staff, but_not=(case.visit.caller.actor.subject,), as_parties=True)
    if question.command == "record_minutes" and view and view.meeting:
        seats = {seat.subject for seat in view.meeting.seats}
        others = [each.subject for each in case.staff.members if each.subject not in seats]
        return colleagues(case.visit, case.staff, but_not=others, as_parties=True)
    return parties(case.visit, case.staff)


def _colleagues(_: Question, case: Case) -> list[Option]:
    return colleagues(case.visit, case.staff)


def _departments(question: Question, case: Case) -> list[Option]:
    """Those of the meeting that decides; else all but the one that holds the case, which comes anyway."""
    view, every = case.view, departments(case.visit, case.staff)
    if question.command == "decide_meeting" and view and view.meeting:
        return [each for each in every if each["value"] in view.meeting.departments]
    if question.command == "call_meeting" and view:
        return [each for each in every if each["value"] != view.owner.department]
    return every


def _attendance(_: Question, case: Case) -> list[Option]:
    """Everybody with a seat, and whoever takes it for them."""
    meeting = case.view.meeting if case.view else None
    return list(_invited(meeting, case)) if meeting else colleagues(case.visit, case.staff)


def _invited(meeting: MeetingView, case: Case) -> Iterator[Option]:
    seen = set[str]()
    for seat in meeting.seats:
        spoken_for = case.visit.say("commands.dialog.between").join(
            named(case.visit, case.staff, name) for name in seat.departments
        )
        as_whom = {seat.subject: case.visit.say("commands.choices.seat_of", departments=spoken_for)}
        if seat.deputy:
            for_whom = person(case.visit, case.staff, seat.subject)
            as_whom[seat.deputy] = case.visit.say("commands.choices.deputy_of", subject=for_whom)
        for subject, caption in as_whom.items():
            if subject not in seen:
                yield Option(value=subject, label=person(case.visit, case.staff, subject), caption=caption)
        seen |= as_whom.keys()


def _clocks(_: Question, case: Case) -> list[Option]:
    """Those that run."""
    say, moments = case.visit.say, case.visit.moments
    live = (clock for clock in case.view.clocks if clock.state in _LIVE) if case.view else ()
    return [
        Option(
            value=clock.name,
            label=clock_name(case.visit, clock.name),
            caption=say("commands.choices.clock_due", when=moments.short(clock.due_at)),
        )
        for clock in live
    ]


def clock_name(visit: Visit, clock: str) -> str:
    """A limit as people call it; policies may name some that have no word here."""
    return visit.word("clock", clock) if f"vocabulary.clock.{clock}" in texts() else clock.replace("_", " ")


def _motions(question: Question, case: Case) -> list[Option]:
    meeting = case.view.meeting if case.view else None
    motions = meeting.motions if meeting else ()
    return [
        Option(
            value=motion.number,
            label=f"{motion.number}. {motion.text}",
            caption=_stands(case.visit, motion.count, is_carried=motion.is_carried),
        )
        for motion in motions
        if question.command == "vote" or motion.is_carried
    ]


def _stands(visit: Visit, count: dict[Choice, int], *, is_carried: bool) -> str:
    votes = {"for_" if choice is Choice.FOR else choice.value: count.get(choice, 0) for choice in Choice}
    said = [visit.say("commands.choices.votes", **votes)]
    return " · ".join([*said, visit.say("commands.choices.carried")] if is_carried else said)


def _tasks(_: Question, case: Case) -> list[Option]:
    say, moments = case.visit.say, case.visit.moments
    return [
        Option(
            value=task.number,
            label=f"{task.number}. {task.text}",
            caption=say(
                "commands.choices.task_of",
                owner=person(case.visit, case.staff, task.owner.subject),
                when=moments.short(task.due_at),
            ),
        )
        for task in (case.view.tasks if case.view else ())
        if task.is_open
    ]


def _seats(_: Question, case: Case) -> list[Option]:
    """Those of absent people for whom the reader votes."""
    meeting = case.view.meeting if case.view else None
    actor = case.visit.caller.actor
    absent = {each.subject for each in actor.stands_in_for}
    return [
        Option(value=seat.subject, label=person(case.visit, case.staff, seat.subject))
        for seat in (meeting.seats if meeting else ())
        if seat.deputy == actor.subject or seat.subject in absent
    ]


def _own_duty(case: Case, kind: DutyKind) -> int | None:
    reader = case.visit.caller.actor.subject
    duties = case.view.summary.duties if case.view else ()
    return next((duty.number for duty in duties if duty.duty is kind and duty.subject == reader), None)


_OPTIONS: dict[Kind, Callable[[Question, Case], list[Option]]] = {
    Kind.WORD: _words,
    Kind.YES_NO: _yes_no,
    Kind.SCORE: _scores,
    Kind.PARTY: _parties,
    Kind.PARTIES: _parties,
    Kind.PERSON: _colleagues,
    Kind.ANYBODY: _colleagues,
    Kind.DEPARTMENTS: _departments,
    Kind.ATTENDANCE: _attendance,
    Kind.CLOCK: _clocks,
    Kind.MOTION: _motions,
    Kind.TASK: _tasks,
    Kind.SEAT: _seats,
}
