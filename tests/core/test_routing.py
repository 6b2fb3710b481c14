"""Where a complaint goes: the first assessment, corrections, handovers and escalation."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.assessment import Assessment, Responsible
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Assigned
from workflows.contract.parties import Actor, Owner
from workflows.contract.vocabulary import Level, Nature, Role, Severity, Status
from workflows.core.case import INTAKE

OTHER_HEAD = b.staff(Role.HEAD, "quality")


def refusal(story: Story, name: str, by: Actor, **changes: Any) -> tuple[ErrorCode, str | None]:
    """The code with which a command is refused, and the field."""
    with pytest.raises(AmendsError) as refused:
        story.does(name, by, **changes)
    return refused.value.code, refused.value.field


@pytest.mark.parametrize(
    ("nature", "department"),
    [
        (Nature.SERVICE, "service"),
        (Nature.QUALITY, "quality"),
        (Nature.POLICY, "legal"),
        (Nature.LOGISTICS, "service"),
        (Nature.PRICE, "service"),
        (Nature.OTHER, "service"),
    ],
)
def test_a_complaint_goes_to_the_head_of_the_department_for_its_nature(nature: Nature, department: str) -> None:
    """The head owns it until somebody accepts it."""
    story = Story().assessed(b.assessment(nature=nature))
    assert story.case.owner == Owner(subject=f"{department}.head", department=department)
    assert story.case.status is Status.ASSIGNED


def test_until_it_is_assessed_intake_owns_it() -> None:
    """No state without an owner, not even the first second."""
    assert Story().case.owner == INTAKE


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"confidence": 0.49}, "only 49% sure"),
        ({"in_scope": False}, "may not be ours"),
        ({"confidence": 0.1, "in_scope": False}, "only 10% sure"),
    ],
)
def test_what_is_uncertain_goes_to_a_person_at_intake(changes: dict[str, Any], why: str) -> None:
    """With the reason in the journal."""
    story = Story().assessed(b.assessment(nature=Nature.QUALITY, **changes))
    assert story.case.owner.department == "intake_desk"
    [assigned] = story.events(Assigned)
    assert why in assigned.because


def test_just_confident_enough_is_enough() -> None:
    """The policy names the least confidence that will do."""
    story = Story().assessed(b.assessment(nature=Nature.QUALITY, confidence=0.5))
    assert story.case.owner.department == "quality"


def test_a_correction_sends_the_case_to_the_department_for_its_nature() -> None:
    """Its head owns it and somebody there has to accept it."""
    story = Story().assessed().does("accept", b.AGENT).does("classify", b.AGENT, nature=Nature.QUALITY)
    assert story.last(2) == ["classified", "assigned"]
    assert story.case.owner.subject == OTHER_HEAD.subject
    assert story.case.status is Status.ASSIGNED


def test_a_correction_is_certain_and_signed() -> None:
    """Its evidence is the reason that the person gave."""
    story = (
        Story()
        .assessed(b.assessment(confidence=0.3))
        .does("classify", b.EXECUTIVE, nature=Nature.QUALITY, severity=Severity.LOW, reason="the lid broke")
    )
    corrected = story.case.classification
    assert corrected
    assert (corrected.confidence, corrected.classifier) == (1.0, b.EXECUTIVE.subject)
    assert corrected.evidence[0].words == ("the lid broke",)


def test_a_correction_within_a_department_leaves_the_case_with_its_owner() -> None:
    """Only the department's change is a handover."""
    story = Story().assessed().does("accept", b.AGENT).does("classify", b.AGENT, nature=Nature.PRICE)
    assert story.last() == ["classified"]
    assert (story.case.owner.subject, story.case.status) == (b.AGENT.subject, Status.INVESTIGATING)


@pytest.mark.parametrize(
    ("status", "then"), [(Status.EXECUTING, "note"), (Status.EXECUTING, "wait"), (Status.CONFIRMING, "note")]
)
def test_a_correction_moves_nothing_once_the_solution_is_settled(status: Status, then: str) -> None:
    """It is recorded; the owner carries out what was approved, by whom it was approved."""
    story = Story().assessed().reaches(status).does(then, b.AGENT)
    approved = story.case.proposal
    story.does("classify", b.AGENT, nature=Nature.POLICY)
    assert (story.case.owner.subject, story.case.proposal) == (b.AGENT.subject, approved)


def test_the_same_classification_again_is_refused() -> None:
    """Nothing would change."""
    story = Story().assessed()
    same = {"nature": Nature.SERVICE, "severity": Severity.NORMAL}
    assert refusal(story, "classify", b.HEAD, **same) == (ErrorCode.ALREADY_THERE, "nature")


@pytest.mark.parametrize("changes", [{"confidence": 0.3}, {"in_scope": False}])
def test_intake_can_confirm_what_the_classifier_was_unsure_of(changes: dict[str, Any]) -> None:
    """A right guess goes on to its department with a person's name on it."""
    story = Story().assessed(b.assessment(**changes))
    same = {"nature": Nature.SERVICE, "severity": Severity.NORMAL}
    story.does("classify", b.staff(Role.AGENT, "intake_desk", "intake_desk.head"), **same)
    assert story.case.owner.department == "service"


