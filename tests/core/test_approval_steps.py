"""Approval in several steps: who is asked when, how many must consent, their clocks, and what silence leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import Story
from tests.core.test_approval import refund, refusal
from workflows.contract.effects import RequestApproval
from workflows.contract.errors import ErrorCode
from workflows.contract.events import (
    ApprovalEscalated,
    ApprovalGranted,
    ApprovalStepPassed,
    Approved,
    ClockBreached,
)
from workflows.contract.parties import Actor
from workflows.contract.views import ClockState
from workflows.contract.vocabulary import Level, Nature, Role, Severity, Status
from workflows.core.view import view

LEGAL_HEAD = b.staff(Role.HEAD, "legal", "legal.counsel")
QUALITY_HEAD, QUALITY_LEAD = b.staff(Role.HEAD, "quality"), b.staff(Role.LEAD, "quality")

LINE = {"step": "line", "roles": ("lead", "head")}
LEGAL = {"step": "legal", "roles": ("head",), "department": "legal"}
BOARD = {"step": "board", "roles": ("executive",), "approvals": 2}
TWO_OF_LINE = LINE | {"approvals": 2}

SIGNING, BOARD_TIME = b.clock("signing", "", "", 4), b.clock("board_time", "", "", 10, ladder=b.LADDER[2:3])
WITHOUT_APPROVAL_CLOCK = tuple(rule for rule in (*b.OBLIGATIONS, *b.RIGHTS) if rule is not b.APPROVAL)


def proposed(*steps: dict[str, Any], order: str = "sequential", clocks: tuple[Any, ...] = (), **case: Any) -> Story:
    """A case of the agent's with a proposal that has to pass these steps."""
    named = {step.get("clock") for step in steps}
    own = tuple(rule for rule in (SIGNING, BOARD_TIME) if rule.name in named)
    procedure = b.policy(*(clocks or (*b.OBLIGATIONS, *b.RIGHTS)), *own, approval=({"steps": steps, "order": order},))
    return Story().assessed(b.assessment(procedure, **case)).does("accept", b.AGENT).does("propose", b.AGENT)


def asked(story: Story, since: int = 0) -> list[tuple[str | None, str, tuple[Role, ...]]]:
    """Which steps people were asked about, of which department and with which roles, since an entry's number."""
    return [
        (effect.facts.get("step"), effect.department, effect.roles)
        for effect in story.effects
        if isinstance(effect, RequestApproval) and effect.sequence > since
    ]


@pytest.mark.parametrize(
    ("steps", "order", "approvers"),
    [
        ((LINE,), "sequential", [b.LEAD]),
        ((TWO_OF_LINE,), "sequential", [b.LEAD, b.HEAD]),
        ((LINE, LEGAL), "sequential", [b.LEAD, LEGAL_HEAD]),
        ((LINE, LEGAL), "parallel", [b.LEAD, LEGAL_HEAD]),
        ((LINE, LEGAL), "parallel", [LEGAL_HEAD, b.LEAD]),
        ((LINE, LEGAL, BOARD), "sequential", [b.HEAD, LEGAL_HEAD, b.EXECUTIVE, b.OTHER_EXECUTIVE]),
        ((LINE, LEGAL, BOARD), "parallel", [b.EXECUTIVE, LEGAL_HEAD, b.OTHER_EXECUTIVE, b.LEAD]),
        ((TWO_OF_LINE, LEGAL), "parallel", [b.LEAD, LEGAL_HEAD, b.HEAD]),
    ],
)
def test_a_proposal_is_approved_by_the_last_consent_that_any_step_needs(
    steps: tuple[dict[str, Any], ...], order: str, approvers: list[Actor]
) -> None:
    """Not before, and in each step so many."""
    story = proposed(*steps, order=order)
    for person in approvers:
        assert story.case.status is Status.APPROVING
        story.does("approve", person)
    assert story.case.status is Status.EXECUTING
    assert story.last() == ["approved"]
    granted = story.events(ApprovalGranted)
    assert [(each.by, each.on_behalf_of) for each in granted] == [(person.subject, None) for person in approvers]
    per_step = {step["step"]: [each.needed for each in granted if each.step == step["step"]] for step in steps}
    assert per_step == {step["step"]: [*range(step.get("approvals", 1))][::-1] for step in steps}
    assert len(story.events(ApprovalStepPassed)) == len(steps) - 1


