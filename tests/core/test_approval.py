"""The approval matrix and the separation of duties."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.approval_rule import ApprovalRule
from workflows.contract.effects import Notice, Notify, RequestApproval
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import ApprovalGranted, Approved
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Nature, Role, Severity, Status
from workflows.core.approval import rule_for

MATRIX = b.policy(
    approval=(
        ApprovalRule(min_severity=Severity.CRITICAL, roles=(Role.EXECUTIVE,), approvals=2),
        b.TWO_FROM_HIGH,
        b.TWO_FROM_1000,
        b.ONE_LEAD_OR_ABOVE,
    )
)
BOARD = (b.EXECUTIVE, b.OTHER_EXECUTIVE)


def refund(amount: str, currency: str | None = "CNY") -> dict[str, Any]:
    """A redress in money."""
    return {"kind": "refund", "amount": amount, "currency": currency}


def proposed(*redress: dict[str, Any], by: Actor = b.AGENT, severity: Severity = Severity.NORMAL) -> Story:
    """A case of the agent's with a proposal."""
    story = Story().assessed(b.assessment(MATRIX, severity=severity)).does("accept", b.AGENT)
    return story.does("propose", by, redress=redress)


def refusal(story: Story, name: str, by: Actor, **changes: Any) -> ErrorCode:
    """The code with which a command is refused."""
    with pytest.raises(AmendsError) as refused:
        story.does(name, by, **changes)
    return refused.value.code


@pytest.mark.parametrize(
    ("severity", "amounts", "approvers"),
    [
        (Severity.NORMAL, (), (b.LEAD,)),
        (Severity.NORMAL, (), (b.HEAD,)),
        (Severity.NORMAL, ("999.99",), (b.EXECUTIVE,)),
        (Severity.NORMAL, ("1000",), (b.HEAD, b.EXECUTIVE)),
        (Severity.NORMAL, ("600", "400"), (b.EXECUTIVE, b.OTHER_EXECUTIVE)),
        (Severity.HIGH, (), (b.HEAD, b.EXECUTIVE)),
        (Severity.CRITICAL, ("5",), BOARD),
    ],
)
def test_severity_and_amount_say_who_and_how_many(
    severity: Severity, amounts: tuple[str, ...], approvers: tuple[Actor, ...]
) -> None:
    """The first rule that severity and total amount reach decides."""
    story = proposed(*(refund(amount) for amount in amounts), severity=severity)
    for person in approvers:
        assert story.case.status is Status.APPROVING
        story.does("approve", person)
    assert story.case.status is Status.EXECUTING
    assert [granted.needed for granted in story.events(ApprovalGranted)] == [*range(len(approvers))][::-1]
    assert len(story.events(Approved)) == 1


@pytest.mark.parametrize(
    ("severity", "amount", "person"),
    [
        (Severity.NORMAL, "1", b.COLLEAGUE),
        (Severity.NORMAL, "1", b.staff(Role.HEAD, "quality")),
        (Severity.NORMAL, "1", b.AUDITOR),
        (Severity.NORMAL, "1", b.COMPLAINANT),
        (Severity.NORMAL, "1000", b.LEAD),
        (Severity.CRITICAL, "1", b.HEAD),
    ],
)
@pytest.mark.parametrize("command", ["approve", "refuse"])
def test_nobody_else_may_decide(command: str, severity: Severity, amount: str, person: Actor) -> None:
    """Neither for nor against."""
    assert refusal(proposed(refund(amount), severity=severity), command, person) is ErrorCode.NOT_PERMITTED


def test_an_executive_may_always_decide() -> None:
    """The ladder leads to them when those whom the policy names are silent."""
    heads_only = b.policy(approval=(ApprovalRule(roles=(Role.HEAD,)),))
    story = Story().assessed(b.assessment(heads_only)).reaches(Status.APPROVING)
    assert refusal(story, "approve", b.LEAD) is ErrorCode.NOT_PERMITTED
    assert story.does("approve", b.EXECUTIVE).case.status is Status.EXECUTING


def test_neither_proposer_nor_owner_may_approve() -> None:
    """Even if their roles would entitle them."""
    story = proposed(by=b.LEAD).does("reassign", b.HEAD, to={"department": "service", "subject": b.HEAD.subject})
    assert refusal(story, "approve", b.LEAD) is ErrorCode.SEPARATION_OF_DUTIES
    assert refusal(story, "approve", b.HEAD) is ErrorCode.SEPARATION_OF_DUTIES
    assert story.does("approve", b.EXECUTIVE).case.status is Status.EXECUTING


