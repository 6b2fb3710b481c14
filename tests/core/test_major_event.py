"""A major event: one plan, one statement and one decision for all of its complaints, each to its own end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import SENSIBLE, Story
from tests.core.town import Town
from workflows.contract.effects import Notice, Notify, Relay, RequestApproval
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import (
    ChildAnswered,
    DecisionApplied,
    DecisionNotApplied,
    Informed,
    JoinRefused,
    MajorEventDeclared,
)
from workflows.contract.kinship import KIN_MAX, Child, Standpoint
from workflows.contract.parties import SYSTEM
from workflows.contract.vocabulary import Status
from workflows.core.view import summary, view
from workflows.state import State

STATE_MAX_BYTES = 500_000


def declared(*children: str, **fields: Any) -> Town:
    """A major event with its children."""
    town = Town("lead", *children).does("lead", "declare_major_event", b.HEAD, **fields)
    for child in children:
        town.does(child, "join_event", b.HEAD, parent=town.ref("lead"))
    return town.settle()


def approved(town: Town) -> Town:
    """The leading complaint's proposal is approved."""
    return town.reaches("lead", Status.EXECUTING)


def standpoints(town: Town) -> dict[str, Standpoint]:
    """Where each child stands, as the leading complaint knows."""
    event = town.kin("lead").event
    assert event
    return {child.reference: child.standpoint for child in event.children}


def refused(town: Town, name: str, command: str, **fields: Any) -> ErrorCode:
    """The code with which the head's command is refused."""
    with pytest.raises(AmendsError) as refusal:
        town.does(name, command, b.HEAD, **fields)
    return refusal.value.code


def informed(story: Story) -> list[str]:
    """What the complainant was told of the progress."""
    return [event.text for event in story.events(Informed)]


def test_those_in_charge_of_the_departments_are_told_at_once() -> None:
    """Heads and leads, each once, with the plan; in the very step in which it is declared."""
    town = declared()
    (event,) = town["lead"].events(MajorEventDeclared)
    told = ("quality.head", "quality.lead", "legal.head", "legal.lead")
    assert event.told == told
    letters = [effect for effect in town["lead"].effects if isinstance(effect, Notify) and effect.to in told]
    assert [letter.notice for letter in letters] == [Notice.MAJOR_EVENT] * 4
    assert letters[0].facts["plan"] == SENSIBLE["declare_major_event"]["plan"]
    assert informed(town["lead"]) == ["Your parcel may have been lost."]


def test_departments_that_do_not_exist_cannot_be_told() -> None:
    """The field says which."""
    with pytest.raises(AmendsError, match=r"departments\.1: there is no department nowhere"):
        declared(departments=("quality", "nowhere"))


def test_a_child_belongs_to_the_event_on_both_sides() -> None:
    """And the list of complaints can be filtered by it."""
    town = declared("child")
    assert town.kin("child").parent == town.ref("lead")
    assert summary(town["child"].case).parent == town.ref("lead")
    assert standpoints(town) == {town.ref("child"): Standpoint.JOINED}
    assert view(town["lead"].case, town.now).kin.event == town.kin("lead").event


def test_children_hear_the_latest_statement_also_those_who_join_later() -> None:
    """One communication plan, in the words of the lead; each complainant once."""
    town = declared("early")
    town.does("lead", "broadcast", b.HEAD, text="We send everything again.").settle()
    town.file("late")
    town.does("late", "join_event", b.HEAD, parent=town.ref("lead")).settle()
    first, second = "Your parcel may have been lost.", "We send everything again."
    assert informed(town["lead"]) == [first, second]
    assert informed(town["early"]) == [first, second]
    assert informed(town["late"]) == [second]


def test_one_decision_is_applied_to_all_children() -> None:
    """Nobody is asked to approve it again; the approval given there is kept as evidence here."""
    town = approved(declared("new", "in_hand")).does("in_hand", "accept", b.AGENT).settle()
    for name in ("new", "in_hand"):
        story = town[name]
        assert story.case.status is Status.EXECUTING
        (applied,) = story.events(DecisionApplied)
        assert [consent.by for consent in applied.decision.consents] == [b.LEAD.subject]
        assert story.case.proposal
        assert story.case.proposal.consents == applied.decision.consents
        assert story.last(3) == ["proposed", "decision_applied", "approved"]
        assert not [effect for effect in story.effects if isinstance(effect, RequestApproval)]
        assert not story.clock("approval").is_live
        assert not story.clock("solution").is_live
    assert set(standpoints(town).values()) == {Standpoint.DECIDED}


def test_each_child_closes_on_its_own_facts() -> None:
    """The lead may have long ended, or not."""
    town = approved(declared("child")).settle()
    town.does("child", "execute", b.HEAD).does("child", "answer_survey", b.COMPLAINANT)
    assert town["child"].case.status is Status.CLOSED
    assert town["lead"].case.status is Status.EXECUTING


