from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs
from temporalio.testing import ActivityEnvironment

from activities.assessment import FAILED, AssessmentActivities
from activities.classification.rules import RuleClassifier
from infra.db.directory import seed
from infra.organisation import Organisation, load_organisation
from infra.policies import load_policy
from workflows.contract.assessment import Assessment
from workflows.contract.classification import Classification
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.ports import Unassessed
from workflows.contract.vocabulary import Channel, Language, Nature, Role

POLICY = load_policy("default")


class BrokenClassifier:
    """Fails on every text, and quotes it."""

    name = "broken-1"

    def classify(self, text: str) -> Classification:
        """Never returns."""
        raise ValueError(f"cannot parse {text}")


def unassessed(text: str, subject: str | None = None) -> Unassessed:
    complaint = FileComplaint(
        source="test",
        source_key=str(uuid.uuid4()),
        channel=Channel.WEB,
        language=Language.EN,
        text=text,
        subject=subject,
    )
    return Unassessed(reference=complaint.reference, complaint=complaint)


async def assess(activities: AssessmentActivities, case: Unassessed) -> Assessment:
    assessment = await ActivityEnvironment().run(activities.assess, case)
    assert isinstance(assessment, Assessment)
    return assessment


async def test_an_assessment_holds_all_inputs_of_the_first_decision(engine: AsyncEngine) -> None:
    """What it is about, the policy in force, who answers where, and the executive at the end of ladders."""
    activities = AssessmentActivities(RuleClassifier(), POLICY, engine)
    assessment = await assess(activities, unassessed("The parcel never arrived."))
    assert assessment.classification.nature is Nature.LOGISTICS
    assert assessment.policy == POLICY
    assert assessment.departments == load_organisation().responsible()
    assert assessment.executive == "xu.ming"


async def test_the_subject_counts_too(engine: AsyncEngine) -> None:
    """People put the matter there and write "see above" below."""
    activities = AssessmentActivities(RuleClassifier(), POLICY, engine)
    assessment = await assess(activities, unassessed("As above, please reply.", subject="Parcel never delivered"))
    assert assessment.classification.nature is Nature.LOGISTICS


async def test_a_classifier_that_fails_does_not_hold_up_the_complaint(engine: AsyncEngine) -> None:
    """It goes to a person, and the log says so without quoting it."""
    activities = AssessmentActivities(BrokenClassifier(), POLICY, engine)
    case = unassessed("The soup was cold.")
    with capture_logs() as logs:
        classification = (await assess(activities, case)).classification
    assert (classification.nature, classification.confidence) == (Nature.OTHER, 0)
    assert [(each.label, each.words) for each in classification.evidence] == [(FAILED, ("ValueError",))]
    assert classification.classifier == "broken-1"
    [line] = logs
    assert (line["log_level"], line["complaint"]) == ("error", case.reference)
    assert "soup" not in str(line)


async def test_a_change_of_staff_is_noticed(engine: AsyncEngine) -> None:
    """At once when nothing may be remembered; later, but without a query each time, when it may."""
    forgetful = AssessmentActivities(RuleClassifier(), POLICY, engine, directory_fresh_for=timedelta(0))
    remembering = AssessmentActivities(RuleClassifier(), POLICY, engine, directory_fresh_for=timedelta(hours=1))
    for activities in (forgetful, remembering):
        assert (await assess(activities, unassessed("late"))).departments["executive"].head == "xu.ming"
    shipped = load_organisation()
    swapped = {"xu.ming": (Role.EXECUTIVE,), "grace.adler": (Role.HEAD, Role.EXECUTIVE)}
    members = tuple(
        member.model_copy(update={"roles": swapped.get(member.subject, member.roles)}) for member in shipped.staff
    )
    async with engine.begin() as connection:
        await seed(connection, Organisation(departments=shipped.departments, staff=members))
    assert (await assess(forgetful, unassessed("late"))).departments["executive"].head == "grace.adler"
    assert (await assess(remembering, unassessed("late"))).departments["executive"].head == "xu.ming"


async def test_a_policy_that_names_a_missing_department_is_refused(engine: AsyncEngine) -> None:
    """Before any complaint is sent into the void."""
    shipped = load_organisation()
    smaller = Organisation(
        departments=tuple(each for each in shipped.departments if each.department != "legal_compliance"),
        staff=tuple(member for member in shipped.staff if member.department != "legal_compliance"),
    )
    async with engine.begin() as connection:
        await seed(connection, smaller)
    with pytest.raises(AmendsError, match="legal_compliance") as refusal:
        await assess(AssessmentActivities(RuleClassifier(), POLICY, engine), unassessed("late"))
    assert refusal.value.code is ErrorCode.UNKNOWN_DEPARTMENT
