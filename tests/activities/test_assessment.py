from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, update
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs
from temporalio.testing import ActivityEnvironment

from activities.assessment import FAILED, AssessmentActivities
from activities.classification.rules import RuleClassifier
from infra.db import policy_store
from infra.db.tables import staff
from infra.db.transaction import transact
from infra.organisation import Organisation, load_organisation
from infra.policies import load_policy
from infra.policy_in_force import PolicyInForce
from infra.rule_sets import RuleSet, load_rule_set
from infra.working_calendars import WorkingCalendars
from tests.support.organisations import bring_to, without_department
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


def assessing(
    engine: AsyncEngine, policy: str = "default", *, fresh_for: timedelta = timedelta(0)
) -> AssessmentActivities:
    """The activities of a worker whose AMENDS_POLICY is `policy`."""
    return AssessmentActivities(
        RuleClassifier(), PolicyInForce(policy), engine, WorkingCalendars(policy), fresh_for=fresh_for
    )


async def publish(engine: AsyncEngine, rules: RuleSet) -> None:
    await transact(engine, lambda connection: policy_store.publish(connection, rules, by="xu.ming", note=None))


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
    activities = assessing(engine)
    assessment = await assess(activities, unassessed("The parcel never arrived."))
    assert assessment.classification.nature is Nature.LOGISTICS
    assert assessment.policy == POLICY
    assert assessment.departments == load_organisation().responsible()
    assert assessment.executive == "xu.ming"


async def test_the_subject_counts_too(engine: AsyncEngine) -> None:
    """People put the matter there and write "see above" below."""
    activities = assessing(engine)
    assessment = await assess(activities, unassessed("As above, please reply.", subject="Parcel never delivered"))
    assert assessment.classification.nature is Nature.LOGISTICS


async def test_a_classifier_that_fails_does_not_hold_up_the_complaint(engine: AsyncEngine) -> None:
    """It goes to a person, and the log says so without quoting it."""
    activities = AssessmentActivities(BrokenClassifier(), PolicyInForce("default"), engine, WorkingCalendars("default"))
    case = unassessed("The soup was cold.")
    with capture_logs() as logs:
        classification = (await assess(activities, case)).classification
    assert (classification.nature, classification.confidence) == (Nature.OTHER, 0)
    assert [(each.label, each.words) for each in classification.evidence] == [(FAILED, ("ValueError",))]
    assert classification.classifier == "broken-1"
    [line] = [line for line in logs if line["event"] != "policy.in_force"]
    assert (line["log_level"], line["complaint"]) == ("error", case.reference)
    assert "soup" not in str(logs)


async def test_a_change_of_staff_is_noticed(engine: AsyncEngine, owner_engine: AsyncEngine) -> None:
    """At once when nothing may be remembered; later, but without a query each time, when it may."""
    forgetful, remembering = assessing(engine), assessing(engine, fresh_for=timedelta(hours=1))
    for activities in (forgetful, remembering):
        assert (await assess(activities, unassessed("late"))).departments["executive"].head == "xu.ming"
    shipped = load_organisation()
    swapped = {"xu.ming": (Role.EXECUTIVE,), "grace.adler": (Role.HEAD, Role.EXECUTIVE)}
    members = tuple(
        member.model_copy(update={"roles": swapped.get(member.subject, member.roles)}) for member in shipped.staff
    )
    async with owner_engine.begin() as connection:
        await bring_to(connection, Organisation(departments=shipped.departments, staff=members))
    assert (await assess(forgetful, unassessed("late"))).departments["executive"].head == "grace.adler"
    assert (await assess(remembering, unassessed("late"))).departments["executive"].head == "xu.ming"


async def test_a_policy_that_names_a_missing_department_is_refused(
    engine: AsyncEngine, owner_engine: AsyncEngine
) -> None:
    """Before any complaint is sent into the void."""
    async with owner_engine.begin() as connection:
        await bring_to(connection, without_department("legal_compliance"))
    with pytest.raises(AmendsError, match="legal_compliance") as refusal:
        await assess(assessing(engine), unassessed("late"))
    assert refusal.value.code is ErrorCode.UNKNOWN_DEPARTMENT


async def test_a_new_complaint_gets_the_newest_published_policy_without_a_restart(engine: AsyncEngine) -> None:
    """First what is shipped, then what was published under its name, each with its calendar; never another name's."""
    activities = assessing(engine, "cn_12315")
    shipped = load_rule_set("cn_12315")
    assert shipped.calendar
    first = await assess(activities, unassessed("late"))
    assert (first.policy, first.calendar) == shipped
    amended = shipped.calendar.model_copy(update={"holidays": {}})
    published = RuleSet(shipped.policy.model_copy(update={"title": "Ours"}), amended)
    await publish(engine, load_rule_set("default"))
    await publish(engine, published)
    second = await assess(activities, unassessed("late"))
    assert (second.policy, second.calendar) == published


