"""The rows of a page as its reader sees them: everything in words, and nothing that is not shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from starter.console.complaint.names import Names
from starter.console.queue.address import Tab
from starter.console.queue.finding import Row
from starter.console.texts import texts
from starter.console.visit import Visit
from workflows.contract.views import Duty
from workflows.contract.vocabulary import WaitingFor

_DUTIES_SHOWN = 2

SHAPES = {"low": "south", "normal": "remove", "high": "north", "critical": "keyboard_double_arrow_up"}
"""The icon of each severity: it is not told by colour alone."""


class Shown(TypedDict):
    """One row; `todo` is what is to be done, and `why` why, or by whom. With another `version` it is another one."""

    key: str
    version: int
    reference: str
    words: str
    more: str
    severity: str
    severity_word: str
    severity_shape: str
    status: str
    department: str
    owner: str
    due_at: str
    due: str
    breached: bool
    received: str
    received_at: str
    todo: str
    why: str


def shown(visit: Visit, tab: Tab, rows: Sequence[Row], names: Names) -> list[Shown]:
    """The rows of a list in words."""
    return [_shown(visit, tab, row, names) for row in rows]


def department_named(visit: Visit, department: str, names: Names) -> str:
    """A department as people call it. Before it is known who has to see to it, that is a desk that has no people."""
    if known := names.department(department, visit.language):
        return known
    key = f"queue.departments.{department}"
    return visit.say(key) if key in texts() else department.replace("_", " ")


def _shown(visit: Visit, tab: Tab, row: Row, names: Names) -> Shown:
    say, moments = visit.say, visit.moments
    todo, why = _to_do(visit, row, names) if tab is Tab.MINE else _by_others(visit, row, names)
    received_at: datetime = row["received_at"]
    due_at: datetime | None = row["due_at"]
    severity: str | None = row["severity"]
    return Shown(
        key=f"{row['reference']}:{row['place']}" if tab is Tab.MINE else row["reference"],
        version=row.get("sequence", 0),
        reference=row["reference"],
        words=_in_a_line(row["subject"] or row["excerpt"]),
        more=_in_a_line(row["excerpt"]) if row["subject"] else "",
        severity=severity or "none",
        severity_word=visit.word("severity", severity) if severity else say("queue.list.not_classified"),
        severity_shape=SHAPES.get(severity or "", "help_outline"),
        status=visit.word("status", row["status"]),
        department=department_named(visit, row["department"], names),
        owner=names.person(row["owner"]),
        due_at=due_at.isoformat() if due_at else "",
        due=moments.short(due_at) if due_at else "",
        breached=bool(row.get("breached")),
        received=moments.short(received_at),
        received_at=say("queue.list.received", when=moments.full(received_at)),
        todo=todo,
        why=why,
    )


def _to_do(visit: Visit, row: Row, names: Names) -> tuple[str, str]:
    """What the reader has to do, and why."""
    todo = _named(visit, row["duty"], row["about"])
    why = [visit.say(f"queue.why.{row['duty']}")]
    if row["on_behalf_of"]:
        why.append(visit.say("queue.list.on_behalf_of", name=names.person(row["on_behalf_of"])))
    return todo, " · ".join(why)


def _by_others(visit: Visit, row: Row, names: Names) -> tuple[str, str]:
    """What somebody has to do, and who."""
    duties: Sequence[Duty] = row["duties"]
    waiting_for: WaitingFor | None = row["waiting_for"]
    if not duties:
        waits = visit.say("queue.list.waits_for", whom=_in_a_sentence(visit, waiting_for)) if waiting_for else ""
        return waits or visit.say("queue.list.nothing_to_do"), ""
    kinds = list(dict.fromkeys(_named(visit, duty.duty.value, None) for duty in duties))
    todo = visit.say("queue.list.and").join(kinds[:_DUTIES_SHOWN])
    if more := kinds[_DUTIES_SHOWN:]:
        todo = f"{todo} {visit.say('queue.list.more_duties', count=len(more))}"
    people = dict.fromkeys(_whom(visit, duty, names) for duty in duties)
    return todo, visit.say("queue.list.and").join(list(people)[:_DUTIES_SHOWN])


def _whom(visit: Visit, duty: Duty, names: Names) -> str:
    if duty.subject:
        return names.person(duty.subject)
    roles = visit.say("queue.list.or").join(visit.word("role", role) for role in duty.roles)
    if not duty.department:
        return roles
    department = department_named(visit, duty.department, names)
    return visit.say("queue.list.roles_of", department=department, roles=roles)


def _named(visit: Visit, duty: str, about: str | None) -> str:
    """A duty, with what exactly: a task, a motion, a step of an approval. The level of an escalation is in its why."""
    word = visit.word("duty", duty)
    return visit.say("queue.list.about", duty=word, about=about) if about and duty != "escalated" else word


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def _in_a_sentence(visit: Visit, waiting_for: str) -> str:
    word = visit.word("waiting_for", waiting_for)
    return word[:1].lower() + word[1:]
