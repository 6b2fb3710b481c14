"""Deciding for others: by a right that was handed over, or while somebody is absent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import Story
from tests.core.test_approval import proposed, refund, refusal
from tests.core.test_approval_steps import LEGAL_HEAD
from workflows.contract.consent import Consent, Delegation
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import ApprovalGranted, Delegated, Refused
from workflows.contract.parties import Actor, Party
from workflows.contract.vocabulary import Role, Status
from workflows.core.authority import allowed

STRANGER = b.staff(Role.AGENT, "quality")
CONTRACTED_LEAD = b.LEAD.model_copy(update={"contractor": True})
TWO_NEEDED = refund("5000")
"""So much needs two of heads and executives."""


def consents(story: Story) -> list[tuple[str, str | None]]:
    """Who consented, for whom."""
    return [(each.by, each.on_behalf_of) for each in story.events(ApprovalGranted)]


def refused_to(story: Story, to: Party | Actor, by: Actor = b.HEAD) -> tuple[ErrorCode, str | None]:
    """Why somebody cannot hand their right to this person, and the field at fault."""
    with pytest.raises(AmendsError) as refused:
        story.does("delegate", by, to=b.party(to) if isinstance(to, Actor) else to)
    return refused.value.code, refused.value.field


def test_a_delegate_decides_by_the_right_of_another() -> None:
    """Who could not before; the one who handed it over cannot any more."""
    story = proposed(TWO_NEEDED)
    assert refusal(story, "approve", b.COLLEAGUE) is ErrorCode.NOT_PERMITTED
    story.does("delegate", b.HEAD)
    assert story.events(Delegated) == [
        Delegated(round=1, step="approval", by=b.HEAD.subject, to=b.COLLEAGUE.subject, reason="on a journey")
    ]
    for command in ("approve", "refuse"):
        assert refusal(story, command, b.HEAD) is ErrorCode.NOT_PERMITTED
        assert command in allowed(story.case, b.COLLEAGUE)
    story.does("approve", b.COLLEAGUE).does("approve", b.EXECUTIVE)
    assert consents(story) == [(b.COLLEAGUE.subject, b.HEAD.subject), (b.EXECUTIVE.subject, None)]
    assert story.case.status is Status.EXECUTING


def test_a_delegate_may_refuse_for_the_one_who_asked_them_to_decide() -> None:
    """It is recorded on whose behalf."""
    story = proposed(TWO_NEEDED).does("delegate", b.HEAD).does("refuse", b.COLLEAGUE)
    assert story.events(Refused)[0].on_behalf_of == b.HEAD.subject


def test_a_delegate_is_asked_with_the_reason() -> None:
    """By the letter that the others had."""
    story = proposed(TWO_NEEDED).does("delegate", b.HEAD, to=b.party(STRANGER))
    letter = story.effects[-1]
    assert isinstance(letter, Notify)
    assert (letter.notice, letter.to) == (Notice.APPROVAL_REQUEST, STRANGER.subject)
    assert letter.facts["on_behalf_of"] == b.HEAD.subject
    assert letter.facts["reason"] == "on a journey"
    assert letter.facts["redress"] == "refund 5000 CNY"


def test_a_right_can_be_handed_to_somebody_else_instead() -> None:
    """Whoever had it before has it no longer."""
    story = proposed(TWO_NEEDED).does("delegate", b.HEAD).does("delegate", b.HEAD, to=b.party(STRANGER))
    assert refusal(story, "approve", b.COLLEAGUE) is ErrorCode.NOT_PERMITTED
    assert consents(story.does("approve", STRANGER)) == [(STRANGER.subject, b.HEAD.subject)]
    assert refusal(story, "delegate", b.HEAD) is ErrorCode.ALREADY_APPROVED


def test_a_delegation_ends_with_the_round() -> None:
    """A refused or amended proposal is decided by those whom the policy names."""
    for end in ("refuse", "propose"):
        story = proposed(TWO_NEEDED).does("delegate", b.HEAD)
        story.does(end, b.EXECUTIVE if end == "refuse" else b.AGENT)
        if end == "refuse":
            story.does("propose", b.AGENT, redress=(TWO_NEEDED,))
        assert story.case.proposal
        assert story.case.proposal.delegations == ()
        assert refusal(story, "approve", b.COLLEAGUE) is ErrorCode.NOT_PERMITTED
        assert "approve" in allowed(story.case, b.HEAD)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (b.AGENT, ErrorCode.SEPARATION_OF_DUTIES),
        (b.HEAD, ErrorCode.INVALID_INPUT),
        (b.EXECUTIVE, ErrorCode.ALREADY_THERE),
        (b.AUDITOR, ErrorCode.NOT_PERMITTED),
        (CONTRACTED_LEAD, ErrorCode.CONTRACTOR),
        (b.party(b.COLLEAGUE, absent_until=b.START + b.DAY), ErrorCode.ABSENT),
        (Party(department="service", subject=b.COLLEAGUE.subject), ErrorCode.UNKNOWN_STAFF),
        (Party(department="service"), ErrorCode.INVALID_INPUT),
    ],
    ids=["handler", "oneself", "who_may_anyway", "auditor", "contractor", "absent", "not_vouched_for", "nobody"],
)
def test_a_right_is_handed_only_to_somebody_who_can_use_it(to: Party | Actor, code: ErrorCode) -> None:
    """The field at fault is named."""
    assert refused_to(proposed(TWO_NEEDED), to) == (code, "to.subject")


def test_who_is_back_from_an_absence_can_be_a_delegate() -> None:
    """It counts when the command comes, not when the directory was asked."""
    story = proposed(TWO_NEEDED)
    back = b.party(b.COLLEAGUE, absent_until=story.now)
    assert story.does("delegate", b.HEAD, to=back).last() == ["delegated"]


def test_who_has_an_interest_cannot_be_a_delegate() -> None:
    """Nor stay one."""
    story = proposed(TWO_NEEDED).does("declare_interest", b.COLLEAGUE)
    assert refused_to(story, b.COLLEAGUE) == (ErrorCode.CONFLICT_OF_INTEREST, "to.subject")
    story.does("delegate", b.HEAD, to=b.party(STRANGER)).does("declare_interest", b.EXECUTIVE, subject=STRANGER.subject)
    assert refusal(story, "approve", STRANGER) is ErrorCode.CONFLICT_OF_INTEREST
    assert "approve" in allowed(story.case, b.HEAD), "what was handed on came back"


def test_who_has_approved_is_no_delegate() -> None:
    """They would count twice."""
    story = proposed(TWO_NEEDED).does("delegate", b.EXECUTIVE).does("approve", b.COLLEAGUE)
    assert refused_to(story, b.COLLEAGUE) == (ErrorCode.ALREADY_APPROVED, "to.subject")


def test_two_people_cannot_have_the_same_delegate() -> None:
    """Who holds two rights still counts once."""
    story = proposed(TWO_NEEDED).does("delegate", b.HEAD)
    assert refused_to(story, b.COLLEAGUE, by=b.EXECUTIVE) == (ErrorCode.ALREADY_THERE, "to.subject")


def test_rights_are_not_handed_round_in_circles() -> None:
    """Neither back to somebody who has handed theirs on, nor on by somebody who holds another's."""
    steps = ({"step": "line", "roles": ("lead",)}, {"step": "legal", "roles": ("head",), "department": "legal"})
    procedure = b.policy(approval=({"steps": steps, "order": "parallel"},))
    story = Story().assessed(b.assessment(procedure)).reaches(Status.APPROVING)
    story.does("delegate", b.LEAD, to=b.party(LEGAL_HEAD))
    assert refusal(story, "delegate", LEGAL_HEAD, to=b.party(b.LEAD)) is ErrorCode.NOT_PERMITTED
    assert "delegate" not in allowed(story.case, LEGAL_HEAD)
    other = b.staff(Role.HEAD, "legal", "legal.second")
    assert refused_to(story, b.LEAD, by=other) == (ErrorCode.NOT_PERMITTED, "to.subject")


