"""The clocks of approval steps: each runs exactly while the step is open that names it."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.events import ApprovalGranted, Approved, Entry, Refused
from workflows.core.approval import open_steps
from workflows.core.case import Case, Procedure
from workflows.core.ledger import Clock, started

_DECIDES = (ApprovalGranted, Approved, Refused)


def of_steps(before: Case, after: Case, clocks: tuple[Clock, ...], entry: Entry) -> tuple[Clock, ...]:
    """The clocks after an event that took the case from `before` to `after`. Those of steps that are not open any more
    stop if somebody decided, and are waived if something else overtook the step; those of newly opened steps start.
    """
    if after.procedure is None or after.classification is None or _progress(before) == _progress(after):
        return clocks
    at, severity = after.settled_at, after.classification.severity
    was, runs = _open(before), _open(after)
    decided = isinstance(entry.event, _DECIDES)
    kept = tuple(
        clock
        if not _is_of_a_step(after.procedure, clock) or (clock.name in runs and runs[clock.name] == was.get(clock.name))
        else _ended(clock, at, decided=decided)
        for clock in clocks
    )
    rounds = {clock.name: clock.round for clock in kept}
    live = {clock.name for clock in kept if clock.is_live}
    return kept + tuple(
        started(name, rounds.get(name, 0) + 1, after.procedure.rule(name).target[severity], at, after.owner.department)
        for name in runs
        if name not in live
    )


def _progress(case: Case) -> object:
    """What opens and closes steps. What a correction or another policy makes of them takes effect when the proposal is
    put up again.
    """
    return (case.status, case.proposal.round, case.proposal.consents) if case.proposal else None


def _open(case: Case) -> dict[str, tuple[int, str]]:
    """Which step of which round each clock runs for."""
    number = case.proposal.round if case.proposal else 0
    return {step.clock: (number, step.step) for step in open_steps(case) if step.clock}


def _is_of_a_step(procedure: Procedure, clock: Clock) -> bool:
    return clock.is_live and procedure.rule(clock.name).is_of_a_step


def _ended(clock: Clock, at: datetime, *, decided: bool) -> Clock:
    return clock.stop(at) if decided else clock.waive(at)
