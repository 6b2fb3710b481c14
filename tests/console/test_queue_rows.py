"""A row says in words what is to be done, why, and by whom; what complainants wrote stays what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from starter.bulk import Verdict
from starter.console.complaint.names import Names
from starter.console.moments import Moments
from starter.console.queue.address import Tab
from starter.console.queue.rows import SHAPES, Shown, shown
from starter.console.texts import texts
from starter.console.visit import Visit
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, Language, Role, Severity

NAMES = Names(
    people={"zhou.qi": "周琦", "mary.okoro": "Mary Okoro"},
    departments={"customer_service": {Language.ZH: "客户服务部", Language.EN: "Customer Service"}},
)
AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
COMPLAINT: dict[str, Any] = {
    "reference": "7K2M-9QXD-4TBC",
    "subject": None,
    "excerpt": "<b>漏水</b>\n\u202e x",
    "severity": None,
    "department": "customer_service",
    "owner": "zhou.qi",
    "status": "assigned",
    "received_at": AT,
    "due_at": None,
}
TO_DO = {**COMPLAINT, "place": 2, "duty": "approve", "about": "sign_off", "on_behalf_of": "mary.okoro"}
LISTED = {**COMPLAINT, "sequence": 4, "breached": True, "waiting_for": None, "duties": ()}


def reader(language: Language) -> Visit:
    """Somebody who reads a language."""

    def say(key: str, **values: Any) -> str:
        assert key in texts()
        return texts().say(language, key, **values)

    def word(vocabulary: str, value: object) -> str:
        return say(f"vocabulary.{vocabulary}.{value}")

    visit = SimpleNamespace(language=language, say=say, word=word, moments=Moments(language, "Asia/Shanghai"))
    return cast("Visit", visit)


def row(tab: Tab, values: dict[str, Any], language: Language = Language.EN) -> Shown:
    (found,) = shown(reader(language), tab, [values], NAMES)
    return found


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("duty", DutyKind)
def test_every_duty_has_a_reason(duty: DutyKind, language: Language) -> None:
    found = row(Tab.MINE, {**TO_DO, "duty": duty.value, "about": None, "on_behalf_of": None}, language)
    assert found["todo"]
    assert found["why"]


def test_what_is_done_for_somebody_absent_says_for_whom() -> None:
    found = row(Tab.MINE, TO_DO)
    assert found["todo"].endswith(": sign_off")
    assert found["why"].endswith("for Mary Okoro, who is absent")
    assert found["key"] == "7K2M-9QXD-4TBC:2"


def test_words_of_complainants_are_handed_on_in_one_line() -> None:
    assert row(Tab.ALL, LISTED)["words"] == "<b>漏水</b> \u202e x"
    with_subject = row(Tab.ALL, {**LISTED, "subject": "Leak"})
    assert (with_subject["words"], with_subject["more"]) == ("Leak", "<b>漏水</b> \u202e x")


def test_a_list_of_all_says_who_has_to_do_what() -> None:
    handle = Duty(duty=DutyKind.HANDLE, subject="zhou.qi")
    approve = Duty(duty=DutyKind.APPROVE, roles=(Role.LEAD, Role.HEAD), department="customer_service")
    vote = Duty(duty=DutyKind.VOTE, subject="mary.okoro")
    found = row(Tab.ALL, {**LISTED, "duties": (handle, approve, vote)}, Language.ZH)
    assert found["todo"] == "提出方案、审批 另有 1 项"
    assert found["why"] == "周琦、客户服务部组长或部门负责人"
    waiting = row(Tab.ALL, {**LISTED, "waiting_for": "complainant"})
    assert (waiting["todo"], waiting["why"]) == ("Waiting for the complainant", "")
    assert row(Tab.ALL, LISTED)["todo"] == "Nothing"


def test_a_department_that_the_directory_does_not_have_is_named_all_the_same() -> None:
    assert row(Tab.ALL, {**LISTED, "department": "intake"})["department"] == "Intake desk"
    assert row(Tab.ALL, {**LISTED, "department": "old_desk"})["department"] == "old desk"


def test_severity_is_told_by_a_shape_and_a_word() -> None:
    assert set(SHAPES) == {severity.value for severity in Severity}
    found = [row(Tab.ALL, {**LISTED, "severity": each.value if each else None}) for each in (*Severity, None)]
    assert len({each["severity_shape"] for each in found}) == len(found)
    assert len({each["severity_word"] for each in found}) == len(found)


def test_every_verdict_has_a_word() -> None:
    assert not [verdict for verdict in Verdict if f"queue.verdict.{verdict}" not in texts()]
