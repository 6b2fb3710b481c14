"""Taking a case over, whom it cannot be given to, who keeps out of it, and what a correction changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Classified, Reassigned, RungReached
from workflows.contract.parties import SYSTEM, Actor, StandIn
from workflows.contract.vocabulary import Level, Nature, Role, Severity, Status
from workflows.core.authority import allowed

BACK_AT = datetime(2026, 4, 1, tzinfo=UTC)
DEPUTY = b.staff(Role.AGENT, "legal").model_copy(
    update={"stands_in_for": (StandIn(subject=b.AGENT.subject, roles=(Role.AGENT,), department="service"),)}
)
"""Of another department, and deputy of an agent of service who is absent."""


def refusal(story: Story, name: str, by: Actor, **changes: Any) -> tuple[ErrorCode, str | None]:
    """The code with which a command is refused, and the field."""
    with pytest.raises(AmendsError) as refused:
        story.does(name, by, **changes)
    return refused.value.code, refused.value.field


def party(subject: str = "service.agent", **standing: Any) -> dict[str, Any]:
    """A person of service with what the directory says of them."""
    known = {"roles": ("agent",), "department": "service"} | standing
    return {"department": "service", "subject": subject, "standing": known}


def told(story: Story, notice: Notice) -> list[str | None]:
    """Who got this notice."""
    return [effect.to for effect in story.effects if isinstance(effect, Notify) and effect.notice is notice]


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (Status.ASSIGNED, Status.INVESTIGATING),
        (Status.INVESTIGATING, Status.INVESTIGATING),
        (Status.WAITING, Status.WAITING),
        (Status.APPROVING, Status.APPROVING),
        (Status.EXECUTING, Status.EXECUTING),
    ],
)
def test_taking_over_is_taking_in_hand_and_sets_no_work_back(status: Status, then: Status) -> None:
    """Both facts are recorded, and nobody gets a letter about what they have just done."""
    story = Story().assessed().reaches(status).does("take_over", b.HEAD if status is not Status.ASSIGNED else b.LEAD)
    assert story.last(2) == ["reassigned", "accepted"]
    assert story.case.status is then
    assert story.case.owner.department == "service"
    assert told(story, Notice.ASSIGNMENT) == []


def test_a_wait_that_somebody_took_over_goes_on_in_hand() -> None:
    """They need not accept what they took."""
    story = Story().assessed().reaches(Status.WAITING).does("take_over", b.HEAD).does("resume", b.COMPLAINANT)
    assert story.case.status is Status.INVESTIGATING


def test_the_deputy_of_an_absent_owner_can_take_over_and_a_stranger_cannot() -> None:
    """For whom somebody decides, they can also work."""
    story = Story().assessed().does("accept", b.AGENT)
    assert "take_over" not in allowed(story.case, b.staff(Role.AGENT, "legal"))
    story.does("take_over", DEPUTY, reason="she is on leave")
    assert (story.case.owner.subject, story.case.owner.department) == (DEPUTY.subject, "service")
    assert story.events(Reassigned)[0].reason == "she is on leave"


def test_who_approved_cannot_take_over() -> None:
    """They would be judge in their own cause."""
    story = Story().assessed().reaches(Status.EXECUTING)
    assert refusal(story, "take_over", b.LEAD) == (ErrorCode.SEPARATION_OF_DUTIES, "actor")
    assert "take_over" not in allowed(story.case, b.LEAD)


@pytest.mark.parametrize(
    ("standing", "code", "says"),
    [
        ({"absent_until": BACK_AT, "deputy": "service.colleague"}, ErrorCode.ABSENT, "service.colleague stands in"),
        ({"absent_until": BACK_AT}, ErrorCode.ABSENT, "absent until 2026-04-01T00:00:00+00:00; nobody stands in"),
        ({"contractor": True}, ErrorCode.CONTRACTOR, "works for a contractor"),
        ({"roles": ("auditor",)}, ErrorCode.NOT_PERMITTED, "is auditor, and handles no complaints"),
    ],
)
@pytest.mark.parametrize("command", ["reassign", "assign"])
def test_a_case_is_given_to_nobody_who_cannot_hold_it(
    command: str, standing: dict[str, Any], code: ErrorCode, says: str
) -> None:
    """As the directory knew them when the door asked."""
    story = Story().assessed()
    with pytest.raises(AmendsError, match=says.replace("+", r"\+")) as refused:
        story.does(command, b.HEAD, to=party(**standing))
    assert (refused.value.code, refused.value.field) == (code, "to.subject")


def test_a_policy_may_let_contractors_hold_cases() -> None:
    """Then they may be given some."""
    story = Story().assessed(b.assessment(b.policy(assignment={"contractors": True})))
    assert story.does("reassign", b.HEAD, to=party(contractor=True)).case.owner.subject == "service.agent"


def test_a_contractor_takes_no_case_in_hand_where_the_policy_gives_them_none() -> None:
    """But may handle what they hold, by an earlier policy for example."""
    contractor = b.AGENT.model_copy(update={"contractor": True})
    story = Story().assessed()
    assert refusal(story, "accept", contractor) == (ErrorCode.CONTRACTOR, "actor")
    assert "accept" not in allowed(story.case, contractor)
    story.does("reassign", b.HEAD, to={"department": "service", "subject": contractor.subject})
    assert story.does("accept", contractor).does("propose", contractor).case.status is Status.APPROVING
    ours = Story().assessed(b.assessment(b.policy(assignment={"contractors": True})))
    assert ours.does("accept", contractor).case.owner.subject == contractor.subject


def test_who_has_an_interest_gets_no_case_and_gives_none() -> None:
    """Not even by the head; and they are offered nothing but notes."""
    story = Story().assessed().does("declare_interest", b.AGENT)
    assert refusal(story, "reassign", b.HEAD, to=party()) == (ErrorCode.CONFLICT_OF_INTEREST, "to.subject")
    assert refusal(story, "accept", b.AGENT) == (ErrorCode.CONFLICT_OF_INTEREST, "actor")
    assert allowed(story.case, b.AGENT) == ("note",)
    assert refusal(story, "declare_interest", b.HEAD, subject=b.AGENT.subject) == (ErrorCode.ALREADY_THERE, "subject")


def test_only_those_above_record_the_interest_of_somebody_else() -> None:
    """Or colleagues could keep each other out."""
    story = Story().assessed()
    other = {"subject": b.AGENT.subject}
    assert refusal(story, "declare_interest", b.COLLEAGUE, **other) == (ErrorCode.NOT_PERMITTED, "subject")
    assert refusal(story, "declare_interest", b.staff(Role.HEAD, "legal"), **other)[0] is ErrorCode.NOT_PERMITTED
    assert refusal(story, "declare_interest", b.LEAD, **other) == (ErrorCode.NOT_PERMITTED, "subject")
    assert story.does("declare_interest", b.HEAD, **other).case.conflicts == (b.AGENT.subject,)


def test_nobody_bars_those_above_or_those_who_are_to_approve() -> None:
    """A head the executive, Amends itself, or a proposer anybody; an executive may bar a head."""
    story = Story().assessed()
    for above in (b.EXECUTIVE.subject, SYSTEM.subject):
        assert refusal(story, "declare_interest", b.HEAD, subject=above) == (ErrorCode.NOT_PERMITTED, "subject")
    story.does("propose", b.EXECUTIVE)
    barred = refusal(story, "declare_interest", b.EXECUTIVE, subject=b.LEAD.subject)
    assert barred == (ErrorCode.SEPARATION_OF_DUTIES, "subject")
    assert story.does("declare_interest", b.OTHER_EXECUTIVE, subject=b.HEAD.subject).case.conflicts == (b.HEAD.subject,)


def test_an_interest_never_bars_the_complainant_or_amends_itself() -> None:
    """By whatever name a signal gives them."""
    story = Story().assessed().reaches(Status.CONFIRMING)
    story.does("declare_interest", b.OTHER_EXECUTIVE, subject=b.COMPLAINANT.subject)
    assert story.does("answer_survey", b.COMPLAINANT).case.status is Status.CLOSED


@pytest.mark.parametrize(
    ("barred", "then"),
    [
        (["service.agent"], "service.head"),
        (["service.head", "service.agent"], "service.lead"),
        (["service.head", "service.lead", "service.agent"], "board.executive"),
        (["service.head", "service.lead", "board.executive", "service.agent"], "board.executive"),
    ],
)
def test_a_case_never_stays_with_an_owner_who_has_an_interest(barred: list[str], then: str) -> None:
    """It falls to the head, the lead or the executive, whoever is free; the executive answers for it if nobody is."""
    story = Story().assessed().does("accept", b.AGENT)
    for subject in barred:
        story.does("declare_interest", b.OTHER_EXECUTIVE, subject=subject)
    assert story.case.owner.subject == then
    assert story.last(2) == ["interest_declared", "reassigned"]
    assert told(story, Notice.ASSIGNMENT) == [then]
    assert story.case.status is Status.ASSIGNED


def test_when_the_whole_line_is_barred_another_executive_can_take_over() -> None:
    """So the case is not stuck."""
    story = Story().assessed()
    for subject in ("service.head", "service.lead", "board.executive"):
        story.does("declare_interest", b.OTHER_EXECUTIVE, subject=subject)
    assert story.does("take_over", b.OTHER_EXECUTIVE).case.owner.subject == b.OTHER_EXECUTIVE.subject


def test_a_case_falls_to_nobody_who_approved_it_if_anybody_else_is_free() -> None:
    """The lead approved, so the head owns it; where all of the line have, others approve it anew."""
    story = Story().assessed().does("accept", b.AGENT).does("declare_interest", b.HEAD)
    story.does("propose", b.AGENT, redress=({"kind": "refund", "amount": "1000", "currency": "CNY"},))
    story.does("approve", b.EXECUTIVE).does("declare_interest", b.AGENT)
    assert (story.case.owner.subject, story.case.status) == ("service.lead", Status.APPROVING)
    story.does("declare_interest", b.LEAD)
    assert story.case.owner.subject == b.EXECUTIVE.subject
    assert story.last(3) == ["interest_declared", "reassigned", "proposed"]
    assert story.case.proposal
    assert story.case.proposal.spoken == frozenset()


def test_the_ladder_passes_over_whom_an_interest_bars() -> None:
    """Those above are told instead, or those below when nobody above is free."""
    story = Story().assessed().does("accept", b.AGENT).does("declare_interest", b.LEAD).does("declare_interest", b.HEAD)
    assert story.case.person_at(Level.LEAD) == story.case.person_at(Level.HEAD) == b.EXECUTIVE.subject
    story.after(20 * b.HOUR)
    assert {rung.tell for rung in story.events(RungReached)} == {b.AGENT.subject, b.EXECUTIVE.subject}
    other = Story().assessed().does("accept", b.AGENT).does("declare_interest", b.EXECUTIVE)
    assert other.case.person_at(Level.EXECUTIVE) == b.HEAD.subject


def test_a_correction_says_where_it_sends_the_case_and_which_limits_it_moves() -> None:
    """Graver means half the time, and each department has a handover time of its own."""
    policy = b.policy(b.SOLUTION, b.HANDOVER)
    story = Story().assessed(b.assessment(policy)).does("accept", b.AGENT).after(b.HOUR)
    story.does("classify", b.AGENT, nature=Nature.QUALITY, severity=Severity.CRITICAL)
    corrected = story.events(Classified)[-1]
    assert (corrected.department_before, corrected.department_after) == ("service", "quality")
    moved = {each.clock: (each.due_before, each.due_after) for each in corrected.moved}
    assert moved == {
        "solution": (b.START + 24 * b.HOUR, b.START + 12 * b.HOUR),
        "handover": (None, b.START + 3 * b.HOUR),
    }


def test_a_correction_that_moves_nothing_says_so() -> None:
    """Its owner stays, and so do its limits."""
    story = Story().assessed().does("accept", b.AGENT).does("classify", b.AGENT, nature=Nature.PRICE, severity="normal")
    corrected = story.events(Classified)[-1]
    assert (corrected.department_before, corrected.department_after, corrected.moved) == ("service", "service", ())


def test_a_correction_passes_over_a_head_with_an_interest() -> None:
    """The case would otherwise fall to the one person who must not have it."""
    story = Story().assessed().does("declare_interest", b.EXECUTIVE, subject="quality.head")
    assert story.does("classify", b.HEAD, nature=Nature.QUALITY).case.owner.subject == "quality.lead"
    assert story.does("reassign", b.EXECUTIVE, to={"department": "legal"}).case.owner.subject == "legal.head"
    assert story.does("reassign", b.EXECUTIVE, to={"department": "quality"}).case.owner.subject == "quality.lead"


def test_who_approved_it_does_not_carry_it_out_when_the_case_falls_to_them() -> None:
    """Nobody else is left in the line, so others approve it again."""
    story = Story().assessed().reaches(Status.INVESTIGATING).does("propose", b.AGENT).does("approve", b.HEAD)
    for subject in (b.LEAD.subject, b.EXECUTIVE.subject, b.AGENT.subject):
        story.does("declare_interest", b.OTHER_EXECUTIVE, subject=subject)
    assert (story.case.owner.subject, story.case.status) == (b.HEAD.subject, Status.APPROVING)
    assert refusal(story, "approve", b.HEAD)[0] is ErrorCode.SEPARATION_OF_DUTIES
    assert story.does("approve", b.OTHER_EXECUTIVE).case.status is Status.EXECUTING