def test_a_step_that_is_passed_opens_the_next() -> None:
    """Whose people could not decide before, and are asked now, without those who have spoken."""
    story = proposed(LINE, LEGAL)
    assert asked(story) == [("line", "service", (Role.LEAD, Role.HEAD))]
    assert refusal(story, "approve", LEGAL_HEAD) is ErrorCode.NOT_PERMITTED
    before = story.case.sequence
    story.does("approve", b.LEAD)
    assert story.events(ApprovalStepPassed) == [ApprovalStepPassed(round=1, step="line", next=("legal",))]
    assert asked(story, before) == [("legal", "legal", (Role.HEAD,))]
    request = story.effects[-1]
    assert isinstance(request, RequestApproval)
    assert request.barred == (b.AGENT.subject, b.LEAD.subject)
    assert refusal(story, "approve", b.HEAD) is ErrorCode.NOT_PERMITTED
    assert story.does("approve", LEGAL_HEAD).case.status is Status.EXECUTING


def test_steps_taken_at_once_are_all_asked_at_once() -> None:
    """And nobody is asked again when one of them is passed."""
    story = proposed(LINE, LEGAL, order="parallel")
    assert [step for step, *_ in asked(story)] == ["line", "legal"]
    before = story.case.sequence
    story.does("approve", LEGAL_HEAD)
    assert story.events(ApprovalStepPassed) == [ApprovalStepPassed(round=1, step="legal", next=("line",))]
    assert asked(story, before) == []


def test_a_person_with_two_roles_counts_in_one_step_only() -> None:
    """However many of them they could pass."""
    story = proposed(LEGAL, BOARD | {"approvals": 1}, order="parallel").does("approve", b.HEAD_AND_EXECUTIVE)
    assert story.events(ApprovalGranted)[-1].step == "legal"
    assert refusal(story, "approve", b.HEAD_AND_EXECUTIVE) is ErrorCode.ALREADY_APPROVED
    assert story.case.status is Status.APPROVING


def test_an_executive_counts_where_executives_are_asked_before_where_they_only_may() -> None:
    """Else the step that needs two of them could lack the third."""
    story = proposed(LINE, BOARD, order="parallel")
    for person in (b.EXECUTIVE, b.OTHER_EXECUTIVE, b.HEAD_AND_EXECUTIVE):
        story.does("approve", person)
    assert [each.step for each in story.events(ApprovalGranted)] == ["board", "board", "line"]
    assert story.case.status is Status.EXECUTING


def test_the_nature_of_the_case_chooses_the_rule() -> None:
    """A correction of it puts the proposal up again, under the other rule."""
    rules = ({"natures": ("price",), "steps": (LINE, LEGAL)}, {"natures": ("logistics",), "roles": ("head",)})
    procedure = b.policy(approval=(*rules, b.ONE_LEAD_OR_ABOVE))
    story = Story().assessed(b.assessment(procedure, nature=Nature.PRICE)).does("accept", b.AGENT)
    story.does("propose", b.AGENT).does("approve", b.LEAD)
    assert story.case.status is Status.APPROVING
    story.does("classify", b.LEAD, nature=Nature.LOGISTICS, severity=Severity.NORMAL)
    assert refusal(story, "approve", b.LEAD) is ErrorCode.NOT_PERMITTED
    assert story.does("approve", b.HEAD).case.status is Status.EXECUTING


def test_a_refusal_says_which_step_needs_whom() -> None:
    """All of those that are open."""
    story = proposed(LINE, LEGAL, order="parallel")
    with pytest.raises(Exception, match=r"lead or head of service, or an executive \(step line\) or head of legal"):
        story.does("approve", b.COLLEAGUE)


@pytest.mark.parametrize("by", [b.HEAD, b.LEAD, b.EXECUTIVE], ids=["who_has_approved", "a_step_ago", "who_may"])
def test_who_is_or_was_asked_may_send_it_back(by: Actor) -> None:
    """Also after having approved: consent may be taken back while others are still needed."""
    story = proposed(TWO_OF_LINE, BOARD).does("approve", b.LEAD).does("approve", b.HEAD)
    assert story.does("refuse", by).case.status is Status.INVESTIGATING
    assert story.case.proposal is None