async def test_a_policy_in_a_file_is_what_its_path_says(engine: AsyncEngine, tmp_path: Path) -> None:
    """Whatever is published under the name in it."""
    path = tmp_path / "mine.yaml"
    path.write_text("extends: default\nname: default\ntitle: Mine\n", encoding="utf-8")
    await publish(engine, load_rule_set("default"))
    assert (await assess(assessing(engine, str(path)), unassessed("late"))).policy.title == "Mine"


async def test_a_policy_that_is_only_published_is_found_by_its_name(engine: AsyncEngine) -> None:
    """And one that nobody published is refused, with what to do."""
    activities = assessing(engine, "ours")
    with pytest.raises(AmendsError, match="amends policy publish") as refusal:
        await assess(activities, unassessed("late"))
    assert refusal.value.code is ErrorCode.UNKNOWN_POLICY
    ours = RuleSet(load_policy("default").model_copy(update={"name": "ours"}), None)
    await publish(engine, ours)
    assert (await assess(activities, unassessed("late"))).policy == ours.policy


async def test_many_assessments_ask_the_database_once(engine: AsyncEngine) -> None:
    """People and policy are remembered for a while: no complaint costs a query of its own."""
    await publish(engine, load_rule_set("cn_12315"))
    activities = assessing(engine, "cn_12315", fresh_for=timedelta(hours=1))
    statements: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for number in range(5):
        await assess(activities, unassessed(f"late {number}"))
    assert len(statements) == 4  # who is in charge, the executive, the policy, and the people of the one department


async def test_what_holds_is_logged_once_with_what_a_person_should_know(engine: AsyncEngine) -> None:
    """A shipped policy with sources that nobody confirmed; once it is published, somebody has accepted them."""
    activities = assessing(engine, "cn_12315")
    with capture_logs() as logs:
        await assess(activities, unassessed("late"))
        await assess(activities, unassessed("late"))
    assert [line["event"] for line in logs] == ["policy.in_force", "policy.unconfirmed"]
    assert logs[1]["clocks"] == ["enterprise_settlement"]
    await publish(engine, load_rule_set("cn_12315"))
    with capture_logs() as logs:
        await assess(assessing(engine, "cn_12315"), unassessed("late"))
    assert [line["event"] for line in logs] == ["policy.in_force"]


async def test_the_people_of_the_department_concerned_are_recorded_with_their_calendars(
    engine: AsyncEngine, owner_engine: AsyncEngine, tmp_path: Path
) -> None:
    """But for the policy's own, which is on file already, and for one that does not exist, whose owner counts as
    following the policy's.
    """
    works_by = {"zhou.qi": "china", "mary.okoro": "england", "luo.jie": "atlantis"}
    async with owner_engine.begin() as connection:
        for subject, name in works_by.items():
            await connection.execute(update(staff).where(staff.c.subject == subject).values(calendar=name))
    path = tmp_path / "mine.yaml"
    path.write_text("extends: default\nname: mine\ncalendar: china\n", encoding="utf-8")
    with capture_logs() as logs:
        assessment = await assess(assessing(engine, str(path)), unassessed("The clerk was rude."))
    assert assessment.classification.nature is Nature.SERVICE
    assert {each.subject for each in assessment.candidates} == {*works_by, "lin.wan", "tom.hale"}
    assert {each.subject: each.calendar for each in assessment.candidates if each.calendar} == works_by
    assert list(assessment.calendars) == ["england"]
    assert [line["calendar"] for line in logs if line["event"] == "staff.calendar_unusable"] == ["atlantis"]


async def test_what_the_classifier_is_unsure_of_is_for_the_people_at_intake(engine: AsyncEngine) -> None:
    """They are who will read it."""
    broken = AssessmentActivities(
        BrokenClassifier(), PolicyInForce("default"), engine, WorkingCalendars("default"), fresh_for=timedelta(0)
    )
    assessment = await assess(broken, unassessed("The soup was cold."))
    assert "lin.wan" in {each.subject for each in assessment.candidates}


async def test_a_policy_that_assigns_to_heads_asks_for_no_people(engine: AsyncEngine, tmp_path: Path) -> None:
    """They would be copied into every history for nothing."""
    path = tmp_path / "mine.yaml"
    path.write_text("extends: default\nname: mine\nassignment: {to: head}\n", encoding="utf-8")
    assessment = await assess(assessing(engine, str(path)), unassessed("late"))
    assert (assessment.candidates, assessment.calendars) == ((), {})
