"""A complaint that an earlier build handed over goes on with this one: its limits, and the rules it may be given."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.core import builders as b
from tests.core import clock_invariants as clocks_must
from tests.core.story import Story, ask
from tests.core.witness import Witness
from workflows.contract.approval_rule import ONLY_STEP
from workflows.contract.consent import Consent
from workflows.contract.effects import CancelMeeting, FindTime, InviteToMeeting
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import ApprovalGranted, ClockBreached
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Status
from workflows.core.case import Case
from workflows.core.step import Step, catch_up, heard, obey
from workflows.core.view import summary, view
from workflows.state import restore

STATE = Path(__file__).parents[1] / "replay" / "state_v1.json"
"""Recorded before cases had a ledger of their whole life, and before clocks counted anything but plain hours."""

APPROVING = STATE.with_name("state_v2_approving.json")
"""Recorded when an approval knew no steps: one of two has approved, and the case has changed hands since."""

MEETING = STATE.with_name("state_v2_meeting.json")
"""Recorded when a case knew only the departments of its meeting, and one effect recorded it and invited at once."""


def handed_over(path: Path = STATE) -> Case:
    """The case in it."""
    return restore(json.loads(path.read_text())).case


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


def test_an_approval_under_way_goes_on_where_it_was() -> None:
    """Who has approved counts, for themselves and once; who handled the case is still barred."""
    case = handed_over(APPROVING)
    assert case.proposal
    assert case.proposal.consents == (Consent(by=b.HEAD.subject, step=ONLY_STEP),)
    assert [step.needed for step in view(case, case.changed_at).proposal.steps] == [1]  # type: ignore[union-attr] # there is one
    for person, code in (
        (b.HEAD, ErrorCode.ALREADY_APPROVED),
        (b.AGENT, ErrorCode.SEPARATION_OF_DUTIES),
        (b.COLLEAGUE, ErrorCode.SEPARATION_OF_DUTIES),
    ):
        with pytest.raises(AmendsError) as refused:
            obey(case, ask("approve", person), case.changed_at)
        assert refused.value.code is code
    step = obey(case, ask("approve", b.EXECUTIVE), case.changed_at)
    Witness().sees(case, step.entries)
    assert step.case.status is Status.EXECUTING


def test_what_an_earlier_build_recorded_of_an_approval_is_read() -> None:
    """Its entries are still to be written when another build takes over."""
    (entry,) = restore(json.loads(APPROVING.read_text())).entries
    assert isinstance(entry.event, ApprovalGranted)
    assert (entry.event.by, entry.event.step, entry.event.on_behalf_of) == (b.HEAD.subject, ONLY_STEP, None)


def test_a_meeting_under_way_takes_place() -> None:
    """Its departments' heads have seats now, and the effect that would have invited them looks for a time."""
    state = restore(json.loads(MEETING.read_text()))
    (looked_for,) = state.effects
    assert isinstance(looked_for, FindTime)
    answer = Story.reply_to(looked_for)
    step = heard(state.case, answer, state.case.changed_at)
    Witness().sees(state.case, step.entries)
    assert step.case.meeting
    assert step.case.meeting.agenda == "Who pays?"
    (invitation,) = step.effects
    assert isinstance(invitation, InviteToMeeting)
    assert invitation.invited == (b.AGENT.subject, b.HEAD.subject, "quality.head", "legal.head") == looked_for.invited
    minutes = ask("record_minutes", b.AGENT, present=invitation.invited)
    met = obey(step.case, minutes, state.case.changed_at).case
    assert not obey(met, ask("decide_meeting", b.AGENT, present=()), state.case.changed_at).case.meeting


def test_who_was_to_be_invited_to_a_time_is_invited_to_it() -> None:
    """An earlier build had not sent it yet."""
    carried = json.loads(MEETING.read_text())
    carried["effects"][0]["starts_at"] = "2026-03-03T09:00:00Z"
    state = restore(carried)
    (invitation,) = state.effects
    assert isinstance(invitation, InviteToMeeting)
    assert invitation.ends_at - invitation.starts_at == timedelta(hours=1)
    later = obey(state.case, ask("cancel_meeting", b.AGENT), state.case.changed_at)
    (cancellation,) = later.effects
    assert isinstance(cancellation, CancelMeeting)
    assert (cancellation.starts_at, cancellation.revision) == (invitation.starts_at, invitation.revision + 1)


def test_a_meeting_that_has_been_called_already_is_not_called_again() -> None:
    """What invited to it has left; the time is not known, and whoever decides says who was there."""
    state = restore(json.loads(MEETING.read_text()) | {"effects": []})
    assert state.case.meeting
    assert (state.case.meeting.asked, state.case.meeting.starts_at) == (None, None)
    assert not obey(state.case, ask("decide_meeting", b.AGENT), state.case.changed_at).case.meeting