def test_who_joins_after_the_decision_gets_it_at_once() -> None:
    """With the statement, in the same moment."""
    town = approved(declared()).settle()
    town.file("late")
    town.does("late", "join_event", b.HEAD, parent=town.ref("lead")).settle()
    assert town["late"].case.status is Status.EXECUTING
    assert standpoints(town) == {town.ref("late"): Standpoint.DECIDED}


def test_an_event_declared_when_the_proposal_is_approved_has_its_decision() -> None:
    """It was made for one and serves for all."""
    town = Town("lead", "child").reaches("lead", Status.EXECUTING).does("lead", "declare_major_event", b.HEAD)
    town.does("child", "join_event", b.HEAD, parent=town.ref("lead")).settle()
    assert town["child"].case.status is Status.EXECUTING


@pytest.mark.parametrize(
    "status", [Status.WAITING, Status.APPROVING, Status.EXECUTING, Status.CONFIRMING, Status.CLOSED]
)
def test_a_child_that_has_its_own_way_keeps_it(status: Status) -> None:
    """What was decided is on record there, and that it was not applied is on record here."""
    town = declared("child").reaches("child", status)
    approved(town).settle()
    assert town["child"].case.status is status
    (event,) = town["child"].events(DecisionNotApplied)
    assert (event.code, event.decision.solution) == (ErrorCode.WRONG_STATUS, "We apologise.")
    assert standpoints(town) == {town.ref("child"): Standpoint.OWN_WAY}


def test_a_child_with_an_open_meeting_waits_for_that() -> None:
    """Its departments were called to decide."""
    town = declared("child").does("child", "call_meeting", b.HEAD)
    approved(town).settle()
    assert [event.code for event in town["child"].events(DecisionNotApplied)] == [ErrorCode.MEETING_OPEN]


def test_whoever_approved_the_decision_does_not_carry_it_out() -> None:
    """The owner of a child approved for the lead: another one has to own it first, then it can join again."""
    town = Town("lead", "child").does("child", "accept", b.LEAD).does("lead", "declare_major_event", b.HEAD)
    town.does("child", "join_event", b.LEAD, parent=town.ref("lead")).settle()
    approved(town).settle()
    assert [event.code for event in town["child"].events(DecisionNotApplied)] == [ErrorCode.SEPARATION_OF_DUTIES]
    town.does("child", "reassign", b.LEAD, to={"department": "service", "subject": b.COLLEAGUE.subject})
    town.does("child", "leave_event", b.HEAD).settle()
    assert standpoints(town) == {}
    town.does("child", "join_event", b.HEAD, parent=town.ref("lead")).settle()
    assert town["child"].case.status is Status.EXECUTING
    with pytest.raises(AmendsError) as refusal:
        town.does("child", "reassign", b.HEAD, to={"department": "service", "subject": b.LEAD.subject})
    assert refusal.value.code is ErrorCode.SEPARATION_OF_DUTIES


def test_a_graver_child_needs_its_own_approval() -> None:
    """What was decided for a normal case is too little for a critical one."""
    town = declared("child").does("child", "classify", b.HEAD, nature="service", severity="critical")
    approved(town).settle()
    assert [event.code for event in town["child"].events(DecisionNotApplied)] == [ErrorCode.NOT_PERMITTED]


def test_who_has_an_interest_in_a_child_decides_nothing_for_it() -> None:
    """Not by way of the event either."""
    town = declared("child").does("child", "declare_interest", b.LEAD)
    approved(town).settle()
    assert [event.code for event in town["child"].events(DecisionNotApplied)] == [ErrorCode.CONFLICT_OF_INTEREST]


def test_a_child_that_leaves_is_let_go_and_told_nothing_more() -> None:
    """It had another cause."""
    town = declared("child").does("child", "leave_event", b.HEAD).settle()
    town.does("lead", "broadcast", b.HEAD, text="We send everything again.").settle()
    assert informed(town["child"]) == ["Your parcel may have been lost."]
    assert (town.kin("child").parent, standpoints(town)) == (None, {})


def test_what_was_on_its_way_to_a_child_that_left_is_not_carried_out() -> None:
    """Refused there, and no line of a child here that there is none of."""
    town = declared("child").does("lead", "broadcast", b.HEAD, text="We send everything again.")
    town.does("child", "leave_event", b.HEAD)
    town.deliver((town.ref("child"), town.ref("lead")))
    town.settle()
    assert informed(town["child"]) == ["Your parcel may have been lost."]
    assert town["lead"].events(ChildAnswered) == []


def test_a_complaint_that_leads_no_event_adopts_nobody() -> None:
    """Who asked is told, and the child goes on by itself."""
    town = Town("child", "nobody").does("child", "join_event", b.HEAD, parent=Town("nobody").ref("nobody")).settle()
    assert [event.code for event in town["child"].events(JoinRefused)] == [ErrorCode.WRONG_STATUS]
    assert (town.kin("child").parent, town.kin("child").joining) == (None, None)


