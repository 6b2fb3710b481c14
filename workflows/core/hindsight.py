"""A clock that began before its rule was known: what it would have booked, told from the case's own ledger."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from workflows.contract.clock_rule import ClockRule, OnReopen
from workflows.contract.views import SegmentKind
from workflows.contract.vocabulary import EventType, Severity
from workflows.core.case import Case
from workflows.core.ledger import Clock, Segment


class _Run(NamedTuple):
    """A time in which a clock runs; until now if it has no end."""

    since: datetime
    until: datetime | None = None


def in_hindsight(case: Case, rule: ClockRule, severity: Severity, number: int = 1) -> Clock | None:
    """The clock of a rule that has just become known, if it would be running now, as far as the last event of each kind
    tells; an earlier one of the same kind is forgotten.
    """
    runs = _by_the_present_department(case, rule, _runs(case, rule))
    if not runs:
        return None
    *earlier, present = runs
    segments: list[Segment] = []
    for run in earlier:
        segments += _booked(case, rule, run)
    if segments:
        segments.append(_gap(segments[-1], present.since))
    segments += booked_since(case, rule, present.since)
    return Clock(name=rule.name, round=number, target=rule.target[severity], segments=tuple(segments))


def booked_since(case: Case, rule: ClockRule, since: datetime) -> tuple[Segment, ...]:
    """The case's own ledger from an instant on, with its pauses only if the rule has any."""
    return _booked(case, rule, _Run(since))


def _runs(case: Case, rule: ClockRule) -> tuple[_Run, ...]:
    """When a clock of this rule has run, the last time without an end; nothing if none is running."""
    at = list(case.happened.values())
    places = {event: place for place, event in enumerate(case.happened)}
    starts = sorted(places[event] for event in rule.start if event in places)
    ending = {*rule.stop, EventType.ARCHIVED, *({EventType.CLOSED} - set(rule.start))}
    ends = sorted(places[event] for event in ending if event in places)
    last_end = ends[-1] if ends else -1
    reopened = places.get(EventType.REOPENED, -1)
    # An event that both stops and starts a clock starts it again.
    since = next((start for start in starts if start >= last_end), None)
    is_revived = last_end < reopened and (since is None or since > reopened)
    if is_revived and rule.on_reopen is OnReopen.RESTART and any(start < last_end for start in starts):
        return (_Run(at[reopened]),)
    if is_revived and rule.on_reopen is OnReopen.CONTINUE:
        first_end = next((end for end in ends if starts and end > starts[0]), None)
        if first_end is not None:
            return _Run(at[starts[0]], at[first_end]), _Run(at[reopened])
    return () if since is None else (_Run(at[since]),)


def _booked(case: Case, rule: ClockRule, run: _Run) -> tuple[Segment, ...]:
    booked: list[Segment] = []
    for segment in case.life.segments if case.life else ():
        start, end = max(segment.start, run.since), _earlier(segment.end, run.until)
        if end is None or end > start:
            paused = {} if rule.pausable else {"kind": SegmentKind.COUNTED, "reason": None}
            booked.append(segment.model_copy(update={"start": start, "end": end} | paused))
    return tuple(booked)


def _gap(last: Segment, until: datetime) -> Segment:
    """Between a stop and reopening, as a clock books it that goes on."""
    return Segment(
        start=last.end or until, end=until, kind=SegmentKind.PAUSED, department=last.department, reason="stopped"
    )


def _by_the_present_department(case: Case, rule: ClockRule, runs: tuple[_Run, ...]) -> tuple[_Run, ...]:
    """Those while it has held the case, if each department has a clock for itself."""
    if not rule.per_department:
        return runs
    others = (
        segment.end
        for segment in (case.life.segments if case.life else ())
        if segment.end and segment.department != case.owner.department
    )
    taken_over_at = max(others, default=case.received_at)
    return tuple(
        _Run(max(run.since, taken_over_at), run.until) for run in runs if run.until is None or run.until > taken_over_at
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at), default=None)
