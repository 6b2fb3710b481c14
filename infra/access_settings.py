"""Settings of who is let in: the identity provider, what its claims mean here, and who sees every complaint."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_settings import BaseSettings, NoDecode

from infra.organisation import STAFF_ROLES
from infra.private_addresses import is_private
from workflows.contract.base import Slug
from workflows.contract.vocabulary import Role

Claim = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""The name of a claim, or the path to one inside others, such as `realm_access.roles`."""


def _issuer(value: str) -> str:
    if not is_private(value):
        raise ValueError("must be the issuer's address and begin with https://")
    return value


def _origin(value: str) -> str:
    origin = value.rstrip("/")
    parts = urlsplit(origin)
    if not is_private(origin) or origin != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise ValueError("must begin with https:// and have no path, such as https://desk.example.org")
    return origin.lower()


def _with_openid(value: str) -> str:
    if "openid" not in value.split():
        raise ValueError("must hold openid: without it the provider does not say who somebody is")
    return value


def _listed(value: Any) -> Any:
    return [word for word in (part.strip() for part in value.split(",")) if word] if isinstance(value, str) else value


def _mapped(value: Any) -> Any:
    """`a=b,c=d`; what may be a claim's value has no comma, and its last `=` divides."""
    if not isinstance(value, str):
        return value
    pairs = [part.rpartition("=") for part in _listed(value)]
    if not all(claimed and meant for claimed, _, meant in pairs):
        raise ValueError("must be pairs such as their-word=our_word, separated by commas")
    return {claimed.strip(): meant.strip() for claimed, _, meant in pairs}


def _of_staff(roles: dict[str, Role]) -> dict[str, Role]:
    if not set(roles.values()) <= set(STAFF_ROLES):
        raise ValueError(f"must name roles of staff: {', '.join(STAFF_ROLES)}")
    return roles


Words = Annotated[tuple[Slug, ...], NoDecode, BeforeValidator(_listed)]
RolesByWord = Annotated[dict[str, Role], NoDecode, BeforeValidator(_mapped), AfterValidator(_of_staff)]
DepartmentsByWord = Annotated[dict[str, Slug], NoDecode, BeforeValidator(_mapped)]


class AccessSettings(BaseSettings):
    """The part of the settings that says who comes in. Without an issuer, the embedded stack's own tokens do."""

    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = Field(
        default=None, description="the identity provider whose tokens are accepted, as it names itself in them"
    )
    oidc_audience: Annotated[str, StringConstraints(min_length=1)] = Field(
        default="amends", description="whom tokens must be meant for (aud)"
    )
    oidc_subject_claim: Claim = Field(
        default="sub",
        description="the claim that holds the name a person has in the directory; it must be one they cannot choose",
    )
    oidc_roles_claim: Claim | None = Field(
        default=None, description="the claim that holds people's roles; without it, the directory says them"
    )
    oidc_roles: RolesByWord = Field(
        default={}, description="what the values of that claim mean, such as desk-auditors=auditor,desk-staff=agent"
    )
    oidc_department_claim: Claim | None = Field(
        default=None, description="the claim that holds people's department; without it, the directory says it"
    )
    oidc_departments: DepartmentsByWord = Field(
        default={},
        description="what the values of that claim mean, such as CS=customer_service; others mean themselves",
    )
    oidc_service_claim: Claim = Field(
        default="sources",
        description="the claim that only tokens of services have, or one with its value there, such as"
        " gty=client-credentials",
    )
    oidc_service_name_claim: Claim = Field(
        default="client_id", description="the claim that holds the name of a service"
    )
    oidc_sources_claim: Claim = Field(
        default="sources", description="the claim that lists the sources whose complaints a service files and sees"
    )
    oidc_scopes_claim: Claim = Field(default="scope", description="the claim that lists what a service may do")
    oidc_scope_prefix: str = Field(
        default="", description="what read, file, command and subscribe begin with in that claim, such as amends:"
    )
    oidc_client_id: Annotated[str, StringConstraints(min_length=1)] | None = Field(
        default=None, description="the name that the identity provider knows the console by"
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="the console's secret at the identity provider; none for a public client"
    )
    oidc_login_scopes: Annotated[str, AfterValidator(_with_openid)] = Field(
        default="openid", description="what the console asks the identity provider for when people log in"
    )
    console_url: Annotated[str, AfterValidator(_origin)] | None = Field(
        default=None,
        description="the web address at which people's browsers find the console, such as https://desk.example.org;"
        " without it, the address it listens on",
    )
    see_all: Words = Field(
        default=("customer_service", "legal_compliance"),
        description="the departments whose people see every complaint, separated by commas; executives and auditors do",
    )
