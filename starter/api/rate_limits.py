"""How often one caller, or one address that does not say who it is, may use this process of the door."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, parse
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.settings import Settings
from starter.access.caller import Caller
from starter.api.asked import PROBED_PATHS, caller_of
from starter.api.problems import TryLaterError, problem_response
from workflows.contract.errors import ErrorCode

KEYS_MAX = 5_000
"""How many callers and addresses are counted apart; who comes when there are more shares one count with all others."""

NETWORK_BITS = 64
"""Of an IPv6 address: one subscriber has all addresses below it."""


class RateLimits:
    """Counts requests in this process's memory; each process has counts of its own.

    Both methods raise TryLaterError `too_many_requests`.
    """

    def __init__(self, settings: Settings) -> None:
        self._per_caller = _Counts(parse(settings.api_limit_per_caller))
        self._anonymous = _Counts(parse(settings.api_limit_anonymous))

    async def count_caller(self, caller: Caller) -> None:
        """One more request of somebody who was let in."""
        self._per_caller.add("caller", caller.actor.subject, caller.actor.authenticated_by)

    async def count_anonymous(self, address: str | None) -> None:
        """One more request of somebody who does not say who they are, or in vain."""
        self._anonymous.add("address", _subscriber(address))


@dataclass(slots=True)
class _Window:
    """From the first request of somebody on until the limit's time is over."""

    ends_at: float
    requests: int = 0


class _Counts:
    """How often everybody has come within their window. Those that are over are forgotten in the order in which they
    began, so that it takes no longer to count one of many than one of a few.
    """

    def __init__(self, limit: RateLimitItem) -> None:
        self._limit = limit
        self._seconds = limit.get_expiry()
        self._windows: dict[tuple[str, ...], _Window] = {}

    def add(self, *key: str) -> None:
        now = time.monotonic()
        self._forget(now)
        if key not in self._windows and len(self._windows) >= KEYS_MAX:
            key = (key[0],)
        window = self._windows.setdefault(key, _Window(now + self._seconds))
        window.requests += 1
        if window.requests > self._limit.amount:
            seconds = max(1, math.ceil(window.ends_at - now))
            raise TryLaterError(
                ErrorCode.TOO_MANY_REQUESTS,
                f"no more than {self._limit} are taken; go on in {seconds} s",
                seconds=seconds,
            )

    def _forget(self, now: float) -> None:
        while self._windows and (first := next(iter(self._windows.items())))[1].ends_at <= now:
            del self._windows[first[0]]


class AnonymousLimit:
    """A layer that counts requests of nobody in particular: those without credentials when they come; those with some
    when they are answered and nobody was let in by them, so that good ones are never held up by somebody else's.
    """

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"] in PROBED_PATHS:
            await self._app(scope, receive, send)
        elif "Authorization" in Headers(scope=scope):
            await self._app(scope, receive, self._counting(scope, receive, send))
        elif (refusal := await self._refusal(scope)) is not None:
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _counting(self, scope: Scope, receive: Receive, send: Send) -> Send:
        is_refused = False

        async def send_unless_too_often(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start" and _is_in_vain(scope, message["status"]):
                refusal = await self._refusal(scope)
                if refusal is not None:
                    is_refused = True
                    await refusal(scope, receive, send)
            if not is_refused:
                await send(message)

        return send_unless_too_often

    async def _refusal(self, scope: Scope) -> Response | None:
        try:
            await self._limits.count_anonymous(client_address(scope))
        except TryLaterError as refusal:
            return problem_response(scope, refusal)
        return None


def _is_in_vain(scope: Scope, status: int) -> bool:
    """Nobody was let in, and that is not our own fault."""
    return caller_of(scope) is None and status < HTTPStatus.INTERNAL_SERVER_ERROR


def client_address(scope: Scope) -> str | None:
    """Where a request comes from, as the server or a proxy that it trusts says."""
    client = scope.get("client")
    return client[0] if client else None


def _subscriber(address: str | None) -> str:
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, NETWORK_BITS), strict=False))
