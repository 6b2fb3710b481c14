"""Logins that have begun and not ended: each browser keeps its own, in signed cookies that are good for minutes."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import Response

from starter.console.cookies import Cookie
from starter.console.own_path import own_path
from starter.console.relying_party import Attempt

LASTS = timedelta(minutes=10)
AT_ONCE = 4
"""So many tabs of a browser may be on their way; one more, and the others have to begin anew."""

_ALGORITHM = "HS256"
_KEY_BITS = 256
_TAG_CHARACTERS = 12


@dataclass(frozen=True)
class Begun:
    """A login that has begun, and the page that follows it."""

    attempt: Attempt
    then: str


class Attempts:
    """Those of this process. A login that was begun before it was started, or in another one, begins anew."""

    def __init__(self, origin: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._origin = origin
        self._now = now
        self._key = OctKey.generate_key(_KEY_BITS)
        self._claims = jwt.JWTClaimsRegistry(now=lambda: int(now().timestamp()), exp={"essential": True})

    def begin(self, request: Request, response: Response, begun: Begun) -> None:
        """Have the browser remember a login."""
        prefix = self._cookie("").name
        others = [name for name in request.cookies if name.startswith(prefix)]
        for name in others if len(others) >= AT_ONCE else ():
            self._cookie(name.removeprefix(prefix)).take_back(response)
        attempt = begun.attempt
        claims = {
            "state": attempt.state,
            "nonce": attempt.nonce,
            "verifier": attempt.verifier,
            "then": begun.then,
            "exp": int((self._now() + LASTS).timestamp()),
        }
        self._cookie(_tag(attempt.state)).put(response, jwt.encode({"alg": _ALGORITHM}, claims, self._key))

    def find(self, request: Request) -> Begun | None:
        """The login that somebody comes back from, if it was begun in their browser, a few minutes ago."""
        state = request.query_params.get("state", "")
        kept = self._cookie(_tag(state)).shown_by(request)
        if not state or kept is None:
            return None
        try:
            claims = jwt.decode(kept, self._key, algorithms=[_ALGORITHM]).claims
            self._claims.validate(claims)
        except (JoseError, ValueError, TypeError):
            return None
        attempt = Attempt(state=claims["state"], nonce=claims["nonce"], verifier=claims["verifier"])
        is_it = hmac.compare_digest(attempt.state.encode(), state.encode())
        return Begun(attempt, own_path(claims["then"])) if is_it else None

    def finish(self, response: Response, begun: Begun) -> None:
        """Have the browser forget it."""
        self._cookie(_tag(begun.attempt.state)).take_back(response)

    def _cookie(self, tag: str) -> Cookie:
        return Cookie(self._origin, f"login-{tag}", lasts=LASTS)


def _tag(state: str) -> str:
    return sha256(state.encode()).hexdigest()[:_TAG_CHARACTERS]
