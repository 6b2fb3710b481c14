"""A complaint told step by step: commands and the passing of time drive the pure core as the workflow would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from tests.core import builders as b
from workflows.contract.assessment import Assessment
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.effects import Effect
from workflows.contract.events import Entry, Filed
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.vocabulary import Status
from workflows.core.assess import assess, procedure_of
from workflows.core.case import Case, opened
from workflows.core.ledger import Clock
from workflows.core.react import react
from workflows.core.step import Step, catch_up, obey

SENSIBLE: dict[str, dict[str, Any]] = {
    "accept": {},
    "classify": {"nature": "quality", "severity": "high", "reason": "it is the device, not the people"},
    "propose": {"solution": "We apologise.", "redress": ({"kind": "apology"},)},
    "approve": {},
    "refuse": {"reason": "too little"},
    "reassign": {"to": {"department": "quality"}, "reason": "theirs"},
    "escalate": {"reason": "the press is asking"},
    "inform": {"text": "The workshop has it."},
    "call_meeting": {"departments": ("quality", "legal"), "agenda": "Who pays?"},
    "decide_meeting": {"present": ("service", "quality"), "minutes": "We pay.", "decision": "pay"},
    "wait": {"waiting_for": "complainant", "question": "Which serial number?"},
    "resume": {"answer": "A-17"},
    "execute": {"result": "The letter is out."},
    "answer_survey": {"solved": True},
    "withdraw": {"reason": "never mind"},
    "declare_out_of_scope": {"reason": "another company's", "referral": "the other company"},
    "reopen": {"reason": "it broke again"},
    "extend": {"clock": "statutory", "reason": "the expert is ill"},
    "adopt_policy": {
        "policy": b.policy(title="A later edition"),
        "calendar": b.CALENDAR,
        "reason": "the board has decided",
    },
    "amend_calendar": {"calendar": b.LATER_CALENDAR, "reason": "a day of mourning was announced"},
    "note": {"text": "called, no answer"},
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
        return self.add(Step(self.case).then(assess(assessment), self.now, SYSTEM))

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
