"""Watches every entry of one complaint, and remembers what later entries must agree with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tests.core import clock_invariants as clocks_must
from tests.core import invariants as must
from tests.core.clock_invariants import Key, by_key, is_late, is_obligation, key_of, measure_of, rule_of
from tests.core.naive import Measure
from workflows.contract.events import (
    CalendarAmended,
    Classified,
    ClockBreached,
    ClockExtended,
    Entry,
    PolicyAdopted,
    Reopened,
    Resumed,
    RungReached,
    StaffAmended,
    Waiting,
)
from workflows.contract.parties import SYSTEM
from workflows.contract.vocabulary import Role
from workflows.core.case import Case
from workflows.core.evolve import evolve
from workflows.core.ledger import Clock

MOVES_LIMITS = (Classified, ClockExtended, PolicyAdopted, CalendarAmended, Reopened)
CHANGES_RULES = (PolicyAdopted, CalendarAmended, StaffAmended)


class _Pause(NamedTuple):
    """When a clock began to rest, and when it would have been due otherwise."""

    since: datetime
    due_at: datetime
    measure: Measure


class Witness:
    """Sees the entries of one complaint in order."""

    def __init__(self) -> None:
        self.silenced: set[tuple[Key, str]] = set()
        self._told: dict[Key, int] = {}
        self._rungs_told: set[tuple[Key, str]] = set()
        self._pauses: dict[Key, _Pause] = {}
        self._late: set[Key] = set()

    def sees(self, case: Case, entries: Iterable[Entry]) -> Case:
        """Every entry must follow from what went before; the case after them."""
        for entry in entries:
            after = evolve(case, entry)
            must.transition_is_legal(case, entry, after)
            must.owners_are_free_to_own(case, entry, after)
            must.approvals_are_entitled(case, entry, after)
            clocks_must.thresholds_are_dated_when_due(case, entry, after)
            clocks_must.the_change_says_what_moved(case, entry, after)
            clocks_must.ledgers_are_kept(case, entry, after)
            self._breaches_stay(case, entry, after)
            self._silence_is_kept(case, entry)
            self._pauses_move_due_times(case, entry, after)
            self._stops_are_judged(case, after)
            case = after
        return case

    def all_stops_were_judged(self, case: Case) -> None:
        """After catching up, what was stopped late is breached."""
        ledgers = by_key(case)
        for key in self._late:
            assert ledgers[key].is_live or ledgers[key].breached_at, ledgers[key]
        self._late.clear()

    def _breaches_stay(self, before: Case, entry: Entry, after: Case) -> None:
        """Once breached, a clock stays breached at that date; and it is breached only by the event that says so."""
        dated = by_key(after)
        said = key_of(entry.event) if isinstance(entry.event, ClockBreached) else None
        for key, clock in by_key(before).items():
            assert dated[key].breached_at == clock.breached_at or (key == said and clock.breached_at is None)

    def _silence_is_kept(self, before: Case, entry: Entry) -> None:
        """Reminders stop as soon as one of the staff has done something."""
        event = entry.event
        if isinstance(event, clocks_must.THRESHOLDS):
            percent = getattr(event, "percent", 100)
            self._told[key_of(event)] = max(self._told.get(key_of(event), 0), percent)
            if isinstance(event, RungReached):
                assert (key_of(event), event.rung) not in self.silenced, event
                self._rungs_told.add((key_of(event), event.rung))
        if entry.actor == SYSTEM or Role.COMPLAINANT in entry.actor.roles or isinstance(event, CHANGES_RULES):
            return
        for clock in (clock for clock in before.clocks if clock.is_live):
            key = key_of(clock)
            for rung in rule_of(before, clock).ladder:
                is_told = (key, rung.key) in self._rungs_told or self._told.get(key, 0) >= (rung.percent or 10_000)
                if rung.every and is_told:
                    self.silenced.add((key, rung.key))

    def _pauses_move_due_times(self, before: Case, entry: Entry, after: Case) -> None:
        """A pause moves the due time by exactly the counted time that it took out."""
        if isinstance(entry.event, MOVES_LIMITS):
            self._pauses.clear()
        if isinstance(entry.event, Waiting):
            self._pauses = {
                key_of(clock): _Pause(after.settled_at, _due_at(before, clock, after.settled_at), measure)
                for clock in before.clocks
                if _may_pause(clock, measure := measure_of(before, clock), after)
            }
        if isinstance(entry.event, Resumed):
            for key, pause in self._pauses.items():
                clock = by_key(after)[key]
                if clock.is_live and not clock.breached_at and pause.due_at >= pause.since:
                    taken_out = pause.measure.passed(pause.since, after.settled_at)
                    moved_by = pause.measure.passed(pause.due_at, _due_at(after, clock, after.settled_at))
                    assert moved_by == taken_out, clock
            self._pauses.clear()

    def _stops_are_judged(self, before: Case, after: Case) -> None:
        """By the rules under which the clock was stopped: other rules judge nothing that is over."""
        running = {key for key, clock in by_key(before).items() if clock.is_live}
        for key, clock in by_key(after).items():
            started_and_stopped = key not in by_key(before)
            if clock.is_live or clock.waived or not (key in running or started_and_stopped):
                continue
            if is_obligation(rule_of(after, clock)) and is_late(after, clock):
                self._late.add(key)


def _may_pause(clock: Clock, measure: Measure, after: Case) -> bool:
    still_runs = by_key(after)[key_of(clock)].is_live
    return clock.is_live and still_runs and measure.rule.pausable and not clock.breached_at


def _due_at(case: Case, clock: Clock, now: datetime) -> datetime:
    return measure_of(case, clock).due_at(clock, now)
