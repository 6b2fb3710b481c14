"""Policies over HTTP: what was published, what is in force, and every version that a complaint may name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from httpx2 import AsyncClient

from infra.rule_sets import load_rule_set
from starter.policy.publishing import publish
from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import code_of
from tests.support.desk import Desk

POLICIES = "/api/v1/policies"


@pytest.fixture(scope="module", autouse=True)
async def published(api_desk: Desk) -> None:
    """One of the shipped policies, published as it is."""
    rules = load_rule_set("uk_ofcom")
    await publish(api_desk.engine, rules, by="lin.wan", note="As it came.", today=datetime.now(UTC).date())


async def test_published_and_shipped_policies_are_listed(
    api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders
) -> None:
    """For all who read."""
    for headers in (staff("su.yan"), staff("paul.weir"), service("shop")):
        answer = (await api.get(POLICIES, headers=headers)).json()
        assert ("uk_ofcom", "lin.wan") in [(each["name"], each["published_by"]) for each in answer["published"]]
        assert {"default", "uk_ofcom"} <= {each["name"] for each in answer["shipped"]}


async def test_a_policy_says_in_words_what_it_is(api: AsyncClient, staff: StaffHeaders) -> None:
    """The published one with who published it, the shipped one without."""
    headers = staff("su.yan")
    ofcom = (await api.get(f"{POLICIES}/uk_ofcom", headers=headers)).json()
    assert ofcom["publication"]["note"] == "As it came."
    assert ofcom["document"]["policy"]["name"] == "uk_ofcom"
    default = (await api.get(f"{POLICIES}/default", headers=headers)).json()
    assert default["publication"] is None
    assert "first_reply" in [clock["name"] for clock in default["clocks"]]
    assert default["approval"]


async def test_each_version_is_read_by_the_label_of_a_complaint(api: AsyncClient, staff: StaffHeaders) -> None:
    """Published or shipped."""
    headers = staff("zhou.qi")
    for name in ("uk_ofcom", "default"):
        in_force = (await api.get(f"{POLICIES}/{name}", headers=headers)).json()
        version = await api.get(f"{POLICIES}/{name}/versions/{in_force['version']}", headers=headers)
        assert version.json() == in_force


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nothing", "unknown_policy"),
        ("/default/versions/000000000000", "unknown_policy"),
        ("/default/versions/x.yaml", "invalid_input"),
        ("/default.yaml", "invalid_input"),
        ("/..%2Fsecret.yaml", "unknown_path"),
    ],
)
async def test_nothing_but_names_and_versions_is_looked_up(
    api: AsyncClient, staff: StaffHeaders, path: str, code: str
) -> None:
    """No path leads to a file."""
    assert code_of(await api.get(POLICIES + path, headers=staff("zhou.qi"))) == code


async def test_policies_are_for_those_who_read(api: AsyncClient, service: ServiceHeaders) -> None:
    """Each path of them."""
    for path in ("", "/default", "/default/versions/000000000000"):
        assert code_of(await api.get(POLICIES + path)) == "unauthenticated"
        filer = service("filer", scopes=["file"])
        assert code_of(await api.get(POLICIES + path, headers=filer)) == "not_permitted"