def test_an_amended_proposal_makes_earlier_approvals_void() -> None:
    """The next round begins with the first step, and everybody is asked again."""
    story = proposed(LINE, LEGAL, BOARD).does("approve", b.LEAD).does("approve", LEGAL_HEAD)
    before = story.case.sequence
    story.does("propose", b.AGENT, solution="We apologise and pay.", redress=(refund("5"),))
    assert story.case.proposal
    assert (story.case.status, story.case.proposal.round) == (Status.APPROVING, 2)
    assert story.case.proposal.consents == ()
    assert asked(story, before) == [("line", "service", (Role.LEAD, Role.HEAD))]
    assert [each.needed for each in view(story.case, story.now).proposal.steps] == [1, 1, 2]  # type: ignore[union-attr] # there is one
    story.does("approve", b.LEAD).does("approve", LEGAL_HEAD).does("approve", b.EXECUTIVE)
    assert story.case.status is Status.APPROVING
    assert story.does("approve", b.OTHER_EXECUTIVE).case.status is Status.EXECUTING


def test_who_proposed_first_does_not_approve_the_amendment() -> None:
    """They handled it."""
    story = proposed(LINE).does("propose", b.LEAD).does("propose", b.HEAD)
    assert refusal(story, "approve", b.LEAD) is ErrorCode.SEPARATION_OF_DUTIES
    assert story.does("approve", b.EXECUTIVE).case.status is Status.EXECUTING


def test_the_clock_of_a_step_runs_exactly_while_it_is_open() -> None:
    """From its opening to its last consent; the next step has its own, or the same again."""
    story = proposed(TWO_OF_LINE | {"clock": "signing"}, LEGAL | {"clock": "signing"}, BOARD | {"clock": "board_time"})
    opened_at = story.now
    story.after(b.HOUR).does("approve", b.LEAD).after(b.HOUR)
    assert (story.clock("signing").started_at, story.clock("signing").is_live) == (opened_at, True)
    passed_at = story.now
    story.does("approve", b.HEAD)
    first, second = [clock for clock in story.case.clocks if clock.name == "signing"]
    assert (first.stopped_at, first.waived) == (passed_at, False)
    assert (second.started_at, second.round, second.is_live) == (passed_at, 2, True)
    assert "board_time" not in {clock.name for clock in story.case.clocks}
    story.after(b.HOUR).does("approve", LEGAL_HEAD)
    assert not story.clock("signing").is_live
    assert story.clock("board_time").started_at == story.now
    story.does("approve", b.EXECUTIVE).does("approve", b.OTHER_EXECUTIVE)
    assert story.clock("board_time").stopped_at == story.now


@pytest.mark.parametrize(
    ("name", "by", "changes", "state"),
    [
        ("refuse", b.HEAD, {}, ClockState.MET),
        ("withdraw", b.COMPLAINANT, {}, ClockState.WAIVED),
    ],
)
def test_the_clock_of_a_step_ends_with_the_approval(
    name: str, by: Actor, changes: dict[str, Any], state: ClockState
) -> None:
    """Met by whoever refuses, and owed no longer where nothing is left to decide."""
    story = proposed(LINE | {"clock": "signing"}).after(b.HOUR).does(name, by, **changes)
    (shown,) = [clock for clock in view(story.case, story.now).clocks if clock.name == "signing"]
    assert shown.state is state


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("propose", {}),
        ("reassign", {}),
        ("classify", {"nature": Nature.SERVICE, "severity": Severity.HIGH}),
        ("adopt_policy", {}),
    ],
)
def test_the_clock_of_a_step_starts_anew_with_a_new_round(name: str, changes: dict[str, Any]) -> None:
    """Nobody owes the answer to what is not asked any more."""
    story = proposed(LINE | {"clock": "signing"}).after(b.HOUR)
    if name == "adopt_policy":
        stricter = b.policy(*b.OBLIGATIONS, SIGNING, approval=({"steps": (TWO_OF_LINE | {"clock": "signing"},)},))
        changes = {"policy": stricter}
    story.does(name, b.HEAD, **changes)
    first, second = [clock for clock in story.case.clocks if clock.name == "signing"]
    assert (first.waived, first.stopped_at) == (True, story.now)
    assert (second.started_at, second.is_live) == (story.now, True)


def test_a_policy_that_drops_the_clock_of_a_step_and_one_that_knows_it_again() -> None:
    """What was waived stays waived until the step opens again."""
    story = proposed(LINE | {"clock": "signing"}).after(b.HOUR)
    with_it = story.case.procedure.policy if story.case.procedure else b.policy()
    story.does("adopt_policy", b.HEAD, policy=b.policy(approval=({"steps": (LINE,)},)))
    assert story.clock("signing").waived
    story.does("refuse", b.HEAD).does("adopt_policy", b.HEAD, policy=with_it)
    assert story.clock("signing").waived
    story.does("propose", b.AGENT)
    assert (story.clock("signing").round, story.clock("signing").is_live) == (2, True)