def test_handing_over_needs_no_more_than_the_department() -> None:
    """Its head answers for the case until somebody accepts it, and is told why."""
    story = Story().assessed().does("accept", b.AGENT).does("reassign", b.AGENT, reason="their device")
    assert story.case.owner == Owner(subject=OTHER_HEAD.subject, department="quality")
    assert story.case.status is Status.ASSIGNED
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.notice, told.to, told.facts) == (Notice.ASSIGNMENT, OTHER_HEAD.subject, {"reason": "their device"})


def test_a_case_can_be_given_to_a_person() -> None:
    """Who then has to accept it."""
    story = Story().assessed().does("reassign", b.HEAD, to={"department": "service", "subject": b.AGENT.subject})
    assert (story.case.owner.subject, story.case.status) == (b.AGENT.subject, Status.ASSIGNED)


@pytest.mark.parametrize(
    "status", [Status.WAITING, Status.APPROVING, Status.EXECUTING, Status.CONFIRMING], ids=lambda status: status.value
)
def test_a_handover_does_not_set_the_work_back(status: Status) -> None:
    """Further on than investigating, the new owner goes on where the case stands."""
    story = Story().assessed().reaches(status).does("reassign", b.HEAD)
    assert (story.case.status, story.case.owner.department) == (status, "quality")


def test_who_gets_a_waiting_case_has_to_accept_it_once_the_answer_is_there() -> None:
    """As if it had been handed over while it was investigated."""
    story = Story().assessed().reaches(Status.WAITING).does("reassign", b.HEAD)
    assert story.does("resume", b.COMPLAINANT).case.status is Status.ASSIGNED


def test_unknown_departments_are_refused_with_the_known_ones() -> None:
    """The field is the one the person filled in."""
    story = Story().assessed()
    assert refusal(story, "reassign", b.HEAD, to={"department": "nowhere"}) == (
        ErrorCode.UNKNOWN_DEPARTMENT,
        "to.department",
    )
    for invited in (("quality", "nowhere"), ("service", "nowhere"), ("quality", "quality", "nowhere")):
        assert refusal(story, "call_meeting", b.HEAD, departments=invited) == (
            ErrorCode.UNKNOWN_DEPARTMENT,
            f"departments.{len(invited) - 1}",
        )


def test_giving_a_case_to_its_owner_is_refused() -> None:
    """Nothing would change."""
    story = Story().assessed()
    assert refusal(story, "reassign", b.HEAD, to={"department": "service"})[0] is ErrorCode.ALREADY_THERE


@pytest.mark.parametrize(
    ("to", "level", "told"),
    [
        (None, Level.LEAD, "service.lead"),
        (Level.LEAD, Level.LEAD, "service.lead"),
        (Level.HEAD, Level.HEAD, "service.head"),
        (Level.EXECUTIVE, Level.EXECUTIVE, b.EXECUTIVE.subject),
    ],
)
def test_escalating_tells_the_level_named_or_the_next(to: Level | None, level: Level, told: str) -> None:
    """Any member of staff may call on a higher level."""
    story = Story().assessed().does("escalate", b.staff(Role.AGENT, "legal"), to=to)
    assert story.case.level is level
    notice = story.effects[-1]
    assert isinstance(notice, Notify)
    assert (notice.notice, notice.to) == (Notice.ESCALATION, told)


@pytest.mark.parametrize("to", [Level.OWNER, Level.LEAD, Level.HEAD])
def test_escalating_goes_only_upwards(to: Level) -> None:
    """Neither down nor to those who know already."""
    story = Story().assessed().does("escalate", b.AGENT, to=Level.HEAD)
    assert refusal(story, "escalate", b.AGENT, to=to) == (ErrorCode.ALREADY_THERE, "to")
    assert story.case.level is Level.HEAD


def test_a_department_without_a_lead_is_answered_for_by_its_head() -> None:
    """No rung of the ladder leads into the void."""
    given = b.assessment()
    without = given.model_copy(
        update={"departments": given.departments | {"service": Responsible(head="service.head")}}
    )
    story = Story().assessed(without).does("escalate", b.AGENT)
    notice = story.effects[-1]
    assert isinstance(notice, Notify)
    assert notice.to == "service.head"


def test_a_policy_that_sends_complaints_where_nobody_is_responsible_is_no_assessment() -> None:
    """The complaint would otherwise hang with nobody to own it."""
    good = b.assessment()
    without = {name: person for name, person in good.departments.items() if name != good.policy.intake_department}
    with pytest.raises(ValidationError, match="has no head"):
        Assessment(
            classification=good.classification, policy=good.policy, departments=without, executive=good.executive
        )


def handovers_told(story: Story) -> list[str | None]:
    """Who was told that a case is theirs."""
    return [effect.to for effect in story.effects if isinstance(effect, Notify) and effect.notice is Notice.ASSIGNMENT]


def test_whom_a_correction_makes_responsible_is_told_but_not_whom_the_assessment_does() -> None:
    """First assignments are read in the list of cases; later ones would go unnoticed."""
    story = Story().assessed()
    assert handovers_told(story) == []
    story.does("classify", b.HEAD, nature=Nature.QUALITY, severity=Severity.HIGH)
    assert handovers_told(story) == [story.case.owner.subject]


def test_the_owner_of_a_reopened_case_is_told() -> None:
    """An unhappy answer to the survey starts their work again."""
    story = Story().assessed().reaches(Status.CONFIRMING).does("answer_survey", b.COMPLAINANT, solved=False)
    assert handovers_told(story) == [story.case.owner.subject]
