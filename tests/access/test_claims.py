"""What claims mean here, by the mapping in the settings."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from infra.organisation import STAFF_ROLES
from infra.settings import Settings
from starter.access.caller import Scope
from starter.access.claims import Person, Service, holder_of
from starter.access.faults import CredentialFaultError
from workflows.contract.errors import AmendsError
from workflows.contract.vocabulary import Role

ROLES = "realm_access.roles"
PLAIN = Settings()
MAPPED = Settings(
    oidc_roles_claim=ROLES,
    oidc_roles={"desk": Role.AGENT, "desk-heads": Role.HEAD, "desk-auditors": Role.AUDITOR},
    oidc_department_claim="https://login.example/department",
    oidc_departments={"CS": "customer_service"},
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine that runs the tests has set is none of their business."""
    for variable in [name for name in os.environ if name.startswith("AMENDS_")]:
        monkeypatch.delenv(variable)


def mapped(*roles: object, department: object = "CS") -> dict[str, Any]:
    """The claims of somebody with roles and a department."""
    return {
        "sub": "zhou.qi",
        "realm_access": {"roles": list(roles)},
        "https://login.example/department": department,
    }


def test_without_a_mapping_the_directory_says_who_somebody_is() -> None:
    """Whatever else the token says."""
    claims = {"sub": "zhou.qi", "roles": ["executive"], "department": "executive", "scope": "openid read command"}
    assert holder_of(claims, PLAIN) == Person("zhou.qi")


def test_another_claim_may_hold_the_name() -> None:
    settings = PLAIN.model_copy(update={"oidc_subject_claim": "preferred_username"})
    assert holder_of({"sub": "f3a1", "preferred_username": "zhou.qi"}, settings) == Person("zhou.qi")


def test_roles_and_department_are_taken_from_claims_that_are_mapped() -> None:
    """Words that are not mapped mean nothing, and a department that is not mapped is meant literally."""
    found = holder_of(mapped("desk-heads", "offline_access", "desk", 7), MAPPED)
    assert found == Person("zhou.qi", (Role.AGENT, Role.HEAD), "customer_service")
    literal = holder_of(mapped("desk", department="legal_compliance"), MAPPED)
    assert literal == Person("zhou.qi", (Role.AGENT,), "legal_compliance")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": ""},
        {"sub": " "},
        {"sub": " zhou.qi"},
        {"sub": "zhou.qi\n"},
        {"sub": "zhou\x00qi"},
        {"sub": 7},
        {"sub": ["zhou.qi"]},
        {"sub": "z" * 201},
        {"sub": None},
    ],
)
def test_a_name_that_cannot_be_one_is_at_fault(claims: dict[str, Any]) -> None:
    """A space at its end would be stripped on the way, and it would be the name of somebody else."""
    with pytest.raises(CredentialFaultError, match="sub"):
        holder_of(claims, PLAIN)


@pytest.mark.parametrize(
    "claims",
    [
        mapped(),
        mapped("system", "complainant", "executive"),
        mapped({"desk": True}),
        {**mapped("desk"), "realm_access": "desk"},
        mapped("desk", department=None),
        mapped("desk", department="Customer Service"),
        mapped("desk", department=["CS"]),
    ],
)
def test_claims_that_are_mapped_have_to_say_something(claims: dict[str, Any]) -> None:
    with pytest.raises(CredentialFaultError):
        holder_of(claims, MAPPED)


