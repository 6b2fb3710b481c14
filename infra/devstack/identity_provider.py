"""The development stack's own OpenID provider: it asks nobody for a password, and says so. Whoever reaches it is whom
they like.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import groupby
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, Template
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.devstack.issuer import ALGORITHM, Issuer

CODE_LASTS = timedelta(minutes=1)
ID_TOKEN_LASTS = timedelta(minutes=5)
CODES_AT_ONCE = 1000

DISCOVERY, KEYS, AUTHORIZE, TOKEN, END_SESSION = (
    "/.well-known/openid-configuration",
    "/jwks",
    "/authorize",
    "/token",
    "/end-session",
)

_S256 = "S256"
_CHALLENGE_CHARACTERS = 43
_CODE_BYTES = 32
_KEPT = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
"""What of a request to log in the page sends back with the answer."""

_SEE_OTHER = 303


@dataclass(frozen=True)
class Choice:
    """Somebody whom one can log in as; department and roles as people read them."""

    subject: str
    name: str
    department: str
    roles: str


@dataclass(frozen=True)
class KnownClient:
    """The one client: its name, where people go back to when they have logged in, and when they have logged out."""

    client_id: str
    redirect_uri: str
    post_logout_redirect_uri: str


@dataclass(frozen=True)
class _Grant:
    """What a code stands for."""

    subject: str
    redirect_uri: str
    nonce: str | None
    challenge: str
    expires_at: datetime


Staff = Callable[[], Awaitable[Sequence[Choice]]]


def identity_provider(
    issuer_url: str,
    issuer: Issuer,
    staff: Staff,
    client: KnownClient,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Starlette:
    """The provider, to be served where its URL says.

    Args:
        issuer_url: how it names itself, without a slash at the end.
        issuer: holds the key that signs.
        staff: who one can log in as, department by department.
        client: the one that it serves.
        now: the time at which codes expire.
    """
    provider = _Provider(issuer_url, issuer, staff, client, now)
    return Starlette(
        routes=[
            Route(DISCOVERY, provider.discovery),
            Route(KEYS, provider.keys),
            Route(AUTHORIZE, provider.ask, methods=["GET"]),
            Route(AUTHORIZE, provider.choose, methods=["POST"]),
            Route(TOKEN, provider.token, methods=["POST"]),
            Route(END_SESSION, provider.end_session),
        ]
    )


class _Provider:
    def __init__(
        self, url: str, issuer: Issuer, staff: Staff, client: KnownClient, now: Callable[[], datetime]
    ) -> None:
        self._url = url
        self._issuer = issuer
        self._staff = staff
        self._client = client
        self._now = now
        self._grants: dict[str, _Grant] = {}

    async def discovery(self, _: Request) -> Response:
        """OpenID Connect Discovery 1.0."""
        return JSONResponse(
            {
                "issuer": self._url,
                "authorization_endpoint": self._url + AUTHORIZE,
                "token_endpoint": self._url + TOKEN,
                "end_session_endpoint": self._url + END_SESSION,
                "jwks_uri": self._url + KEYS,
                "scopes_supported": ["openid"],
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "code_challenge_methods_supported": [_S256],
                "token_endpoint_auth_methods_supported": ["none"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def keys(self, _: Request) -> Response:
        """The public key."""
        return JSONResponse(self._issuer.key_set)

    async def ask(self, request: Request) -> Response:
        """The page on which people choose who they are."""
        asked = dict(request.query_params)
        if (fault := self._fault(asked)) is not None:
            return fault
        sought = asked.get("search", "").strip()
        found = [choice for choice in await self._staff() if _matches(choice, sought)]
        content = _page().render(
            departments=[
                (department, list(people)) for department, people in groupby(found, lambda each: each.department)
            ],
            kept=[(name, asked[name]) for name in _KEPT if name in asked],
            search=sought,
        )
        return HTMLResponse(content, headers=_headers(f"'self' {_origin(self._client.redirect_uri)}"))

    async def choose(self, request: Request) -> Response:
        """They have chosen: back to the client, with a code."""
        asked = await _form(request)
        if (fault := self._fault(asked)) is not None:
            return fault
        subject = asked.get("subject", "")
        if subject not in {choice.subject for choice in await self._staff()}:
            return self._back(asked, error="access_denied")
        code, now = secrets.token_urlsafe(_CODE_BYTES), self._now()
        self._grants = {code: grant for code, grant in self._grants.items() if grant.expires_at > now}
        if len(self._grants) >= CODES_AT_ONCE:
            return self._back(asked, error="temporarily_unavailable")
        self._grants[code] = _Grant(
            subject=subject,
            redirect_uri=asked["redirect_uri"],
            nonce=asked.get("nonce"),
            challenge=asked["code_challenge"],
            expires_at=now + CODE_LASTS,
        )
        return self._back(asked, code=code)

    async def token(self, request: Request) -> Response:
        """The ID token for a code, once."""
        asked = await _form(request)
        if asked.get("grant_type") != "authorization_code":
            return _refused("unsupported_grant_type")
        if asked.get("client_id") != self._client.client_id:
            return _refused("invalid_client", status=401)
        grant = self._grants.pop(asked.get("code", ""), None)
        if grant is None or not self._is_good(grant, asked):
            return _refused("invalid_grant")
        claims = {"iss": self._url, "aud": self._client.client_id, "auth_time": int(self._now().timestamp())}
        nonce = {"nonce": grant.nonce} if grant.nonce is not None else {}
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(_CODE_BYTES),  # there is nothing here that it opens
                "token_type": "Bearer",
                "expires_in": int(ID_TOKEN_LASTS.total_seconds()),
                "id_token": self._issuer.token(grant.subject, valid_for=ID_TOKEN_LASTS, **claims, **nonce),
            },
            headers={"Cache-Control": "no-store"},
        )

    async def end_session(self, request: Request) -> Response:
        """There is no session here to end: people are sent back to where they have just logged out."""
        target = request.query_params.get("post_logout_redirect_uri")
        if target != self._client.post_logout_redirect_uri:
            return _nonsense("post_logout_redirect_uri is not that of the client")
        state = request.query_params.get("state")
        return RedirectResponse(f"{target}?{urlencode({'state': state})}" if state else target, _SEE_OTHER)

    def _fault(self, asked: Mapping[str, str]) -> Response | None:
        """Why a request to log in is refused; the client hears of it only if it is the client's own."""
        if asked.get("client_id") != self._client.client_id:
            return _nonsense("client_id is not that of the client")
        if asked.get("redirect_uri") != self._client.redirect_uri:
            return _nonsense("redirect_uri is not that of the client")
        if asked.get("response_type") != "code":
            return self._back(asked, error="unsupported_response_type")
        if "openid" not in asked.get("scope", "").split():
            return self._back(asked, error="invalid_scope")
        if asked.get("code_challenge_method") != _S256 or len(asked.get("code_challenge", "")) != _CHALLENGE_CHARACTERS:
            return self._back(asked, error="invalid_request")
        return None

    def _back(self, asked: Mapping[str, str], **answer: str) -> Response:
        state = {"state": asked["state"]} if "state" in asked else {}
        query = urlencode({**answer, **state, "iss": self._url})
        return RedirectResponse(f"{self._client.redirect_uri}?{query}", _SEE_OTHER)

    def _is_good(self, grant: _Grant, asked: Mapping[str, str]) -> bool:
        challenge = urlsafe_b64encode(sha256(asked.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        return (
            self._now() < grant.expires_at
            and asked.get("redirect_uri") == grant.redirect_uri
            and hmac.compare_digest(challenge, grant.challenge.encode())
        )


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True))


def _matches(choice: Choice, sought: str) -> bool:
    said = f"{choice.subject} {choice.name} {choice.department} {choice.roles}".casefold()
    return all(word in said for word in sought.casefold().split())


def _refused(error: str, *, status: int = 400) -> Response:
    return JSONResponse({"error": error}, status, headers={"Cache-Control": "no-store"})


def _nonsense(reason: str) -> Response:
    """Nobody is sent to an address that is not the client's."""
    return Response(f"{reason}\n", 400, media_type="text/plain")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _headers(form_action: str) -> dict[str, str]:
    policy = f"default-src 'none'; style-src 'unsafe-inline'; form-action {form_action}; base-uri 'none'"
    return {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'", "Cache-Control": "no-store"}


@cache
def _page() -> Template:
    environment = Environment(
        loader=PackageLoader("infra.devstack"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("identity.html")
