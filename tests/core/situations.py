"""The people and the complaints behind the table of who may give which command: the same on the core and on servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from tests.core import builders as b
from tests.core.story import Story, ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Role, Status

Answer = ErrorCode | None
"""The code of a refusal; None when a command is accepted."""

PEOPLE: dict[str, Actor] = {
    "owner": b.AGENT,
    "colleague": b.COLLEAGUE,
    "contractor": b.staff(Role.AGENT, subject="service.contractor").model_copy(update={"contractor": True}),
    "lead": b.LEAD,
    "head": b.HEAD,
    "head's deputy": b.standing_in(b.staff(Role.AGENT, subject="service.deputy"), b.HEAD),
    "another department's agent": b.staff(Role.AGENT, "quality"),
    "another department's lead": b.staff(Role.LEAD, "quality"),
    "another department's head": b.staff(Role.HEAD, "quality"),
    "lead of the lawyers": b.staff(Role.LEAD, "legal_compliance"),
    "executive": b.EXECUTIVE,
    "executive with an interest": b.OTHER_EXECUTIVE,
    "auditor": b.AUDITOR,
    "complainant": b.COMPLAINANT,
    "Amends": SYSTEM,
}
"""By what they are to the complaint. An agent of the service department owns it."""

WORKING = frozenset({Status.ASSIGNED, Status.INVESTIGATING})
ASSESSED = frozenset(Status) - {Status.RECEIVED, Status.CLOSED, Status.ARCHIVED}


class Situation(StrEnum):
    """What there is in a complaint, in the statuses in which it can be."""

    PLAIN = "plain"
    MEETING = "an open meeting with a motion"
    BUSY = "leads an event, was escalated, is on hold, has a task"
    CHILD = "belongs to an event"
    DUPLICATE = "is to be merged, or was"


PLACES = [
    *((Situation.PLAIN, status) for status in sorted(ASSESSED)),
    *((Situation.MEETING, status) for status in sorted(WORKING)),
    *((Situation.BUSY, status) for status in (Status.INVESTIGATING, Status.CONFIRMING, Status.CLOSED)),
    *((Situation.CHILD, status) for status in (Status.ASSIGNED, Status.WAITING)),
    *((Situation.DUPLICATE, status) for status in (Status.WAITING, Status.CLOSED)),
]
"""How far a complaint may have come when we look: where a command is possible that is not possible elsewhere."""


class Need(NamedTuple):
    """What a command needs to be there, and how the page says so."""

    situation: Situation
    in_words: str


_MEETING = Need(
    Situation.MEETING, "A meeting is open; another department's head is invited, and the owner moved something."
)

NEEDS: dict[str, Need] = {
    **dict.fromkeys(
        ("reschedule_meeting", "cancel_meeting", "record_minutes", "move", "vote", "decide_meeting"), _MEETING
    ),
    "complete_task": Need(Situation.BUSY, "A meeting gave another department's agent a task."),
    "de_escalate": Need(Situation.BUSY, "The complaint was escalated to the lead."),
    "lift_hold": Need(Situation.BUSY, "The complaint is on legal hold."),
    "broadcast": Need(Situation.BUSY, "The complaint leads a major event."),
    "adopt_child": Need(Situation.BUSY, "The complaint leads a major event."),
    "let_go": Need(Situation.BUSY, "Another complaint belongs to its major event."),
    "leave_event": Need(Situation.CHILD, "The complaint belongs to a major event."),
    "pass_on": Need(Situation.CHILD, "The complaint belongs to a major event."),
    "apply_decision": Need(Situation.CHILD, "The complaint belongs to a major event."),
    "follow": Need(Situation.DUPLICATE, "Another complaint was asked to take it in; if it is closed, it was merged."),
}
"""All others are about a complaint in which there is nothing out of the ordinary."""


class Act(NamedTuple):
    """A command that somebody gives on the way."""

    command: str
    who: str
    changes: Mapping[str, Any] = {}


PATH: dict[Status, Act] = {
    Status.ASSIGNED: Act("accept", "owner"),
    Status.INVESTIGATING: Act("propose", "owner"),
    Status.APPROVING: Act("approve", "lead"),
    Status.EXECUTING: Act("execute", "owner"),
    Status.CONFIRMING: Act("answer_survey", "complainant"),
}
"""What leads on from each status."""

A_TASK = {
    "text": "Call the carrier.",
    "owner": {"department": "quality", "subject": "quality.agent"},
    "due_at": b.START + b.DAY,
}


A_THIRD = reference_for("webform", "a third")
FITTING: dict[str, dict[str, Any]] = {"adopt_child": {"reference": A_THIRD}}
"""What makes a sensible payload fit these complaints: the other complaint belongs to the event already."""


def situation_of(command: str, status: Status) -> Situation:
    """What there is in the complaint when the command is given: what it needs, where the status can have it."""
    situation = NEEDS[command].situation if command in NEEDS else Situation.PLAIN
    can_be = {
        Situation.PLAIN: frozenset(Status),
        Situation.MEETING: WORKING,
        Situation.BUSY: ASSESSED | {Status.CLOSED},
        Situation.CHILD: ASSESSED | {Status.CLOSED},
        Situation.DUPLICATE: WORKING | {Status.WAITING, Status.APPROVING, Status.CLOSED},
    }
    return situation if status in can_be[situation] else Situation.PLAIN


def acts(situation: Situation, status: Status) -> Iterator[Act]:
    """What people do from the assessment on; archiving takes time besides."""
    if status is Status.RECEIVED:
        return
    yield Act("declare_interest", "executive with an interest")
    yield from _before(situation, status)
    if situation is Situation.DUPLICATE and status is Status.CLOSED:
        return
    goal = {Status.WAITING: Status.INVESTIGATING, Status.ARCHIVED: Status.CLOSED}.get(status, status)
    for passed, act in PATH.items():
        if passed is goal:
            break
        yield act
    if status is Status.WAITING:
        yield Act("wait", "owner")
    if situation is Situation.MEETING:
        yield Act("call_meeting", "owner")
        yield Act("move", "owner")


def a_complaint(status: Status, command: str) -> Story:
    """One in that status, with what the command needs."""
    story = Story()
    if status is Status.RECEIVED:
        return story
    story.assessed().does("reassign", b.HEAD, to={"department": "service", "subject": b.AGENT.subject})
    for act in acts(situation_of(command, status), status):
        story.does(act.command, PEOPLE[act.who], **act.changes)
    if status is Status.ARCHIVED:
        story.after(b.REOPENING_WINDOW)
    assert story.case.status is status
    return story


def answer(story: Story, command: str, person: Actor) -> Answer:
    """What somebody is told who gives a command with a sensible payload; the story stays as it is."""
    before = story.case, story.entries, story.effects
    try:
        story.obeys(ask(command, person, **FITTING.get(command, {})))
    except AmendsError as refusal:
        assert (story.case, story.entries, story.effects) == before
        return refusal.code
    story.case, story.entries, story.effects = before
    return None


def _before(situation: Situation, status: Status) -> Iterator[Act]:
    """What was there before it came so far."""
    if situation is Situation.BUSY:
        yield Act("declare_major_event", "head")
        yield Act("adopt_child", "Amends")
        yield Act("legal_hold", "executive")
        yield Act("escalate", "owner")
        if status is not Status.CLOSED:  # an open task would keep it from that
            yield Act("call_meeting", "owner")
            yield Act("decide_meeting", "owner", {"tasks": (A_TASK,)})
    if situation is Situation.CHILD:
        yield Act("join_event", "head")
        yield Act("pass_on", "Amends")
    if situation is Situation.DUPLICATE:
        yield Act("merge", "head")
        if status is Status.CLOSED:
            yield Act("follow", "Amends")
