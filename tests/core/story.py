"""A complaint told step by step: commands and the passing of time drive the pure core as the workflow would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from tests.core import builders as b
from workflows.contract.assessment import Assessment
from workflows.contract.calendar import Calendar
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.effects import Effect, FindTime
from workflows.contract.errors import ErrorCode
from workflows.contract.events import Entry, Filed
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.reference import reference_for
from workflows.contract.replies import Answer, Availability, Diary
from workflows.contract.vocabulary import Status
from workflows.core.assess import assess, procedure_of
from workflows.core.case import Case, opened
from workflows.core.ledger import Clock
from workflows.core.react import react
from workflows.core.step import Step, catch_up, heard, obey

OTHER = reference_for("webform", "another")
"""The reference of some other complaint."""

SENSIBLE: dict[str, dict[str, Any]] = {
    "accept": {},
    "assign": {"to": {"department": "service", "subject": "service.colleague"}},
    "take_over": {"reason": "it has waited long enough"},
    "declare_interest": {"reason": "my cousin works there"},
    "classify": {"nature": "quality", "severity": "high", "reason": "it is the device, not the people"},
    "propose": {"solution": "We apologise.", "redress": ({"kind": "apology"},)},
    "approve": {},
    "refuse": {"reason": "too little"},
    "delegate": {"to": b.party(b.COLLEAGUE), "reason": "on a journey"},
    "reassign": {"to": {"department": "quality"}, "reason": "theirs"},
    "escalate": {"reason": "the press is asking"},
    "de_escalate": {"to": "owner", "reason": "the press has gone"},
    "acknowledge": {"how": "by telephone"},
    "ask": {"question": "Which colour?"},
    "record_answer": {"answer": "Red."},
    "confirm": {"solved": True, "how": "by telephone"},
    "inform": {"text": "The workshop has it."},
    "call_meeting": {"departments": ("quality", "legal"), "agenda": "Who pays?"},
    "reschedule_meeting": {"starts_at": b.START + b.DAY, "reason": "the room is taken"},
    "cancel_meeting": {"reason": "it is clear enough"},
    "record_minutes": {"present": ("service.head", "quality.head"), "minutes": "We talked it over."},
    "move": {"text": "We pay half."},
    "vote": {"motion": 1, "choice": "for"},
    "complete_task": {"task": 1, "result": "It is paid."},
    "decide_meeting": {"present": ("service", "quality"), "minutes": "We pay.", "decision": "pay"},
    "wait": {"waiting_for": "complainant", "question": "Which serial number?"},
    "resume": {"answer": "A-17"},
    "execute": {"result": "The letter is out."},
    "answer_survey": {"solved": True},
    "withdraw": {"reason": "never mind"},
    "declare_out_of_scope": {"reason": "another company's", "referral": "the other company"},
    "close": {"reason": "there is nothing left to do"},
    "reopen": {"reason": "it broke again"},
    "extend": {"clock": "statutory", "reason": "the expert is ill"},
    "adopt_policy": {
        "policy": b.policy(title="A later edition"),
        "calendar": b.CALENDAR,
        "reason": "the board has decided",
    },
    "amend_calendar": {"calendar": b.LATER_CALENDAR, "reason": "a day of mourning was announced"},
    "amend_staff": {
        "departments": {name: {"head": f"{name}.new"} for name in b.DEPARTMENTS},
        "executive": b.EXECUTIVE.subject,
        "left": ("service.head",),
        "reason": "a new team",
    },
    "note": {"text": "called, no answer"},
    "attach": {
        "file_name": "letter.pdf",
        "media_type": "application/pdf",
        "size_bytes": 12_000,
        "sha256": "5e" * 32,
        "uri": "s3://letters/2026/letter.pdf",
    },
    "link": {"reference": OTHER, "relation": "related", "reason": "the same shop"},
    "merge": {"into": OTHER, "reason": "the same parcel"},
    "split": {"text": "And the clerk was rude.", "subject": "The clerk", "reason": "another department's"},
    "declare_major_event": {
        "title": "The warehouse has burnt down",
        "departments": ("quality", "legal"),
        "plan": "Everybody is told today, and then daily.",
        "statement": "Your parcel may have been lost.",
    },
    "join_event": {"parent": OTHER, "reason": "the same fire"},
    "leave_event": {"reason": "it was another warehouse"},
    "broadcast": {"text": "We send everything again."},
    "link_from": {"reference": OTHER, "relation": "caused_by", "by": "service.agent"},
    "absorb": {"reference": OTHER},
    "let_go": {"reference": OTHER},
    "follow": {"survivor": OTHER, "outcome": "resolved"},
    "adopt_child": {"reference": OTHER},
    "pass_on": {"parent": OTHER, "text": "Your parcel may have been lost."},
    "apply_decision": {
        "parent": OTHER,
        "decision": {
            "round": 1,
            "by": "legal.agent",
            "severity": "critical",
            "solution": "Everything is sent again.",
            "redress": ({"kind": "replacement"},),
            "consents": ({"by": "legal.head", "step": "approval"}, {"by": "board.second", "step": "approval"}),
            "steps": ({"step": "approval", "roles": ("head", "executive"), "approvals": 2},),
        },
    },
    "legal_hold": {"reason": "a court has asked for it"},
    "lift_hold": {"reason": "the court has decided"},
}
"""For each command a payload that makes sense in the builders' company."""


