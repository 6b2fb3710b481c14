"""The console's side of OpenID Connect: where people are sent to log in and out, and what they come back with."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped] # it ships no types
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped] # as above
from pydantic import SecretStr

from infra.oidc import Provider
from infra.private_addresses import is_private
from infra.signed_tokens import Claims, TokenFaultError, Verifier
from starter.access.faults import CredentialFaultError
from workflows.contract.errors import AmendsError, ErrorCode

TIME_LIMIT = timedelta(seconds=5)
"""Of one request to the provider: somebody waits at the door."""

_BYTES = 32
"""Of a state, a nonce and a verifier: 43 characters, as RFC 7636 wants them at least."""

_BASIC, _POST, _NONE = "client_secret_basic", "client_secret_post", "none"
_ID_TOKEN_MAX_CHARACTERS = 16_384


@dataclass(frozen=True)
class Client:
    """The console as the provider knows it.

    Attributes:
        client_id: its name there.
        secret: none for a public client, which is known by PKCE alone.
        callback: where the provider sends people back to.
        logged_out: where it sends them after they have logged out.
        scopes: what is asked for.
    """

    client_id: str
    secret: SecretStr | None
    callback: str
    logged_out: str
    scopes: str


@dataclass(frozen=True)
class Attempt:
    """A login that has begun. All of it is known to the browser alone."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Attempt:
        """One that nobody can guess."""
        return cls(*(secrets.token_urlsafe(_BYTES) for _ in range(3)))


class RelyingParty:
    """The console at one provider."""

    def __init__(
        self,
        client: Client,
        provider: Provider,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._provider = provider
        self._verifier = Verifier(provider.issuer, client.client_id, provider, now=now)
        self._transport = transport

    async def way_in(self, attempt: Attempt, *, prompt: str | None = None) -> str:
        """Where somebody is sent to log in.

        Raises:
            AmendsError: `unreachable`, when the provider does not answer; `setup`, when it names no place to log in.
        """
        document = await self._provider.document()
        asked = {"nonce": attempt.nonce, **({"prompt": prompt} if prompt else {})}
        async with self._talking(document) as talking:
            url, _ = talking.create_authorization_url(
                self._endpoint(document, "authorization_endpoint"),
                state=attempt.state,
                code_verifier=attempt.verifier,
                **asked,
            )
        return str(url)

    async def identity(self, attempt: Attempt, *, code: str, issuer: str | None) -> tuple[Claims, str]:
        """What the provider says of whoever came back with this code, and the token that says so.

        Raises:
            CredentialFaultError: the provider does not take the code, or what it says is not for this login.
            AmendsError: `unreachable`; `setup`.
        """
        if issuer is not None and issuer != self._provider.issuer:
            raise CredentialFaultError(f"they came back from another provider, {issuer[:200]!r}")
        token = await self._exchanged(attempt, code)
        try:
            claims = await self._verifier.claims(token)
        except TokenFaultError as fault:
            raise CredentialFaultError(f"the ID token is not accepted: {fault}") from fault
        self._check_is_for_us(claims, attempt)
        return claims, token

    async def way_out(self, id_token: str | None) -> str | None:
        """Where somebody is sent to log out at the provider, too; none, if it has no such place.

        Raises:
            AmendsError: `unreachable`; `setup`.
        """
        document = await self._provider.document()
        if "end_session_endpoint" not in document:
            return None
        endpoint = self._endpoint(document, "end_session_endpoint")
        asked = {"client_id": self._client.client_id, "post_logout_redirect_uri": self._client.logged_out}
        hint = {"id_token_hint": id_token} if id_token else {}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode({**asked, **hint})}"

    async def close(self) -> None:
        """Let go of the connections to the provider."""
        await self._provider.close()

    async def _exchanged(self, attempt: Attempt, code: str) -> str:
        document = await self._provider.document()
        endpoint = self._endpoint(document, "token_endpoint")
        try:
            async with self._talking(document) as talking:
                answer = await talking.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=attempt.verifier
                )
        except OAuthError as error:
            raise CredentialFaultError(f"the provider does not take the code: {error.error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise AmendsError(ErrorCode.UNREACHABLE, "the identity provider does not answer; try again") from error
        token = answer.get("id_token")
        if not isinstance(token, str) or len(token) > _ID_TOKEN_MAX_CHARACTERS:
            raise CredentialFaultError("the provider gave no ID token; is `openid` among the scopes?")
        return token

    def _check_is_for_us(self, claims: Claims, attempt: Attempt) -> None:
        """OpenID Connect Core, 3.1.3.7: what is not the business of every token."""
        nonce, party, audience = claims.get("nonce"), claims.get("azp"), claims.get("aud")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
            raise CredentialFaultError("the ID token is for another login")
        if party is None and isinstance(audience, list) and len(audience) > 1:
            raise CredentialFaultError("the ID token is for several, and does not say who asked for it")
        if party is not None and party != self._client.client_id:
            raise CredentialFaultError("another asked for the ID token")

    def _talking(self, document: Mapping[str, Any]) -> AsyncOAuth2Client:
        secret = self._client.secret
        return AsyncOAuth2Client(
            client_id=self._client.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            token_endpoint_auth_method=_method(document) if secret else _NONE,
            scope=self._client.scopes,
            redirect_uri=self._client.callback,
            code_challenge_method="S256",
            timeout=TIME_LIMIT.total_seconds(),
            follow_redirects=False,
            transport=self._transport,
        )

    def _endpoint(self, document: Mapping[str, Any], name: str) -> str:
        address = document.get(name)
        if not isinstance(address, str) or not is_private(address, beside=self._provider.issuer):
            raise AmendsError(
                ErrorCode.SETUP, f"the identity provider's {name} is {address!r}, and not an address of https"
            )
        return address


def _method(document: Mapping[str, Any]) -> str:
    """How the secret is shown: in the header, unless the provider takes it in the body alone."""
    taken = document.get("token_endpoint_auth_methods_supported") or [_BASIC]
    return _POST if _POST in taken and _BASIC not in taken else _BASIC