@pytest.mark.parametrize("by", [b.AGENT, b.COLLEAGUE, b.AUDITOR, CONTRACTED_LEAD], ids=lambda by: by.subject)
def test_only_who_may_decide_can_hand_that_on(by: Actor) -> None:
    """Nobody gives what they do not have."""
    story = proposed()
    with pytest.raises(AmendsError) as refused:
        story.does("delegate", by, to=b.party(STRANGER))
    assert refused.value.field == "actor"
    assert "delegate" not in allowed(story.case, by)


def test_a_stand_in_does_not_hand_on_what_is_not_theirs() -> None:
    """They may decide themselves."""
    deputy = b.standing_in(b.COLLEAGUE, b.HEAD)
    story = proposed(TWO_NEEDED)
    assert refusal(story, "delegate", deputy, to=b.party(STRANGER)) is ErrorCode.NOT_PERMITTED
    assert "approve" in allowed(story.case, deputy)


def test_who_handed_on_their_right_decides_neither_themselves_nor_for_others() -> None:
    """Nor does somebody stand in for them."""
    story = proposed(TWO_NEEDED).does("delegate", b.HEAD)
    assert refusal(story, "approve", b.standing_in(b.HEAD, b.EXECUTIVE)) is ErrorCode.NOT_PERMITTED
    assert refusal(story, "approve", b.standing_in(STRANGER, b.HEAD)) is ErrorCode.NOT_PERMITTED