def ask(name: str, by: Actor, **changes: Any) -> Command:
    """The command `name` by somebody, with a sensible payload except for `changes`."""
    return COMMANDS[name].model_validate({"actor": by} | SENSIBLE[name] | changes)


class Story:
    """One complaint, filed at `START` unless told otherwise: its case, journal, effects and the present time."""

    def __init__(self, received_at: datetime = b.START, now: datetime | None = None, **filing: Any) -> None:
        self.now = now or received_at
        complaint = b.filing(**filing)
        first = Entry(
            sequence=1,
            at=self.now,
            actor=SYSTEM,
            command_id="",
            event=Filed(complaint=complaint, received_at=received_at),
        )
        self.case: Case = opened(first)
        self.entries: tuple[Entry, ...] = (first,)
        self.effects: tuple[Effect, ...] = react(first, self.case)

    def assessed(self, assessment: Assessment | None = None) -> Self:
        """The first assessment comes back."""
        assessment = assessment or b.assessment()
        self.case = self.case.model_copy(update={"procedure": procedure_of(assessment)})
        return self.add(Step(self.case).then(assess(self.case, assessment, self.now), self.now, SYSTEM))

    def finds_time(self, *people: Diary, **calendars: Calendar) -> Self:
        """The directory tells when those can meet for whom a meeting's time was last looked for; without `people`,
        that all of them are always there.
        """
        asked = [effect for effect in self.effects if isinstance(effect, FindTime)][-1]
        return self.add(heard(self.case, self.reply_to(asked, *people, **calendars), self.now))

    def begins(self) -> Self:
        """The time of the meeting has come."""
        if self.case.meeting and self.case.meeting.starts_at:
            self.now = max(self.now, self.case.meeting.starts_at)
        return self

    @staticmethod
    def reply_to(asked: FindTime, *people: Diary, **calendars: Calendar) -> Availability:
        """What the directory says to that."""
        return Availability(
            sequence=asked.sequence,
            number=asked.number,
            call=asked.call,
            people=people or tuple(Diary(subject=subject) for subject in asked.invited),
            calendars=calendars,
        )

    def add(self, step: Step) -> Self:
        """Make the step's case the present one."""
        self.case = step.case
        self.entries += step.entries
        self.effects += step.effects
        return self

    def obeys(self, command: Command) -> Self:
        """The command is carried out now."""
        return self.add(obey(self.case, command, self.now))

    def does(self, name: str, by: Actor, **changes: Any) -> Self:
        """Somebody gives the command `name` now, with a sensible payload except for `changes`."""
        return self.obeys(ask(name, by, **changes))

    def hears(self, command: str, code: ErrorCode | None = None) -> Self:
        """The other complaint answers what it was given last."""
        request = self.case.kin.merging or self.case.kin.joining
        said = {"sequence": request.sequence if request else 1, "reference": OTHER, "command": command}
        answer = Answer.model_validate(said | ({"code": code, "message": "it says why"} if code else {}))
        return self.add(heard(self.case, answer, self.now))

    def after(self, passed: timedelta, *, noticed: bool = True) -> Self:
        """Time passes; unless there is an outage, whatever falls due is noticed at the end of it."""
        self.now += passed
        return self.add(catch_up(self.case, self.now)) if noticed else self

    def reaches(self, status: Status) -> Self:
        """The standard path up to `status`, without time passing (archiving takes the reopening window)."""
        goal = {Status.WAITING: Status.INVESTIGATING, Status.ARCHIVED: Status.CLOSED}.get(status, status)
        while self.case.status is not goal:
            self.does(*STANDARD_PATH[self.case.status])
        if status is Status.WAITING:
            self.does("wait", b.AGENT)
        if status is Status.ARCHIVED:
            self.after(b.REOPENING_WINDOW)
        return self

    def events(self, *kinds: type[Any]) -> list[Any]:
        """All events of these kinds, in order."""
        return [entry.event for entry in self.entries if isinstance(entry.event, kinds)]

    def last(self, count: int = 1) -> list[str]:
        """The names of the last events."""
        return [entry.event.type for entry in self.entries[-count:]]

    def clock(self, name: str) -> Clock:
        """The latest clock of that name."""
        return [clock for clock in self.case.clocks if clock.name == name][-1]


STANDARD_PATH = {
    Status.ASSIGNED: ("accept", b.AGENT),
    Status.INVESTIGATING: ("propose", b.AGENT),
    Status.APPROVING: ("approve", b.LEAD),
    Status.EXECUTING: ("execute", b.AGENT),
    Status.CONFIRMING: ("answer_survey", b.COMPLAINANT),
}
"""The command that leads on from each status, and who gives it."""