@pytest.mark.parametrize("role", [role for role in Role if role not in STAFF_ROLES])
def test_no_mapping_makes_a_person_what_people_are_not(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    """Neither a complainant nor Amends itself."""
    monkeypatch.setenv("AMENDS_OIDC_ROLES", f"desk={role}")
    with pytest.raises(AmendsError, match="roles of staff") as refusal:
        Settings.load()
    assert refusal.value.field == "AMENDS_OIDC_ROLES"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("AMENDS_OIDC_ROLES", "desk", "their-word=our_word"),
        ("AMENDS_OIDC_ROLES", "desk=boss", "agent"),
        ("AMENDS_OIDC_DEPARTMENTS", "CS=Customer Service", "pattern"),
        ("AMENDS_OIDC_ISSUER", "http://login.example", "https://"),
        ("AMENDS_OIDC_ISSUER", "login.example", "https://"),
        ("AMENDS_OIDC_ISUER", "https://login.example", "did you mean AMENDS_OIDC_ISSUER"),
        ("AMENDS_SEE_ALL", "Legal", "pattern"),
    ],
)
def test_a_setting_that_is_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(AmendsError) as refusal:
        Settings.load()
    assert refusal.value.field == variable
    assert expected in str(refusal.value)


def test_the_mapping_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last `=` divides, because names in directories contain some; an issuer within this machine needs no https."""
    monkeypatch.setenv("AMENDS_OIDC_ISSUER", "http://127.0.0.1:8080/realms/desk")
    monkeypatch.setenv("AMENDS_OIDC_ROLES", "cn=desk=agent, cn=audit = auditor")
    monkeypatch.setenv("AMENDS_SEE_ALL", "legal_compliance")
    settings = Settings.load()
    assert settings.oidc_roles == {"cn=desk": Role.AGENT, "cn=audit": Role.AUDITOR}
    assert settings.see_all == ("legal_compliance",)


SERVICE = {"sub": "shop", "client_id": "shop", "scope": "read openid file", "sources": ["web", "app"]}


def test_a_service_is_told_by_its_sources() -> None:
    """What it may do are the words among its scopes that mean something here."""
    assert holder_of(SERVICE, PLAIN) == Service("shop", frozenset({Scope.READ, Scope.FILE}), frozenset({"web", "app"}))


def test_a_service_may_be_told_by_any_claim_and_its_value() -> None:
    """As providers do it; without sources it files and sees nothing."""
    settings = PLAIN.model_copy(
        update={
            "oidc_service_claim": "gty=client-credentials",
            "oidc_service_name_claim": "azp",
            "oidc_scopes_claim": "permissions",
            "oidc_scope_prefix": "amends:",
        }
    )
    claims = {"sub": "x@clients", "azp": "shop", "gty": "client-credentials", "permissions": ["amends:file", "read"]}
    assert holder_of(claims, settings) == Service("shop", frozenset({Scope.FILE}), frozenset())
    assert holder_of({**claims, "gty": "password"}, settings) == Person("x@clients")


def test_sources_may_be_words_in_one_text() -> None:
    found = holder_of({**SERVICE, "sources": "web app", "scope": ["subscribe"]}, PLAIN)
    assert found == Service("shop", frozenset({Scope.SUBSCRIBE}), frozenset({"web", "app"}))


@pytest.mark.parametrize(
    "more", [{"client_id": None}, {"client_id": " shop"}, {"client_id": 7}, {"sources": ["a\x00b"]}, {"sources": [""]}]
)
def test_a_service_without_a_name_or_with_impossible_sources_is_at_fault(more: dict[str, Any]) -> None:
    with pytest.raises(CredentialFaultError):
        holder_of({**SERVICE, **more}, PLAIN)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["desk", "system", "amends"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
CLAIMS = st.dictionaries(
    st.sampled_from(["sub", "client_id", "sources", "scope", "realm_access", "https://login.example/department"]),
    ANYTHING | st.fixed_dictionaries({"roles": ANYTHING}),
)


@trying(suppress_health_check=[HealthCheck.too_slow])  # of a machine that does other things besides
@given(CLAIMS, st.sampled_from([PLAIN, MAPPED]))
def test_whatever_a_token_says_it_is_somebody_or_at_fault(claims: dict[str, Any], settings: Settings) -> None:
    """And nobody is more than staff can be."""
    try:
        found = holder_of(claims, settings)
    except CredentialFaultError:
        return
    if isinstance(found, Person):
        assert found.subject == claims["sub"]
        assert set(found.roles or ()) <= set(STAFF_ROLES)
    else:
        assert claims.get("sources") is not None
