"""What somebody has to have before their eyes when they give a command: the proposal, the meeting, what is open."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from starter.console.visit import Visit
from workflows.contract.redress import Redress
from workflows.contract.views import ComplaintView, MeetingView


def show_facts(visit: Visit, command: str, view: ComplaintView) -> None:
    """Put it where the page is being built."""
    for show in _SHOWN.get(command, ()):
        show(visit, view)


def redress_in_words(visit: Visit, redress: Redress) -> str:
    """One thing the complainant gets."""
    money = f"{redress.amount:,.2f} {redress.currency or ''}".strip() if redress.amount else None
    return " · ".join(filter(None, (visit.word("redress", redress.kind), money, redress.note)))


def _proposal(visit: Visit, view: ComplaintView) -> None:
    proposal = view.proposal
    if proposal is None:
        return
    with _panel(visit.say("commands.facts.proposal", round=proposal.round, by=proposal.by)):
        ui.label(proposal.solution).classes("theirs").props("dir=auto")
        if proposal.redress:
            with ui.element("ul"):
                for each in proposal.redress:
                    with ui.element("li"):
                        ui.label(redress_in_words(visit, each)).classes("theirs").props("dir=auto")
        if proposal.approvals:
            names = visit.say("commands.dialog.between").join(proposal.approvals)
            ui.label(visit.say("commands.facts.approvals", names=names)).classes("quiet")


def _meeting(visit: Visit, view: ComplaintView) -> None:
    meeting = view.meeting
    if meeting is None:
        return
    with _panel(visit.say("commands.facts.agenda")):
        ui.label(meeting.agenda).classes("theirs").props("dir=auto")
        ui.label(_when(visit, meeting)).classes("quiet")


def _when(visit: Visit, meeting: MeetingView) -> str:
    if meeting.starts_at is None:
        return visit.say("commands.facts.no_time_yet")
    return f"{visit.say('commands.facts.starts_at')} · {visit.moments.short(meeting.starts_at)}"


def _minutes(visit: Visit, view: ComplaintView) -> None:
    if view.meeting is None or view.meeting.minutes is None:
        return
    with _panel(visit.say("commands.facts.decision")):
        ui.label(view.meeting.minutes).classes("theirs").props("dir=auto")


def _open_tasks(visit: Visit, view: ComplaintView) -> None:
    tasks = [task for task in view.tasks if task.is_open]
    if not tasks:
        return
    with _panel(visit.say("commands.facts.tasks_open", count=len(tasks))):
        for task in tasks:
            ui.label(f"{task.number}. {task.text}").classes("theirs").props("dir=auto")


def _event(visit: Visit, view: ComplaintView) -> None:
    event = view.kin.event
    if event:
        with _panel(visit.say("commands.facts.event", title=event.title, count=len(event.children))):
            if event.statement:
                ui.label(event.statement).classes("theirs").props("dir=auto")


def _hold(visit: Visit, view: ComplaintView) -> None:
    if view.hold:
        _panel(visit.say("commands.facts.hold", reason=view.hold))


def _panel(title: str) -> ui.element:
    panel = ui.element("section").classes("command-facts")
    with panel:
        ui.label(title).classes("command-facts-title")
    return panel


_SHOWN: dict[str, tuple[Callable[[Visit, ComplaintView], None], ...]] = {
    "approve": (_proposal,),
    "refuse": (_proposal,),
    "delegate": (_proposal,),
    "execute": (_proposal,),
    "propose": (_proposal,),
    "reschedule_meeting": (_meeting,),
    "cancel_meeting": (_meeting,),
    "record_minutes": (_meeting,),
    "move": (_meeting,),
    "decide_meeting": (_meeting, _minutes),
    "withdraw": (_open_tasks,),
    "close": (_open_tasks,),
    "broadcast": (_event,),
    "lift_hold": (_hold,),
}
