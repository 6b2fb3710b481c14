"""Who gets in over HTTP, and what is there for them: visible, invisible, refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from infra.devstack.issuer import ISSUER, Issuer
from starter.access.caller import Scope
from starter.access.keys import ApiKeys, NewKey
from starter.projection import projected
from starter.staff import actor_of
from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import COMPLAINTS, assigned, body, code_of
from tests.support.conditions import DEADLINE, until
from tests.support.desk import Desk
from tests.support.identity_provider import claims_of, new_key, signed
from workflows.contract.reference import reference_for

ME = "/api/v1/me"
NOWHERE = reference_for("web", "nobody has filed this")


def bearer(credentials: str) -> dict[str, str]:
    """The header that shows them."""
    return {"Authorization": f"Bearer {credentials}"}


@pytest.fixture
async def reference(api: AsyncClient, api_desk: Desk, service: ServiceHeaders, request: pytest.FixtureRequest) -> str:
    """Of a complaint of source `web` that customer service holds."""
    web = service("web-form", sources=["web"])
    return await assigned(api, api_desk, web, f"access/{request.node.name}"[-200:])


def said(answer: Response, reference: str) -> dict[str, str]:
    """A refusal without what differs between requests."""
    problem = answer.json()
    return {name: value.replace(reference, "") for name, value in problem.items() if isinstance(value, str)} | {
        "request_id": ""
    }


async def read(api: AsyncClient, reference: str, headers: dict[str, str]) -> Response:
    """Ask for a complaint."""
    return await api.get(f"{COMPLAINTS}/{reference}", headers=headers)


async def test_a_caller_is_who_their_token_says(api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders) -> None:
    """People by the directory, services by the token."""
    person = (await api.get(ME, headers=staff("tom.hale"))).json()
    assert (person["subject"], person["roles"], person["department"]) == ("tom.hale", ["lead"], "customer_service")
    assert person["authenticated_by"] == "development_token"
    shop = (await api.get(ME, headers=service("shop", sources=["web"], scopes=["read"]))).json()
    assert (shop["is_service"], shop["sources"], shop["scopes"], shop["roles"]) == (True, ["web"], ["read"], [])


@pytest.mark.parametrize("fault", ["nothing", "basic", "garbage", "expired", "audience", "issuer", "key", "unknown"])
async def test_without_good_credentials_nothing_is_told(api: AsyncClient, issuer: Issuer, fault: str) -> None:
    """The same answer to all who show something, with the way to say who one is."""
    thief = new_key()
    shown = {
        "nothing": {},
        "basic": {"Authorization": "Basic eHUubWluZzp4"},
        "garbage": bearer("garbage"),
        "expired": bearer(issuer.token("xu.ming", valid_for=timedelta(minutes=-5))),
        "audience": bearer(issuer.token("xu.ming", aud="other")),
        "issuer": bearer(issuer.token("xu.ming", iss="other")),
        "key": bearer(signed(thief, claims_of(ISSUER, "xu.ming"), kid=issuer.key_set["keys"][0]["kid"])),
        "unknown": bearer(issuer.token("nobody")),
    }
    answer = await api.get(ME, headers=shown[fault])
    assert code_of(answer) == "unauthenticated"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    if fault != "nothing":
        assert answer.json()["detail"] == (await api.get(ME, headers=bearer("amk_"))).json()["detail"]


async def test_what_somebody_may_not_see_is_not_there(
    api: AsyncClient, reference: str, staff: StaffHeaders, service: ServiceHeaders
) -> None:
    """The answer differs in nothing from that on a complaint that nobody has filed."""
    for seen in (
        staff("mary.okoro"),
        staff("fang.min"),
        staff("xu.ming"),
        staff("paul.weir"),
        service("shop", ["web"]),
    ):
        assert (await read(api, reference, seen)).status_code == 200
    for unseen in (staff("ben.frost"), staff("luo.jie"), service("shop", ["app"]), service("shop", [])):
        answer = await read(api, reference, unseen)
        assert code_of(answer) == "unknown_reference"
        nowhere = await read(api, NOWHERE, unseen)
        assert code_of(nowhere) == "unknown_reference"
        assert said(answer, reference) == said(nowhere, NOWHERE)
        command = await api.post(f"{COMPLAINTS}/{reference}/commands/note", json={"text": "?"}, headers=unseen)
        assert code_of(command) == "unknown_reference"
        listed = await api.get(COMPLAINTS, headers=unseen)
        assert reference not in listed.text


async def test_auditors_read_and_change_nothing(api: AsyncClient, reference: str, staff: StaffHeaders) -> None:
    auditor = staff("paul.weir")
    assert (await read(api, reference, auditor)).status_code == 200
    refused: list[tuple[str, Any]] = [
        (f"{COMPLAINTS}/{reference}/commands/note", {"text": "I was here."}),
        (COMPLAINTS, body("access/audit")),
        ("/api/v1/subscriptions", {"url": "https://audit.example/hook"}),
    ]
    for path, said in refused:
        assert code_of(await api.post(path, json=said, headers=auditor)) == "not_permitted"


@pytest.mark.parametrize("scope", ["read", "file", "command", "subscribe"])
async def test_a_service_does_what_it_was_let_in_for(
    api: AsyncClient, reference: str, service: ServiceHeaders, scope: str
) -> None:
    """And nothing else."""
    shop = service("shop", sources=["web"], scopes=[scope])
    answers = {
        "read": await read(api, reference, shop),
        "file": await api.post(COMPLAINTS, json=body(f"access/scope/{scope}"), headers=shop),
        "command": await api.post(f"{COMPLAINTS}/{reference}/commands/withdraw", json={"reason": "ok"}, headers=shop),
        "subscribe": await api.get("/api/v1/subscriptions", headers=shop),
    }
    for needed, answer in answers.items():
        if needed == scope:
            assert answer.status_code < 300, answer.text
        else:
            assert code_of(answer) == "not_permitted", needed


async def test_a_service_acts_as_the_complainant_and_the_journal_says_who_it_was(
    api: AsyncClient, api_desk: Desk, reference: str, service: ServiceHeaders, staff: StaffHeaders
) -> None:
    shop = service("shop", sources=["web"])
    given = await api.post(f"{COMPLAINTS}/{reference}/commands/withdraw", json={"reason": "Solved."}, headers=shop)
    assert given.status_code == 200, given.text
    assert await projected(api_desk.engine, reference, given.json()["sequence"], patience=DEADLINE)
    timeline = (await api.get(f"{COMPLAINTS}/{reference}/timeline", headers=staff("tom.hale"))).json()
    (withdrawn,) = [event for event in timeline["items"] if event["type"] == "withdrawn"]
    assert (withdrawn["actor"]["subject"], withdrawn["actor"]["roles"]) == ("shop", ["complainant"])
    note = await api.post(f"{COMPLAINTS}/{reference}/commands/note", json={"text": "?"}, headers=shop)
    assert code_of(note) in {"not_permitted", "wrong_status"}


async def test_an_api_key_opens_until_it_is_revoked(api: AsyncClient, api_desk: Desk) -> None:
    """Within a moment, without a restart."""
    executive = await actor_of(api_desk.engine, "xu.ming", authenticated_by="test")
    keys = ApiKeys(api_desk.engine)
    created = await keys.create(NewKey(service="till", sources=("shop",), scopes=(Scope.READ,)), executive)
    me = (await api.get(ME, headers=bearer(created.key))).json()
    assert (me["subject"], me["sources"], me["authenticated_by"]) == ("till", ["shop"], "api_key")
    await keys.revoke(created.about.key_id, executive)

    async def is_refused() -> bool:
        return (await api.get(ME, headers=bearer(created.key))).status_code == 401

    await until(is_refused, "the key opens nothing any more")