def test_silence_on_a_step_calls_on_the_next_level() -> None:
    """Only on that step, and only once for each breach; the level may decide then, and is asked."""
    story = proposed(
        {"step": "agents", "roles": ("agent",), "department": "quality", "clock": "signing"},
        LEGAL,
        order="parallel",
        clocks=WITHOUT_APPROVAL_CLOCK,
    )
    assert refusal(story, "approve", QUALITY_LEAD) is ErrorCode.NOT_PERMITTED
    before = story.case.sequence
    story.after(4 * b.HOUR)
    assert story.last(2) == ["clock_breached", "approval_escalated"]
    assert story.events(ApprovalEscalated) == [ApprovalEscalated(round=1, step="agents", to=Level.LEAD)]
    assert asked(story, before) == [("agents", "quality", (Role.LEAD,))]
    assert refusal(story, "approve", QUALITY_HEAD) is ErrorCode.NOT_PERMITTED
    story.after(timedelta(days=3))
    assert len(story.events(ApprovalEscalated)) == 1
    assert story.does("approve", QUALITY_LEAD).events(ApprovalGranted)[-1].step == "agents"


def test_silence_on_the_approval_as_a_whole_calls_on_the_next_level_in_every_open_step() -> None:
    """By a clock that runs until the proposal is approved; steps that ask executives have nobody above them."""
    story = proposed(LINE, {"step": "agents", "roles": ("agent",)}, BOARD, order="parallel").after(8 * b.HOUR)
    assert [each.clock for each in story.events(ClockBreached)][-1] == "approval"
    assert story.events(ApprovalEscalated) == [
        ApprovalEscalated(round=1, step="line", to=Level.EXECUTIVE),
        ApprovalEscalated(round=1, step="agents", to=Level.LEAD),
    ]


def test_each_further_breach_goes_one_level_higher() -> None:
    """First the clock of the step, then the one of the whole approval."""
    story = proposed({"step": "agents", "roles": ("agent",), "clock": "signing"}).after(12 * b.HOUR)
    assert [each.to for each in story.events(ApprovalEscalated)] == [Level.LEAD, Level.HEAD]


def test_a_step_that_was_passed_in_time_is_not_escalated_by_its_limit() -> None:
    """Nor is the next one, whose own limit has not come."""
    story = proposed(LINE | {"clock": "signing"}, LEGAL, clocks=WITHOUT_APPROVAL_CLOCK)
    story.after(3 * b.HOUR).does("approve", b.LEAD).after(30 * b.HOUR)
    assert story.events(ApprovalEscalated) == []


def test_what_silence_called_on_ends_with_the_round() -> None:
    """An amended proposal begins with those whom the policy names."""
    story = proposed(LINE | {"clock": "signing"}, clocks=WITHOUT_APPROVAL_CLOCK).after(5 * b.HOUR)
    story.does("propose", b.AGENT)
    assert story.case.proposal
    assert story.case.proposal.called_on == {}


def test_an_interest_declared_after_consenting_makes_the_consent_void() -> None:
    """The step is open again, with a clock of its own, and others are asked."""
    story = proposed(TWO_OF_LINE | {"clock": "signing"}, LEGAL)
    story.does("approve", b.LEAD).does("approve", b.HEAD).after(b.HOUR)
    before = story.case.sequence
    story.does("declare_interest", b.HEAD, subject=None, reason="my cousin")
    assert story.case.proposal
    assert [each.by for each in story.case.proposal.consents] == [b.LEAD.subject]
    assert asked(story, before) == [("line", "service", (Role.LEAD, Role.HEAD))]
    assert (story.clock("signing").round, story.clock("signing").is_live) == (2, True)
    assert refusal(story, "approve", LEGAL_HEAD) is ErrorCode.NOT_PERMITTED
    story.does("approve", b.EXECUTIVE).does("approve", LEGAL_HEAD)
    assert story.case.status is Status.EXECUTING
    assert len(story.events(Approved)) == 1


def test_the_view_says_what_is_still_needed_and_from_whom() -> None:
    """While it is being approved; afterwards, who approved it."""
    story = proposed(LINE, LEGAL).does("approve", b.LEAD)
    shown = view(story.case, story.now).proposal
    assert shown
    assert [(step.step, step.department, step.needed, step.is_open) for step in shown.steps] == [
        ("line", "service", 0, False),
        ("legal", "legal", 1, True),
    ]
    story.does("approve", LEGAL_HEAD)
    shown = view(story.case, story.now).proposal
    assert shown
    assert (shown.steps, shown.approvals) == ((), (b.LEAD.subject, LEGAL_HEAD.subject))
