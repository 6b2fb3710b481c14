"""What the claims of a token mean here: a member of staff, or a service with what it was let in for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from infra.access_settings import AccessSettings
from infra.signed_tokens import Claims
from starter.access.caller import Scope
from starter.access.faults import CredentialFaultError
from workflows.contract.base import Name, Slug
from workflows.contract.vocabulary import Role

_NAME: TypeAdapter[str] = TypeAdapter(Name)
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff by their name in the directory. What is none here, the directory says."""

    subject: str
    roles: tuple[Role, ...] | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """Another system, what it may do, and the sources whose complaints are its own."""

    name: str
    scopes: frozenset[Scope]
    sources: frozenset[str]


Holder: TypeAlias = Person | Service


def holder_of(claims: Claims, settings: AccessSettings) -> Holder:
    """Whose token it is, by the mapping in the settings.

    Raises:
        CredentialFaultError: a claim that is needed is missing, or says nothing that can be used.
    """
    return _service(claims, settings) if _is_service(claims, settings) else _person(claims, settings)


def _is_service(claims: Claims, settings: AccessSettings) -> bool:
    name, _, value = settings.oidc_service_claim.partition("=")
    found = _find(claims, name)
    return value in _words(found) if value else found is not None


def _service(claims: Claims, settings: AccessSettings) -> Service:
    prefix = settings.oidc_scope_prefix
    granted = _words(_find(claims, settings.oidc_scopes_claim))
    sources = _words(_find(claims, settings.oidc_sources_claim))
    return Service(
        name=_name(claims, settings.oidc_service_name_claim),
        scopes=frozenset(scope for scope in Scope if prefix + scope in granted),
        sources=frozenset(_checked(_NAME, source, settings.oidc_sources_claim) for source in sources),
    )


def _person(claims: Claims, settings: AccessSettings) -> Person:
    return Person(
        subject=_name(claims, settings.oidc_subject_claim),
        roles=_roles(claims, settings),
        department=_department(claims, settings),
    )


def _roles(claims: Claims, settings: AccessSettings) -> tuple[Role, ...] | None:
    if settings.oidc_roles_claim is None:
        return None
    claimed = _words(_find(claims, settings.oidc_roles_claim))
    # The settings refuse roles that are not those of staff, so no claim makes anybody a complainant or Amends itself.
    roles = {settings.oidc_roles[word] for word in claimed if word in settings.oidc_roles}
    if not roles:
        raise CredentialFaultError(f"nothing in {settings.oidc_roles_claim} is a role here")
    return tuple(role for role in Role if role in roles)


def _department(claims: Claims, settings: AccessSettings) -> str | None:
    if settings.oidc_department_claim is None:
        return None
    claimed = _name(claims, settings.oidc_department_claim)
    return _checked(_SLUG, settings.oidc_departments.get(claimed, claimed), settings.oidc_department_claim)


def _name(claims: Claims, claim: str) -> str:
    return _checked(_NAME, _find(claims, claim), claim)


def _checked(adapter: TypeAdapter[str], value: object, claim: str) -> str:
    if isinstance(value, str) and value != value.strip():
        raise CredentialFaultError(f"{claim} begins or ends with a space")  # messages strip it: it would be another's
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError as error:
        raise CredentialFaultError(f"{claim} is missing or cannot be used: {error.errors()[0]['msg']}") from error


def _find(claims: Claims, path: str) -> Any:
    """A claim by its name, which may contain dots, or else by the path to it inside others."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _words(value: object) -> tuple[str, ...]:
    """A list of words, or words in one text as OAuth writes scopes."""
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()