def test_a_delegation_is_void_once_the_one_who_gave_it_owns_the_case() -> None:
    """A delegate never approves for somebody who handled it."""
    story = proposed(TWO_NEEDED).does("delegate", b.HEAD)
    story.does("reassign", b.LEAD, to=b.party(b.HEAD))
    assert refusal(story, "approve", b.COLLEAGUE) is ErrorCode.SEPARATION_OF_DUTIES


def test_a_deputy_decides_for_somebody_absent() -> None:
    """By their standing, where the deputy's own does not reach."""
    deputy = b.standing_in(b.COLLEAGUE, b.HEAD)
    story = proposed(TWO_NEEDED).does("approve", deputy)
    assert consents(story) == [(b.COLLEAGUE.subject, b.HEAD.subject)]
    assert story.case.proposal
    assert story.case.proposal.consents == (
        Consent(by=b.COLLEAGUE.subject, step="approval", on_behalf_of=b.HEAD.subject),
    )
    assert refusal(story, "approve", b.HEAD) is ErrorCode.ALREADY_APPROVED
    assert refusal(story, "approve", b.standing_in(STRANGER, b.HEAD)) is ErrorCode.ALREADY_APPROVED
    assert refusal(story, "delegate", b.HEAD) is ErrorCode.ALREADY_APPROVED


def test_who_may_decide_themselves_does_so_in_their_own_name() -> None:
    """The absent one can still decide when they are back."""
    story = proposed(TWO_NEEDED).does("approve", b.standing_in(b.EXECUTIVE, b.HEAD))
    assert consents(story) == [(b.EXECUTIVE.subject, None)]
    assert consents(story.does("approve", b.HEAD))[-1] == (b.HEAD.subject, None)


def test_nobody_counts_twice_under_two_hats() -> None:
    """Not for themselves and for an absent colleague, nor for two of them."""
    two_hats = b.standing_in(b.COLLEAGUE, b.HEAD, b.EXECUTIVE)
    story = proposed(TWO_NEEDED).does("approve", two_hats)
    assert refusal(story, "approve", two_hats) is ErrorCode.ALREADY_APPROVED
    own_and_other = b.standing_in(b.OTHER_EXECUTIVE, b.EXECUTIVE)
    story.does("approve", own_and_other)
    assert story.case.status is Status.EXECUTING


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        ({"by": b.HEAD}, ErrorCode.SEPARATION_OF_DUTIES),
        ({"owned": True}, ErrorCode.SEPARATION_OF_DUTIES),
        ({"interested": True}, ErrorCode.CONFLICT_OF_INTEREST),
        ({"contractor": True}, ErrorCode.NOT_PERMITTED),
    ],
    ids=["who_proposed", "who_owned_it", "who_has_an_interest", "of_a_contractor"],
)
def test_nobody_decides_for_somebody_who_must_not_themselves(prepare: dict[str, Any], code: ErrorCode) -> None:
    """Being away makes nobody impartial."""
    story = proposed(TWO_NEEDED, by=prepare.get("by", b.AGENT))
    absent = b.HEAD.model_copy(update={"contractor": True}) if prepare.get("contractor") else b.HEAD
    if prepare.get("owned"):
        story.does("reassign", b.LEAD, to=b.party(b.HEAD)).does("reassign", b.LEAD, to=b.party(b.AGENT))
    if prepare.get("interested"):
        story.does("declare_interest", b.HEAD)
    assert refusal(story, "approve", b.standing_in(b.COLLEAGUE, absent)) is code


