"""How people do: what each has open and has brought to an end, who is recognised for it, and contractors beside
employees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starter.figures.endings import Ended
from starter.figures.leading import Lines
from starter.figures.measuring import Figures, Person
from starter.figures.standing import Open, Urgency

HANDLED_ENOUGH = 10
ANSWERED_ENOUGH = 5
"""With fewer complaints or answers nobody's shares say anything about them."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is open of somebody or of a department; `oldest` is when the first of it was received."""

    count: int = 0
    overdue: int = 0
    at_risk: int = 0
    breached: int = 0
    oldest: datetime | None = None

    @property
    def on_track(self) -> int:
        """Neither overdue nor at risk."""
        return self.count - self.overdue - self.at_risk


def load_of(some: Iterable[Open]) -> Load:
    """All of these together."""
    rows = list(some)
    return Load(
        count=sum(row.count for row in rows),
        overdue=sum(row.count for row in rows if row.urgency is Urgency.OVERDUE),
        at_risk=sum(row.count for row in rows if row.urgency is Urgency.AT_RISK),
        breached=sum(row.count for row in rows if row.breached),
        oldest=min((row.oldest for row in rows), default=None),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One person: who they are, if the directory knows them, what they have open, and what came of the rest."""

    subject: str
    person: Person | None
    load: Load
    ended: Ended
    is_recognised: bool


@dataclass(frozen=True, slots=True)
class Side:
    """So many people together, either of contractors or employees."""

    contractor: bool
    people: int
    load: Load
    ended: Ended


def people_of(figures: Figures, shown: Lines) -> list[Line]:
    """Everybody who has or had something, if their line is shown: who has most open first."""
    by_owner: dict[str, list[Open]] = {}
    for row in figures.open:
        by_owner.setdefault(row.owner, []).append(row)
    lines = []
    for subject in by_owner.keys() | figures.endings.by_owner.keys():
        person = figures.people.get(subject)
        if shown.show(subject, person.department if person else None):
            ended = figures.endings.by_owner.get(subject, Ended())
            is_recognised = recognised(ended, figures.endings.all)
            lines.append(Line(subject, person, load_of(by_owner.get(subject, ())), ended, is_recognised))
    return sorted(lines, key=lambda line: (-line.load.count, -line.ended.handled, line.subject))


def recognised(ended: Ended, among: Ended) -> bool:
    """Somebody handled enough complaints and got enough answers to say so, and did at least as well as all together in
    each of three: on time, solved as complainants say, and not reopened.
    """
    if ended.handled < HANDLED_ENOUGH or ended.answers < ANSWERED_ENOUGH:
        return False
    # Shares are compared crosswise, so that equal ones are equal.
    return (
        ended.on_time * among.handled >= among.on_time * ended.handled
        and ended.solved * among.answers >= among.solved * ended.answers
        and ended.reopened * among.handled <= among.reopened * ended.handled
    )


def sides_of(lines: Sequence[Line], figures: Figures) -> tuple[Side, Side]:
    """Employees and people of contractors, of those whose lines are shown and whom the directory knows."""
    return _side(lines, figures, contractor=False), _side(lines, figures, contractor=True)


def _side(lines: Sequence[Line], figures: Figures, *, contractor: bool) -> Side:
    of_it = [line for line in lines if line.person and line.person.contractor is contractor]
    subjects = {line.subject for line in of_it}
    ended = sum((line.ended for line in of_it), start=Ended())
    return Side(contractor, len(of_it), load_of(row for row in figures.open if row.owner in subjects), ended)
