"""A complaint that an earlier build handed over goes on with this one: its limits, and the rules it may be given."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from tests.core import builders as b
from tests.core import clock_invariants as clocks_must
from tests.core.story import ask
from tests.core.witness import Witness
from workflows.contract.events import ClockBreached
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Status
from workflows.core.case import Case
from workflows.core.step import Step, catch_up, obey
from workflows.core.view import summary, view
from workflows.state import restore

STATE = Path(__file__).parents[1] / "replay" / "state_v1.json"
"""Recorded before cases had a ledger of their whole life, and before clocks counted anything but plain hours."""


def handed_over() -> Case:
    """The case in it."""
    return restore(json.loads(STATE.read_text())).case


def breached(step: Step) -> list[str]:
    """Which clocks a step found to be overdue."""
    return [entry.event.clock for entry in step.entries if isinstance(entry.event, ClockBreached)]


def test_its_limits_run_out_as_they_would_have() -> None:
    """Every one of them, and it can be shown."""
    case = handed_over()
    now = case.changed_at + timedelta(days=100)
    step = catch_up(case, now)
    owed = [clock.name for clock in case.clocks if not clock.breached_at and clock.is_live]
    assert sorted(breached(step)) == sorted(owed) != []
    Witness().sees(case, step.entries)
    clocks_must.every_second_is_accounted_for(step.case, now)
    assert view(step.case, now).clocks
    assert summary(step.case).breached


def test_it_can_go_on_under_other_rules() -> None:
    """A clock that is new counts from when the complaint was filed, which is known of every complaint."""
    case = handed_over()
    assert case.procedure
    new = b.clock("new", "filed", "closed", 1000)
    present = case.procedure.policy
    policy = Policy.model_validate(present.model_dump() | {"title": "Later", "clocks": (*present.clocks, new)})
    now = case.changed_at + timedelta(hours=1)
    step = obey(case, ask("adopt_policy", b.EXECUTIVE, policy=policy, calendar=None), now)
    Witness().sees(case, step.entries)
    clock = step.case.clocks[-1]
    assert (clock.name, clock.started_at) == ("new", case.received_at)
    ended = obey(step.case, ask("withdraw", b.EXECUTIVE), now + timedelta(days=1)).case
    assert ended.status is Status.CLOSED
    clocks_must.every_second_is_accounted_for(ended, now + timedelta(days=1))
