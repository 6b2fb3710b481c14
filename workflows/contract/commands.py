"""What people and systems may ask of a complaint: one model per command, each an update and a signal of that name."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from workflows.contract.base import LIST_MAX_ITEMS, STORABLE, Instant, Line, Model, Slug, Text
from workflows.contract.calendar import Calendar
from workflows.contract.parties import Actor, Party
from workflows.contract.policy import Policy
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Level, Nature, Severity, WaitingFor


class Command(Model):
    """What all commands share. `command_id` makes a repeat harmless: the same id acts once and gets the same receipt.
    An update without one uses its update id, a signal without one is given the number of the event it causes.
    """

    name: ClassVar[str]
    actor: Actor
    command_id: Annotated[str, StringConstraints(max_length=100), STORABLE] = ""


class Accept(Command):
    """The case is mine: the actor becomes the owner and starts investigating."""

    name = "accept"


class Classify(Command):
    """Correct what the classifier said; the case goes to the department responsible for the corrected nature."""

    name = "classify"
    nature: Nature
    severity: Severity
    reason: Line


class Propose(Command):
    """A solution with its redress, for approval."""

    name = "propose"
    solution: Text
    redress: Annotated[tuple[Redress, ...], Field(max_length=LIST_MAX_ITEMS)] = ()


class Approve(Command):
    """Consent to the present proposal."""

    name = "approve"
    comment: Line | None = None


class Refuse(Command):
    """Send the proposal back to its owner, with the reason."""

    name = "refuse"
    reason: Line


class Reassign(Command):
    """Give the case to another department, or person in it. Every clock keeps running."""

    name = "reassign"
    to: Party
    reason: Line


class Escalate(Command):
    """Tell the next level, or the one named, that this case needs them."""

    name = "escalate"
    to: Level | None = Field(default=None, description="Defaults to one rung above the present one.")
    reason: Line


class Inform(Command):
    """Tell the complainant how far it has come."""

    name = "inform"
    text: Text


class CallMeeting(Command):
    """Convene the departments a case needs."""

    name = "call_meeting"
    departments: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    agenda: Text
    starts_at: Instant | None = Field(default=None, description="Defaults to as soon as everybody is there.")


class DecideMeeting(Command):
    """Record what the meeting decided and who was there."""

    name = "decide_meeting"
    present: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=LIST_MAX_ITEMS)]
    minutes: Text
    decision: Line


class Wait(Command):
    """Nothing can be done until somebody outside answers; pausable clocks stop counting."""

    name = "wait"
    waiting_for: WaitingFor
    question: Line


class Resume(Command):
    """The answer is there."""

    name = "resume"
    answer: Text


class Execute(Command):
    """The approved solution has been carried out."""

    name = "execute"
    result: Text


class AnswerSurvey(Command):
    """Is it really solved? "No" reopens the same complaint."""

    name = "answer_survey"
    round: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="The solution it is about, as the survey's link says; the present one without."
    )
    solved: bool
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    comment: Text | None = None


class Withdraw(Command):
    """The complainant takes the complaint back."""

    name = "withdraw"
    reason: Line


class DeclareOutOfScope(Command):
    """Not ours to solve; says who can."""

    name = "declare_out_of_scope"
    reason: Line
    referral: Line


class Reopen(Command):
    """A closed case was not solved after all."""

    name = "reopen"
    reason: Line


class ExtendClock(Command):
    """Lengthen a running limit, as far as its policy allows it."""

    name = "extend"
    clock: Slug
    reason: Line


class AdoptPolicy(Command):
    """Go on under another version of the policy. Given by `amends policy migrate`, complaint by complaint."""

    name = "adopt_policy"
    policy: Policy
    calendar: Calendar | None = None
    reason: Line


class AmendCalendar(Command):
    """Holidays or working hours have changed. The calendar must be the one the complaint's policy names."""

    name = "amend_calendar"
    calendar: Calendar
    reason: Line


class AddNote(Command):
    """Something worth knowing later."""

    name = "note"
    text: Text


COMMANDS: dict[str, type[Command]] = {
    command.name: command
    for command in (
        Accept,
        Classify,
        Propose,
        Approve,
        Refuse,
        Reassign,
        Escalate,
        Inform,
        CallMeeting,
        DecideMeeting,
        Wait,
        Resume,
        Execute,
        AnswerSurvey,
        Withdraw,
        DeclareOutOfScope,
        Reopen,
        ExtendClock,
        AdoptPolicy,
        AmendCalendar,
        AddNote,
    )
}
"""Every command by the name of its update and signal."""
