"""The complaints of the table of who may give which command, as the shipped staff bring them about on real servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from infra.calendars import load_calendar
from infra.organisation import load_organisation
from infra.policies import load_policy
from tests.core.situations import ASSESSED, Act, Situation, acts, situation_of
from tests.core.story import ask
from tests.support.conditions import until
from tests.workflows import limits
from tests.workflows.case import Case
from tests.workflows.people import (
    AGENT,
    COMPLAINANT,
    ENGINEER,
    ENGINEERS_LEAD,
    EXECUTIVE,
    HEAD,
    LEAD,
    staff,
)
from workflows.contract.clock_rule import Extension
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.parties import SYSTEM, Actor, Party, StandIn, Standing
from workflows.contract.vocabulary import Role, Severity, Status

REOPENING_WINDOW = timedelta(days=30, hours=1)

_COLLEAGUE = staff("mary.okoro")
_DEPUTY = Actor(
    subject="wei.lan",
    roles=(Role.AGENT,),
    department="customer_service",
    authenticated_by="test",
    stands_in_for=(StandIn(subject=HEAD.subject, roles=HEAD.roles, department="customer_service"),),
)

PEOPLE: dict[str, Actor] = {
    "owner": AGENT,
    "colleague": _COLLEAGUE,
    "contractor": staff("luo.jie").model_copy(update={"contractor": True}),
    "lead": LEAD,
    "head": HEAD,
    "head's deputy": _DEPUTY,
    "another department's agent": ENGINEER,
    "another department's lead": ENGINEERS_LEAD,
    "another department's head": staff("gao.feng"),
    "lead of the lawyers": staff("nora.lind"),
    "executive": EXECUTIVE,
    "executive with an interest": staff("grace.adler"),
    "auditor": staff("paul.weir"),
    "complainant": COMPLAINANT,
    "Amends": SYSTEM,
}

_LONGER = Extension(
    to=dict.fromkeys(Severity, 800 * limits.DAY),
    roles=(Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE),
    requires="Somebody is ill.",
)
_STATUTORY = limits.clock("statutory", "filed", "closed", 400 * limits.DAY, extensions=(_LONGER,))
_COUNTED = limits.clock("office", "filed", "closed", 400 * limits.DAY, counts="business_hour")


class Place(NamedTuple):
    """A status in a situation: one complaint, and the commands of the table that are tried in it."""

    status: Status
    situation: Situation

    @property
    def commands(self) -> list[str]:
        """All that the page tries in a complaint like this."""
        return [name for name in COMMANDS if _place_of(name, self.status) == self]


def places() -> list[Place]:
    """All there are, but for those that have only been received."""
    statuses = (status for status in Status if status is not Status.RECEIVED)
    return list(dict.fromkeys(_place_of(name, status) for status in statuses for name in COMMANDS))


def is_over_at_once(command: str, status: Status) -> bool:
    """No other complaint takes so long to answer whether it takes this one in that there was time to look."""
    return situation_of(command, status) is Situation.DUPLICATE and status in ASSESSED


def _place_of(command: str, status: Status) -> Place:
    """That of the page, where there is time to look."""
    situation = Situation.PLAIN if is_over_at_once(command, status) else situation_of(command, status)
    return Place(status, situation)


class Payloads:
    """Makes the sensible payloads of the core's tests fit the shipped organisation, and a complaint to refer to."""

    def __init__(self, folder: Path) -> None:
        self.policy = limits.write_policy(folder, *load_policy("default").clocks, _STATUTORY, _COUNTED)
        written = load_policy(self.policy)
        calendar = load_calendar(str(folder / "office.yaml"))
        amended = calendar.model_copy(update={"holidays": {datetime.now(UTC).date(): "Closed"}})
        self.other = ""
        self._fitting: dict[str, dict[str, Any]] = {
            "assign": {"to": Party(department="customer_service", subject=_COLLEAGUE.subject)},
            "delegate": {"to": _party(_COLLEAGUE)},
            "reassign": {"to": Party(department="technical_support")},
            "call_meeting": {"departments": ("technical_support", "legal_compliance")},
            "reschedule_meeting": {"starts_at": datetime.combine(_in_days(3), time(12), UTC)},
            "record_minutes": {"present": (HEAD.subject, PEOPLE["another department's head"].subject)},
            "decide_meeting": {"present": ("customer_service", "technical_support")},
            "declare_major_event": {"departments": ("technical_support", "legal_compliance")},
            "adopt_policy": {"policy": written.model_copy(update={"title": "Later"}), "calendar": amended},
            "amend_calendar": {"calendar": amended},
            "amend_staff": {"departments": _departments(), "executive": EXECUTIVE.subject, "left": ()},
        }

    def command(self, name: str, who: str, changes: Mapping[str, Any] | None = None) -> Command:
        """The command as this person gives it."""
        fitting = self._fitting.get(name, {})
        if name in ("merge", "join_event") and self.other:
            fitting = {"into" if name == "merge" else "parent": self.other}
        if changes and "tasks" in changes:
            fitting |= {"tasks": (self._task(),)}
        return ask(name, PEOPLE[who], **fitting)

    @staticmethod
    def _task() -> dict[str, Any]:
        owner = Party(department="technical_support", subject=ENGINEER.subject)
        return {"text": "Call the carrier.", "owner": owner, "due_at": _in_days(60)}


async def arrange(case: Case, place: Place, payloads: Payloads, child: Case | None = None) -> set[str]:
    """Bring a filed complaint there; what Amends does on the page, another complaint has it do. `child` joins the event
    of one that leads one. Returns the commands that people gave.
    """
    given = set()
    for act in acts(place.situation, place.status):
        if act.who != "Amends":
            await case.desk.client.command(case.reference, payloads.command(*act))
            given.add(act.command)
        elif act.command == "adopt_child" and child:
            join = ask("join_event", HEAD, parent=case.reference)
            await child.desk.client.command(child.reference, join)
        await until(partial(_has_come_of, case, act), f"{act.command} in {case.reference}, {place}")
    await case.settle()
    if place.status is Status.ARCHIVED:
        await case.pass_time(REOPENING_WINDOW)
    assert (await case.view()).summary.status is place.status
    return given


async def _has_come_of(case: Case, act: Act) -> bool:
    """What another complaint had to do for it."""
    if act.command not in ("adopt_child", "pass_on", "follow"):
        return True
    view = await case.view()
    if act.command == "adopt_child":
        return bool(view.kin.event and view.kin.event.children)
    if act.command == "pass_on":
        return view.kin.parent is not None
    return view.summary.status is Status.CLOSED


def _in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _party(person: Actor) -> Party:
    department = str(person.department)
    return Party(
        department=department, subject=person.subject, standing=Standing(roles=person.roles, department=department)
    )


def _departments() -> dict[str, dict[str, str]]:
    """With nobody but heads in charge."""
    return {member.department: {"head": member.subject} for member in _heads()}


def _heads() -> Iterator[Any]:
    return (member for member in load_organisation().staff if Role.HEAD in member.roles)
