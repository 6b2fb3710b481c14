"""Until when something has to be done: the end of the time limit that it stands under."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from workflows.contract.clock_rule import ClockRule
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, EventType
from workflows.core.addressees import Addressee, addressees
from workflows.core.case import Case
from workflows.core.ledger import Clock
from workflows.core.thresholds import WHOLE_PERCENT, instant_of, reckoning


class Due(NamedTuple):
    """A clock that runs, and when its limit ends or, of a breached one, has ended."""

    clock: Clock
    rule: ClockRule
    at: datetime


class Dues(NamedTuple):
    """A case with all its limits that run, reckoned once. What rests, or ends beyond all calendars, is not due."""

    case: Case
    running: tuple[Due, ...]

    def next_limit(self) -> datetime | None:
        """The earliest limit that binds us and has not passed."""
        ahead = (due.at for due in self.running if due.rule.is_obligation and due.clock.breached_at is None)
        return min(ahead, default=None)

    def met_by(self, *stops: EventType, clock: str | None = None) -> datetime | None:
        """The earliest limit that one of these events would meet, or the one of that name; if none would, the earliest
        that binds us. One that has passed is still to be met.
        """
        own = [due for due in self.running if due.clock.name == clock or not set(stops).isdisjoint(due.rule.stop)]
        return min((due.at for due in own or self.running if own or due.rule.is_obligation), default=None)

    def of(self, who: Addressee, kind: DutyKind, *stops: EventType, but_not: Collection[str] = ()) -> Duty:
        """What somebody has to do, until the limit ends that one of these events would meet. Nobody has to do anything
        whom an interest bars.
        """
        return Duty(
            duty=kind,
            subject=who.subject,
            department=who.department,
            roles=who.roles,
            but_not=tuple(sorted({*self.case.conflicts, *but_not})),
            due_at=self.met_by(*stops),
        )

    def of_owner(self, kind: DutyKind, *stops: EventType, but_not: Collection[str] = ()) -> Iterator[Duty]:
        """The same, of the owner or whomever the policy leaves it to instead."""
        for addressee in addressees(self.case, kind.command or ""):
            yield self.of(addressee, kind, *stops, but_not=but_not)


def dues(case: Case) -> Dues:
    """The limits of a case."""
    procedure = case.procedure
    if procedure is None:
        return Dues(case, ())
    running = ((clock, procedure.rule(clock.name)) for clock in case.clocks if clock.is_live)
    return Dues(
        case,
        tuple(
            Due(clock, rule, at)
            for clock, rule in running
            if (at := clock.breached_at or instant_of(reckoning(procedure, rule), clock, WHOLE_PERCENT)) is not None
        ),
    )
