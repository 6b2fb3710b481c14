"""A small OpenID provider on a real port, which rotates its keys, goes away and comes back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from infra import web_server
from infra.devstack.ports import Ports
from infra.oidc import DISCOVERY_PATH

HOST = "127.0.0.1"
AUDIENCE = "amends"
KEYS_PATH = "/keys"

SigningKey = ECKey | OKPKey | RSAKey


def signed(key: SigningKey, claims: dict[str, Any], *, algorithm: str = "ES256", **header: Any) -> str:
    """A token with this header and these claims, whatever they are."""
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, claims, key, algorithms=[algorithm])


def claims_of(issuer: str, subject: str, *, now: datetime | None = None, **more: Any) -> dict[str, Any]:
    """What a good token says; with None, a claim is left out."""
    at = now or datetime.now(UTC)
    standard = {"iss": issuer, "aud": AUDIENCE, "sub": subject, "iat": at, "exp": at + timedelta(minutes=5)}
    return {name: value for name, value in {**standard, **more}.items() if value is not None}


def new_key() -> ECKey:
    """An elliptic one, with a name."""
    return ECKey.generate_key("P-256", auto_kid=True)


class IdentityProvider:
    """What it publishes can be changed at any time; `asked` counts how often its keys were fetched, and they come when
    it `may_answer`.
    """

    def __init__(self) -> None:
        self._port = Ports.unused().api
        self.issuer = f"http://{HOST}:{self._port}"
        self.key = new_key()
        self.document: Any = {"issuer": self.issuer, "jwks_uri": self.issuer + KEYS_PATH}
        self.published: Any = KeySet([self.key]).as_dict(private=False)
        self.asked = 0
        self.is_asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._serving = AsyncExitStack()

    def rotate(self) -> ECKey:
        """Sign by a new key, and take the old one back, which is returned."""
        old, self.key = self.key, new_key()
        self.published = KeySet([self.key]).as_dict(private=False)
        return old

    def token(self, subject: str, **claims: Any) -> str:
        """A good token, unless `claims` make it another."""
        return signed(self.key, claims_of(self.issuer, subject, **claims))

    async def come(self) -> None:
        """Answer at the issuer's address."""
        app = FastAPI(openapi_url=None)
        app.add_api_route(DISCOVERY_PATH, self._discovery, response_model=None)
        app.add_api_route(KEYS_PATH, self._keys, response_model=None)
        config = uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        listening = socket.create_server((HOST, self._port))
        await self._serving.enter_async_context(web_server.answering(config, listening))

    async def leave(self) -> None:
        """Answer no more; connections are refused."""
        await self._serving.aclose()

    async def _discovery(self) -> Any:
        return self.document

    async def _keys(self) -> Any:
        self.asked += 1
        self.is_asked.set()
        await self.may_answer.wait()
        return self.published


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """One that is there."""
    provider = IdentityProvider()
    await provider.come()
    try:
        yield provider
    finally:
        await provider.leave()