def test_nobody_counts_twice() -> None:
    """Two approvals are those of two people."""
    story = proposed(refund("5000")).does("approve", b.HEAD)
    assert refusal(story, "approve", b.HEAD) is ErrorCode.ALREADY_APPROVED
    assert story.case.status is Status.APPROVING


@pytest.mark.parametrize("others", [(), (b.EXECUTIVE,)], ids=["while_others_decide", "afterwards"])
def test_an_approver_cannot_become_the_owner(others: tuple[Actor, ...]) -> None:
    """Otherwise an owner would be among those who approved."""
    story = proposed(refund("5000"))
    for person in (b.HEAD, *others):
        story.does("approve", person)
    to_the_approver = {"department": "service", "subject": b.HEAD.subject}
    assert refusal(story, "reassign", b.LEAD, to=to_the_approver) is ErrorCode.SEPARATION_OF_DUTIES


def test_a_correction_cannot_make_an_approver_the_owner() -> None:
    """The head of the department that a correction leads to may be the executive who has just approved."""
    story = proposed(refund("5000")).does("approve", b.HEAD_AND_EXECUTIVE)
    story.does("classify", b.LEAD, nature=Nature.POLICY, severity=Severity.NORMAL)
    assert story.case.owner.subject == b.HEAD_AND_EXECUTIVE.subject
    assert story.case.proposal
    assert b.HEAD_AND_EXECUTIVE.subject not in story.case.proposal.spoken


def test_a_graver_case_does_not_keep_approvals_of_people_it_is_beyond() -> None:
    """A lead's consent to a normal case is none to a critical one, which two executives must consent to."""
    story = proposed(refund("5000")).does("approve", b.HEAD)
    story.does("classify", b.LEAD, nature=Nature.SERVICE, severity=Severity.CRITICAL)
    story.does("approve", b.EXECUTIVE)
    assert story.case.status is Status.APPROVING
    assert story.does("approve", b.OTHER_EXECUTIVE).case.status is Status.EXECUTING


def test_a_milder_case_does_not_wait_for_somebody_who_has_approved_already() -> None:
    """One approval is enough now, so the one who gave it must not be told to leave it to another."""
    story = proposed(severity=Severity.HIGH).does("approve", b.HEAD)
    story.does("classify", b.LEAD, nature=Nature.SERVICE, severity=Severity.LOW)
    if story.case.status is Status.APPROVING:
        story.does("approve", b.HEAD)
    assert story.case.status is Status.EXECUTING


def test_those_entitled_are_asked_and_those_barred_are_named() -> None:
    """The request says who may decide, on what, and who never may."""
    story = proposed(refund("1000"), {"kind": "apology", "note": "by letter"}, by=b.LEAD)
    [request] = [effect for effect in story.effects if isinstance(effect, RequestApproval)]
    assert (request.department, request.roles) == ("service", (Role.HEAD, Role.EXECUTIVE))
    assert request.barred == (b.AGENT.subject, b.LEAD.subject)
    assert request.facts["redress"] == "refund 1000 CNY; apology (by letter)"


@pytest.mark.parametrize(
    ("command", "changes"), [("reassign", {}), ("classify", {"nature": "quality", "severity": "critical"})]
)
def test_those_whom_a_change_entitles_are_asked_as_well(command: str, changes: dict[str, Any]) -> None:
    """A proposal must not lie with a department where nobody has been told of it."""
    story = proposed().does(command, b.LEAD, **changes)
    asked = [effect.department for effect in story.effects if isinstance(effect, RequestApproval)]
    assert asked[-1] == story.case.owner.department == "quality"


def test_a_refused_proposal_goes_back_to_its_owner_with_the_reason() -> None:
    """And the next one needs its approvals anew."""
    story = proposed(refund("5000")).does("approve", b.HEAD).does("refuse", b.EXECUTIVE, reason="far too much")
    assert story.case.status is Status.INVESTIGATING
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.notice, told.to) == (Notice.PROPOSAL_REFUSED, b.AGENT.subject)
    assert told.facts == {"by": b.EXECUTIVE.subject, "reason": "far too much"}
    story.does("propose", b.AGENT, redress=(refund("5000"),))
    assert story.case.proposal
    assert (story.case.proposal.round, story.case.proposal.consents) == (2, ())


def test_an_amount_needs_a_currency() -> None:
    """The field at fault is named."""
    with pytest.raises(AmendsError) as refused:
        proposed({"kind": "apology"}, refund("5", None))
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, "redress.1.currency")


