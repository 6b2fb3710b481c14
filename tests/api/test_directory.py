"""Who is who over HTTP: the caller, the departments, and the staff for the staff."""

from __future__ import annotations

import pytest
from httpx2 import AsyncClient

from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import code_of

ME, DEPARTMENTS, STAFF = "/api/v1/me", "/api/v1/directory/departments", "/api/v1/directory/staff"


async def test_callers_learn_who_they_are(api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders) -> None:
    """Staff by the directory, a service by its token, an auditor by what they may not do."""
    agent = (await api.get(ME, headers=staff("zhou.qi"))).json()
    assert (agent["subject"], agent["department"], agent["roles"]) == ("zhou.qi", "customer_service", ["agent"])
    assert agent["scopes"] == ["command", "file", "read", "subscribe"]
    shop = (await api.get(ME, headers=service("shop", sources=["web"], scopes=["file", "read"]))).json()
    assert (shop["is_service"], shop["sources"], shop["scopes"]) == (True, ["web"], ["file", "read"])
    assert (await api.get(ME, headers=staff("paul.weir"))).json()["scopes"] == ["read"]
    assert (await api.get(ME, headers=staff("luo.jie"))).json()["contractor"] is True


async def test_the_departments_are_for_everybody_who_reads(
    api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders
) -> None:
    """With who answers for them."""
    for headers in (staff("su.yan"), staff("paul.weir"), service("shop")):
        found = {each["department"]: each for each in (await api.get(DEPARTMENTS, headers=headers)).json()["items"]}
        assert (found["customer_service"]["head"], found["customer_service"]["lead"]) == ("lin.wan", "tom.hale")


@pytest.mark.parametrize(
    ("wanted", "subjects"),
    [
        ({"department": "marketing_pr"}, ["ben.frost", "claire.dunn", "su.yan"]),
        ({"role": "auditor"}, ["paul.weir"]),
        ({"contractor": True}, ["luo.jie"]),
        ({"skill": "price"}, ["zhou.qi"]),
        ({"team": "hotline"}, ["luo.jie"]),
        ({"department": "marketing_pr", "language": "zh"}, ["su.yan"]),
        ({"active": False}, []),
        ({"department": "nowhere"}, []),
    ],
)
async def test_the_staff_are_found_by_what_they_are(
    api: AsyncClient, staff: StaffHeaders, wanted: dict[str, str], subjects: list[str]
) -> None:
    """As in the shell."""
    answer = await api.get(STAFF, params=wanted, headers=staff("su.yan"))
    assert [member["subject"] for member in answer.json()["items"]] == subjects


async def test_the_staff_are_shown_to_the_staff_alone(api: AsyncClient, service: ServiceHeaders) -> None:
    """A service needs no names and addresses."""
    assert code_of(await api.get(STAFF, headers=service("shop"))) == "not_permitted"
    for path in (ME, DEPARTMENTS, STAFF):
        assert code_of(await api.get(path)) == "unauthenticated"
    for path in (DEPARTMENTS, STAFF):
        assert code_of(await api.get(path, headers=service("filer", scopes=["file"]))) == "not_permitted"


async def test_words_that_are_none_are_refused(api: AsyncClient, staff: StaffHeaders) -> None:
    """Rather than answered with nobody."""
    answer = await api.get(STAFF, params={"role": "wizard"}, headers=staff("zhou.qi"))
    assert (code_of(answer), answer.json()["field"]) == ("invalid_input", "role")