def test_a_child_that_ended_while_its_lead_was_asked_is_let_go() -> None:
    """Nothing of the event concerns it any more."""
    town = declared()
    town.file("child")
    town.does("child", "join_event", b.HEAD, parent=town.ref("lead")).does("child", "withdraw", b.COMPLAINANT).settle()
    assert [event.here for event in town["child"].events(JoinRefused)] == [True]
    assert standpoints(town) == {}


def test_a_child_that_is_merged_leaves_its_event() -> None:
    """The survivor is the one that counts."""
    town = declared("child", "survivor").does("child", "merge", b.HEAD, into=Town("survivor").ref("survivor")).settle()
    assert (town.kin("child").parent, town.kin("child").survivor) == (None, town.ref("survivor"))
    assert set(standpoints(town)) == {town.ref("survivor")}


def test_neither_is_a_lead_merged_nor_are_events_nested() -> None:
    """Children would lose their lead, or get two."""
    town = declared("child")
    assert refused(town, "lead", "merge", into=town.ref("child")) is ErrorCode.WRONG_STATUS
    assert refused(town, "lead", "join_event") is ErrorCode.WRONG_STATUS
    assert refused(town, "lead", "declare_major_event") is ErrorCode.ALREADY_THERE
    assert refused(town, "child", "declare_major_event") is ErrorCode.ALREADY_THERE
    assert refused(town, "child", "join_event") is ErrorCode.ALREADY_THERE


def test_a_parent_that_speaks_before_its_answer_is_heard_has_answered() -> None:
    """The statement is the welcome."""
    town = declared()
    town.file("child")
    town.does("child", "join_event", b.HEAD, parent=town.ref("lead"))
    to_lead, to_child = (town.ref("child"), town.ref("lead")), (town.ref("lead"), town.ref("child"))
    town.deliver(to_lead)
    town.deliver(to_child)
    assert town["child"].last(2) == ["joined_event", "informed"]
    town.settle()
    assert town["child"].last(2) == ["joined_event", "informed"]


def test_an_event_of_the_largest_size_fits_into_the_state() -> None:
    """With an answer of every child; and there is an end to it."""
    story = Story().assessed().does("declare_major_event", b.HEAD)
    event = story.case.kin.event
    assert event
    children = tuple(
        Child(reference=f"{number:04}-{number:04}-{number:04}", standpoint=Standpoint.OWN_WAY, code=ErrorCode.ARCHIVED)
        for number in range(KIN_MAX)
    )
    full = event.model_copy(update={"children": children})
    story.case = story.case.model_copy(update={"kin": story.case.kin.model_copy(update={"event": full})})
    with pytest.raises(AmendsError) as refusal:
        story.does("adopt_child", SYSTEM)
    assert refusal.value.code is ErrorCode.TOO_MANY
    story.does("broadcast", b.HEAD)
    relays = tuple(effect for effect in story.effects if isinstance(effect, Relay))
    state = State(origin_run_id="run", case=story.case, relays=relays)
    assert len(state.model_dump_json()) < STATE_MAX_BYTES


def test_what_did_not_solve_the_leading_complaint_is_not_handed_to_late_joiners() -> None:
    """Nor what somebody approved who turned out to have an interest."""
    town = approved(declared()).settle()
    town.does("lead", "execute", b.HEAD).does("lead", "answer_survey", b.COMPLAINANT, solved=False)
    town.file("late")
    town.does("late", "join_event", b.HEAD, parent=town.ref("lead")).settle()
    assert town["late"].case.status is Status.ASSIGNED

    town = approved(declared()).settle()
    town.does("lead", "declare_interest", b.EXECUTIVE, subject=b.LEAD.subject)
    town.file("late")
    town.does("late", "join_event", b.HEAD, parent=town.ref("lead")).settle()
    assert town["late"].case.status is Status.ASSIGNED


def test_a_child_whose_own_matrix_asks_for_more_goes_its_own_way() -> None:
    """As many people are not enough: they must have been asked as strictly."""
    board = {"natures": ("service",), "roles": ("executive",)}
    policy = b.policy(approval=(board, {"roles": ("agent", "lead")}))
    story = Story().assessed(b.assessment(policy)).does("join_event", b.HEAD).hears("adopt_child")
    decision = {
        "round": 1,
        "by": "quality.agent",
        "severity": "critical",
        "solution": "We pay.",
        "consents": ({"by": "quality.lead", "step": "approval"},),
        "steps": ({"step": "approval", "roles": ("agent", "lead")},),
    }
    story.does("apply_decision", SYSTEM, decision=decision)
    assert (story.last(1), story.case.status) == (["decision_not_applied"], Status.ASSIGNED)