def test_a_case_nobody_accepted_is_accepted_by_whoever_proposes() -> None:
    """Proposing from `assigned` makes the proposer the owner, so owner and proposer are barred as one."""
    story = Story().assessed().does("propose", b.LEAD)
    assert story.last(2) == ["accepted", "proposed"]
    assert story.case.owner.subject == b.LEAD.subject


def test_who_owned_the_case_since_it_was_proposed_never_approves_it() -> None:
    """Giving the case away makes nobody impartial."""
    story = proposed(by=b.HEAD)
    story.does("reassign", b.HEAD, to={"department": "service", "subject": b.LEAD.subject})
    story.does("reassign", b.HEAD, to={"department": "service", "subject": b.AGENT.subject})
    assert refusal(story, "approve", b.LEAD) is ErrorCode.SEPARATION_OF_DUTIES


def test_an_approver_may_change_their_mind_while_others_are_still_needed() -> None:
    """Consent given twice is refused, refusing after consent is not."""
    story = proposed(refund("5000")).does("approve", b.HEAD)
    assert refusal(story, "approve", b.HEAD) is ErrorCode.ALREADY_APPROVED
    assert story.does("refuse", b.HEAD).case.status is Status.INVESTIGATING


def test_amounts_in_two_currencies_are_not_added() -> None:
    """600 dollars and 600 yen are not 1200 of anything."""
    story = Story().assessed(b.assessment(MATRIX)).does("accept", b.AGENT)
    mixed = (refund("600", "USD"), refund("600", "JPY"))
    assert refusal(story, "propose", b.AGENT, redress=mixed) is ErrorCode.INVALID_INPUT


def test_a_detour_through_another_department_wipes_nobody_clean() -> None:
    """Whoever owned the case since it was proposed stays barred when it is put up again and comes back."""
    story = proposed(by=b.HEAD)
    story.does("reassign", b.HEAD, to={"department": "service", "subject": b.LEAD.subject})
    story.does("reassign", b.HEAD, to={"department": "quality"})
    story.does("reassign", b.EXECUTIVE, to={"department": "service", "subject": b.AGENT.subject})
    assert refusal(story, "approve", b.LEAD) is ErrorCode.SEPARATION_OF_DUTIES


def test_who_makes_their_own_case_less_grave_does_not_get_it_approved_more_easily() -> None:
    """Somebody else in charge may find it less grave; and what the classifier was unsure of was no severity yet."""

    def approvals(owner: Actor, by: Actor, **assessed: Any) -> int:
        story = Story().assessed(b.assessment(severity=Severity.CRITICAL, **assessed))
        story.does("accept" if owner == b.AGENT else "take_over", owner)
        story.does("classify", by, nature="service", severity="low").does("propose", owner)
        return sum(step.approvals for step in rule_for(story.case).in_steps)

    assert approvals(b.AGENT, b.AGENT) == approvals(b.EXECUTIVE, b.EXECUTIVE) == 2
    assert approvals(b.AGENT, b.LEAD) == 1
    assert approvals(b.EXECUTIVE, b.EXECUTIVE, confidence=0.2) == 1


def test_what_was_lowered_and_raised_again_is_as_grave_as_it_is() -> None:
    """And a lead who lowered it counts as its owner does, once they propose."""
    story = Story().assessed(b.assessment(severity=Severity.HIGH)).reaches(Status.INVESTIGATING)
    story.does("classify", b.LEAD, nature="service", severity="low").does("propose", b.LEAD)
    assert refusal(story, "approve", b.LEAD) is ErrorCode.SEPARATION_OF_DUTIES
    assert rule_for(story.case) == b.TWO_FROM_HIGH
    story.does("classify", b.HEAD, nature="service", severity="high")
    assert story.case.lowered == ()


def test_who_was_refused_does_not_approve_what_another_proposes_next() -> None:
    """It may be the same; after a reopening everything is new."""
    story = Story().assessed().reaches(Status.INVESTIGATING)
    story.does("propose", b.LEAD).does("refuse", b.HEAD).does("propose", b.AGENT)
    assert refusal(story, "approve", b.LEAD) is ErrorCode.SEPARATION_OF_DUTIES
    story.does("approve", b.HEAD).reaches(Status.CONFIRMING).does("answer_survey", b.COMPLAINANT, solved=False)
    assert story.does("propose", b.AGENT).does("approve", b.LEAD).case.status is Status.EXECUTING