def test_the_deputy_of_somebody_else_is_still_barred_in_person() -> None:
    """Whatever hat the proposer wears."""
    story = proposed(TWO_NEEDED)
    assert refusal(story, "approve", b.standing_in(b.AGENT, b.HEAD)) is ErrorCode.SEPARATION_OF_DUTIES


def test_nobody_is_their_own_deputy() -> None:
    """Whatever a sender that is no door says of them."""
    steps = ({"step": "line", "roles": ("lead",)},)
    story = Story().assessed(b.assessment(b.policy(approval=({"steps": steps},)))).reaches(Status.APPROVING)
    promoted = b.COLLEAGUE.model_copy(update={"roles": (Role.LEAD,)})
    assert refusal(story, "approve", b.standing_in(b.COLLEAGUE, promoted)) is ErrorCode.NOT_PERMITTED


@pytest.mark.parametrize("command", ["approve", "refuse", "delegate"])
def test_contractors_never_decide(command: str) -> None:
    """Whatever role they have, and whomever they stand in for."""
    contracted = b.EXECUTIVE.model_copy(update={"contractor": True})
    for by in (contracted, b.standing_in(contracted, b.HEAD)):
        assert refusal(proposed(), command, by) is ErrorCode.CONTRACTOR


def test_an_absent_person_may_object_to_what_was_approved_for_them() -> None:
    """While others are still needed."""
    story = proposed(TWO_NEEDED).does("approve", b.standing_in(b.COLLEAGUE, b.HEAD))
    assert story.does("refuse", b.HEAD).case.status is Status.INVESTIGATING


@pytest.mark.parametrize("gone", [b.HEAD, b.COLLEAGUE], ids=["who_handed_it_on", "who_got_it"])
def test_a_delegation_of_or_to_somebody_who_has_left_is_void(gone: Actor) -> None:
    """What others are to decide, they can decide again."""
    story = proposed(TWO_NEEDED).does("delegate", b.HEAD)
    assert story.case.procedure
    departments = story.case.procedure.departments
    staffed = {
        name: each.model_copy(update={"head": "service.new"}) if name == "service" else each
        for name, each in departments.items()
    }
    story.does("amend_staff", b.EXECUTIVE, departments=staffed, left=(gone.subject,))
    assert story.case.proposal
    assert story.case.proposal.delegations == ()
    assert refusal(story, "approve", b.COLLEAGUE) is ErrorCode.NOT_PERMITTED


def test_what_somebody_consented_to_before_they_left_stays() -> None:
    """They were entitled when they did."""
    story = proposed(TWO_NEEDED).does("approve", b.EXECUTIVE)
    assert story.case.procedure
    staffed = {"departments": story.case.procedure.departments, "executive": b.OTHER_EXECUTIVE.subject}
    story.does("amend_staff", b.HEAD, **staffed, left=(b.EXECUTIVE.subject,))
    assert story.does("approve", b.HEAD).case.status is Status.EXECUTING


def test_a_delegation_is_of_the_step_that_was_open() -> None:
    """Once that is passed it has nothing to give."""
    steps = ({"step": "line", "roles": ("lead", "head")}, {"step": "again", "roles": ("lead", "head")})
    story = Story().assessed(b.assessment(b.policy(approval=({"steps": steps},)))).reaches(Status.APPROVING)
    story.does("delegate", b.HEAD).after(timedelta(minutes=1)).does("approve", b.LEAD)
    assert story.case.proposal
    assert story.case.proposal.delegations == (Delegation(step="line", by=b.HEAD.subject, to=b.COLLEAGUE.subject),)
    assert refusal(story, "approve", b.COLLEAGUE) is ErrorCode.NOT_PERMITTED
