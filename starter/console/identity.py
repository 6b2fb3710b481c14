"""Who says who somebody is: the identity provider in the settings, or the development stack's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from infra.access_settings import AccessSettings
from infra.connections import Connections
from infra.devstack.identity_provider import Choice, KnownClient, identity_provider
from infra.devstack.issuer import Issuer
from infra.oidc import Provider
from infra.private_addresses import is_within_this_machine
from infra.settings import Settings, variable_of
from starter.access.gate import DEVELOPMENT_TOKEN, OIDC
from starter.console.login_pages import CALLBACK, LOGGED_OUT
from starter.console.relying_party import Client, RelyingParty
from starter.console.texts import texts
from starter.directory import Directory
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Language, Role

DEVELOPMENT = "/development/identity"
"""Where the console serves the development stack's own provider."""

DEVELOPMENT_CLIENT = "amends-console"
"""Not the audience of the tokens that open the HTTP API."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Identity:
    """A provider, as the console uses it.

    Attributes:
        party: the console there.
        mapping: what its claims mean.
        known_by: how somebody whom it names was recognised, as the actor of their commands says it.
        routes: of the provider, where the console serves it itself; elsewhere nothing is there.
    """

    party: RelyingParty
    mapping: AccessSettings
    known_by: str
    routes: Sequence[BaseRoute] = ()


def identity_of(
    settings: Settings, connections: Connections, engine: AsyncEngine, *, address: str, origin: str
) -> Identity:
    """The one in the settings; without one, the development stack's, if that is where the complaints are and nobody
    reaches the console from another machine.

    Args:
        settings: of the console.
        connections: to where the complaints are.
        engine: to the directory of staff.
        address: on which the console listens.
        origin: at which browsers find it.

    Raises:
        AmendsError: `setup`, naming the variables that are missing.
    """
    if settings.oidc_issuer is not None:
        return _configured(settings, settings.oidc_issuer, origin)
    if not connections.is_embedded:
        raise AmendsError(
            ErrorCode.SETUP,
            f"must be set, with {variable_of('oidc_client_id')}, for anybody to log in to the console: only the"
            " embedded stack has an identity provider of its own",
            variable_of("oidc_issuer"),
        )
    if not (is_within_this_machine(address) and is_within_this_machine(origin)):
        raise AmendsError(
            ErrorCode.SETUP,
            f"must be set, with {variable_of('oidc_client_id')}, for a console that other machines can reach: by the"
            " embedded stack's own login whoever comes is anybody they like, without a password",
            variable_of("oidc_issuer"),
        )
    log.warning(
        "development_login_offered",
        danger="whoever works on this machine is anybody they like, without a password; never with real complaints",
        instead=f"set {variable_of('oidc_issuer')} and {variable_of('oidc_client_id')}",
    )
    return _of_development(Issuer.kept(settings.state_dir), Directory(engine), origin)


def _configured(settings: Settings, issuer: str, origin: str) -> Identity:
    if settings.oidc_client_id is None:
        raise AmendsError(
            ErrorCode.SETUP,
            f"must be set when {variable_of('oidc_issuer')} is: it is the name that the identity provider knows the"
            f" console by; register {origin}{CALLBACK} there as its redirect URI",
            variable_of("oidc_client_id"),
        )
    client = Client(
        client_id=settings.oidc_client_id,
        secret=settings.oidc_client_secret,
        callback=origin + CALLBACK,
        logged_out=origin + LOGGED_OUT,
        scopes=settings.oidc_login_scopes,
    )
    nothing_there = Mount(DEVELOPMENT, Starlette())
    return Identity(RelyingParty(client, Provider(issuer)), settings, OIDC, [nothing_there])


def _of_development(issuer: Issuer, directory: Directory, origin: str) -> Identity:
    client = Client(
        client_id=DEVELOPMENT_CLIENT,
        secret=None,
        callback=origin + CALLBACK,
        logged_out=origin + LOGGED_OUT,
        scopes="openid",
    )
    known = KnownClient(client.client_id, client.callback, client.logged_out)
    mount = Mount(DEVELOPMENT, identity_provider(origin + DEVELOPMENT, issuer, lambda: _choices(directory), known))
    # The console asks itself: not over the network, where it may be behind a proxy, or not be reached by its own name.
    transport = httpx2.ASGITransport(Starlette(routes=[mount]))
    party = RelyingParty(client, Provider(origin + DEVELOPMENT, transport=transport), transport=transport)
    return Identity(party, AccessSettings.model_construct(), DEVELOPMENT_TOKEN, [mount])


async def _choices(directory: Directory) -> list[Choice]:
    """The staff, department by department."""
    names = {department.department: department.name for department in await directory.departments()}
    return [
        Choice(
            subject=member.subject,
            name=member.name,
            department=names.get(member.department, member.department),
            roles=", ".join(map(_in_both_languages, member.roles)),
        )
        for member in await directory.members()
    ]


def _in_both_languages(role: Role) -> str:
    return " / ".join(texts().say(language, f"vocabulary.role.{role}") for language in Language)
