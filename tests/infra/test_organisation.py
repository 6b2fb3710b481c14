from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.organisation import SHIPPED_ORGANISATION, load_organisation
from workflows.contract.errors import AmendsError
from workflows.contract.vocabulary import Language, Role

TEXT = SHIPPED_ORGANISATION.read_text(encoding="utf-8")


def test_every_shipped_department_has_one_who_answers() -> None:
    """The five departments, each with a head of its own staff."""
    organisation = load_organisation()
    answering = organisation.responsible()
    assert set(answering) == {
        "customer_service",
        "technical_support",
        "marketing_pr",
        "legal_compliance",
        "executive",
    }
    departments = {member.subject: member.department for member in organisation.staff}
    assert all(departments[each.head] == department for department, each in answering.items())


def test_two_can_sign_as_executives_and_one_audits() -> None:
    """With two executives, one of them is left when the other owns the case."""
    staff = load_organisation().staff
    assert sum(Role.EXECUTIVE in member.roles for member in staff) == 2
    assert sum(Role.AUDITOR in member.roles for member in staff) == 1


def test_shipped_mail_goes_nowhere() -> None:
    """Addresses are in a domain reserved for examples."""
    assert all(member.email is not None and member.email.endswith(".example") for member in load_organisation().staff)


def test_a_file_of_before_staff_had_skills_still_loads(tmp_path: Path) -> None:
    """What need not be said has a default."""
    path = tmp_path / "organisation.yaml"
    path.write_text(
        re.sub(r", (languages|skills|team|deputy|contractor): (\[.*?\]|[\w.]+)", "", TEXT), encoding="utf-8"
    )
    member = load_organisation(path).member("zhou.qi")
    assert member
    assert (member.languages, member.skills, member.team, member.deputy, member.contractor) == (
        (),
        (),
        None,
        None,
        False,
    )
    assert member.speaks == (Language.ZH,)


def test_staff_read_both_languages() -> None:
    """Notices in either language have a reader, and every department has a name in both."""
    organisation = load_organisation()
    assert {member.language for member in organisation.staff} == set(Language)
    assert organisation.departments[0].name == "客户服务部 / Customer Service"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "department: marketing_pr, roles: [lead]",
            "department: marketing_pr, roles: [head]",
            "must have exactly one head",
        ),
        (
            "department: customer_service, roles: [head]",
            "department: customer_service, roles: [lead]",
            "must have exactly one head, found nobody",
        ),
        (
            "department: customer_service, roles: [agent]",
            "department: customer_service, roles: [lead]",
            "more than one lead",
        ),
        ("subject: zhou.qi", "subject: lin.wan", "subject lin.wan is there twice"),
        ("department: customer_service, roles: [agent]", "department: sales, roles: [agent]", "zhou.qi is in sales"),
        ("roles: [auditor]", "roles: [system]", "paul.weir cannot be system"),
        ("roles: [auditor]", "roles: [boss]", "Input should be"),
        ("names: { zh: 客户服务部, en: Customer Service }", "names: { zh: 客户服务部 }", "has no name in en"),
        ("email: zhou.qi@amends.example", "email: zhou.qi", "should match pattern"),
        ("deputy: tom.hale", "deputy: tom.hal", "deputy of lin.wan: nobody on the staff is called tom.hal"),
        ("deputy: tom.hale", "deputy: lin.wan", "deputy of lin.wan: must be somebody else"),
        ("deputy: tom.hale", "deputy: luo.jie", "luo.jie is a contractor, and the deputy of an employee must be"),
        (
            "roles: [head], language: zh, deputy",
            "roles: [head], language: zh, contractor: true, deputy",
            "cannot be head",
        ),
        (
            "roles: [executive], language: en",
            "roles: [executive], language: en, contractor: true",
            "cannot be executive",
        ),
        ("skills: [quality] }", "skills: [magic] }", "Input should be 'service'"),
        ("skills: [quality] }", "calendar: The China One }", "should match pattern"),
    ],
)
def test_an_organisation_that_cannot_work_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """The message names what is wrong and where."""
    assert old in TEXT
    path = tmp_path / "organisation.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AmendsError) as refusal:
        load_organisation(path)
    assert expected in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_somebody_must_be_an_executive(tmp_path: Path) -> None:
    """Otherwise ladders and the largest approvals lead nowhere."""
    path = tmp_path / "organisation.yaml"
    path.write_text(
        TEXT.replace("roles: [head, executive]", "roles: [head]").replace("roles: [executive]", "roles: [agent]"),
        encoding="utf-8",
    )
    with pytest.raises(AmendsError, match="nobody is an executive"):
        load_organisation(path)
