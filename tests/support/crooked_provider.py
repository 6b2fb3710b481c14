"""An OpenID provider that hands out whatever ID token it is told to: also those that nobody may believe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx2
from joserfc.jwk import KeySet
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.access_settings import AccessSettings
from infra.oidc import DISCOVERY_PATH, Provider
from starter.access.gate import OIDC
from starter.console.identity import Identity
from starter.console.relying_party import Client, RelyingParty
from tests.support.entrance import ORIGIN, Entrance
from tests.support.identity_provider import claims_of, new_key, signed

ISSUER = "https://id.example.org"
CLIENT_ID = "desk"


class CrookedProvider:
    """It is asked in this process, as if it were at its address."""

    def __init__(self, **document: Any) -> None:
        self.key = new_key()
        self.document = {
            "issuer": ISSUER,
            "jwks_uri": f"{ISSUER}/keys",
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            **document,
        }
        self.answer: Callable[[], Any] = dict
        self.status = 200
        self.is_away = False
        self.asked: dict[str, list[str]] = {}
        self.authorization: str | None = None
        routes = [
            Route(DISCOVERY_PATH, self._discovery),
            Route("/keys", self._keys),
            Route("/token", self._token, methods=["POST"]),
        ]
        self._app = httpx2.ASGITransport(Starlette(routes=routes))

    def claims(self, subject: str, **claims: Any) -> dict[str, Any]:
        """What a good ID token says, unless `claims` say otherwise; none leaves a claim out."""
        return claims_of(ISSUER, subject, **{"aud": CLIENT_ID, **claims})

    def gives(self, claims: dict[str, Any]) -> None:
        """It gives an ID token with these claims."""
        self.answer = lambda: self.around(signed(self.key, claims))

    @staticmethod
    def around(id_token: Any) -> dict[str, Any]:
        """The answer that holds an ID token."""
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": id_token}

    def entrance(self, engine: AsyncEngine, mapping: AccessSettings | None = None, **client: Any) -> Entrance:
        """A console that people come to by this provider."""
        known = {"client_id": CLIENT_ID, "secret": None, "scopes": "openid", **client}
        ours = Client(callback=f"{ORIGIN}/login/callback", logged_out=f"{ORIGIN}/logged-out", **known)
        transport = _Asked(self)
        party = RelyingParty(ours, Provider(ISSUER, clock=_no_pause(), transport=transport), transport=transport)
        return Entrance(engine, Identity(party, mapping or AccessSettings.model_construct(), OIDC))

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        """A request that is sent to its address."""
        if self.is_away:
            raise httpx2.ConnectError("it is away")
        return await self._app.handle_async_request(request)

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(self.document)

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def _token(self, request: Request) -> Response:
        self.asked = parse_qs((await request.body()).decode())
        self.authorization = request.headers.get("Authorization")
        return JSONResponse(self.answer(), self.status)


class _Asked(httpx2.AsyncBaseTransport):
    def __init__(self, provider: CrookedProvider) -> None:
        self._provider = provider

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._provider.handle(request)


def _no_pause() -> Callable[[], float]:
    """A clock by which every look at the provider is an hour after the last: nothing is remembered."""
    at = 0.0

    def clock() -> float:
        nonlocal at
        at += timedelta(hours=1).total_seconds()
        return at

    return clock
