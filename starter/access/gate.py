"""Lets callers in: whoever shows a token of the identity provider or an API key; others get no further."""

from __future__ import annotations

from hashlib import sha256

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.access_settings import AccessSettings
from infra.connections import Connections
from infra.devstack.issuer import AUDIENCE, ISSUER, Issuer
from infra.oidc import Provider
from infra.settings import Settings, variable_of
from infra.signed_tokens import FixedKeys, TokenFaultError, Verifier
from starter.access.admission import Admission
from starter.access.caller import Caller
from starter.access.claims import Holder, holder_of
from starter.access.faults import CredentialFaultError
from starter.access.keys import PREFIX, ApiKeys
from starter.access.memory import Memory
from workflows.contract.errors import AmendsError, ErrorCode

log = structlog.get_logger(__name__)

OIDC, API_KEY, DEVELOPMENT_TOKEN = "oidc", "api_key", "development_token"
"""How a caller was recognised, as the actor of their commands says it."""

_SCHEME = "bearer"
_NOTHING_SHOWN = "who is calling? Send the header `Authorization: Bearer …` with a token or an API key"
_NOT_ACCEPTED = (
    "these credentials are not accepted: get new ones; why they are not stands in the log of Amends, beside the id of"
    " this request"
)


class Gate:
    """One for a process. Tokens come from the identity provider in the settings; without one, from the embedded stack,
    if that is where the complaints are.
    """

    def __init__(self, settings: Settings, connections: Connections, engine: AsyncEngine) -> None:
        self._settings = settings
        self._keys = ApiKeys(engine)
        self._admission = Admission(engine)
        self._provider = Provider(settings.oidc_issuer) if settings.oidc_issuer else None
        self._verifier = self._verifier_of(connections)
        self._holders: Memory[bytes, Holder] = Memory()
        self._known_by = OIDC if self._provider else DEVELOPMENT_TOKEN
        # The embedded stack's tokens have our own names for things, whatever those of a provider may be called.
        self._mapping = settings if self._provider else AccessSettings.model_construct()

    async def caller(self, authorization: str | None, *, request_id: str) -> Caller:
        """Who is calling, by the value of the header `Authorization`; the log names the request if they may not.

        Raises:
            AmendsError: `unauthenticated`; `unreachable`, when provider or tables are needed to know and do not answer.
        """
        if authorization is None:
            raise AmendsError(ErrorCode.UNAUTHENTICATED, _NOTHING_SHOWN)
        try:
            return await self._recognised(authorization)
        except (CredentialFaultError, TokenFaultError) as fault:
            log.warning("credentials_refused", request_id=request_id, reason=str(fault))
            raise AmendsError(ErrorCode.UNAUTHENTICATED, _NOT_ACCEPTED) from None

    async def close(self) -> None:
        """Let go of the connections to the identity provider."""
        if self._provider is not None:
            await self._provider.close()

    async def _recognised(self, authorization: str) -> Caller:
        scheme, _, rest = authorization.strip().partition(" ")
        shown = rest.strip()
        if scheme.lower() != _SCHEME:
            raise CredentialFaultError("it is no bearer token")
        return await (self._by_key(shown) if shown.startswith(PREFIX) else self._by_token(shown))

    async def _by_token(self, token: str) -> Caller:
        if self._verifier is None:
            raise CredentialFaultError(f"only API keys are accepted as long as {variable_of('oidc_issuer')} is not set")
        # Kept by its digest: who reads this process's memory finds no token that they could use.
        digest = sha256(token.encode()).digest()
        holder = self._holders.recall(digest)
        if holder is None:
            holder = holder_of(await self._verifier.claims(token), self._mapping)
            self._holders.learn(digest, holder)
        return await self._admission.admit(holder, authenticated_by=self._known_by)

    async def _by_key(self, shown: str) -> Caller:
        key = await self._keys.opened_by(shown)
        return await self._admission.admit(key.holder, authenticated_by=API_KEY, scopes=frozenset(key.scopes))

    def _verifier_of(self, connections: Connections) -> Verifier | None:
        settings = self._settings
        if self._provider is not None and settings.oidc_issuer is not None:
            return Verifier(settings.oidc_issuer, settings.oidc_audience, self._provider)
        if not connections.is_embedded:
            return None
        log.warning(
            "development_tokens_accepted",
            danger="whoever can run `amends token` on this machine is anybody they like; never with real complaints",
            instead=f"set {variable_of('oidc_issuer')}",
        )
        return Verifier(ISSUER, AUDIENCE, FixedKeys(Issuer.kept(settings.state_dir).key_set))
