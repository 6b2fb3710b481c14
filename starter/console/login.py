"""Logging in and out: browsers are sent to the identity provider, and come back as somebody on the staff or nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import urlencode

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from infra.signed_tokens import Claims
from starter.access.admission import Admission
from starter.access.claims import Person, holder_of
from starter.access.faults import CredentialFaultError
from starter.console.attempts import Attempts, Begun
from starter.console.cookies import session_cookie
from starter.console.identity import Identity
from starter.console.login_pages import (
    CALLBACK,
    DENIED,
    FAILED,
    LOGGED_OUT,
    LOGIN,
    LOGOUT,
    NOT_ON_THE_STAFF,
    PROMPT,
    WRONG,
    leaving,
    logged_out,
    refused,
)
from starter.console.own_path import HOME, own_path
from starter.console.pages import Pages
from starter.console.plain import away
from starter.console.relying_party import Attempt
from starter.console.sessions import Session, Sessions
from workflows.contract.errors import AmendsError, ErrorCode

_SEE_OTHER = 303

log = structlog.get_logger(__name__)

Answer = Callable[[Request], Awaitable[Response]]


class Login:
    """The way in and out.

    Args:
        identity: who says who somebody is.
        admission: knows who is on the staff.
        sessions: those that begin and end here.
        pages: close when their session ends.
        origin: at which browsers find the console, such as `https://desk.example.org`.
        now: the time.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        admission: Admission,
        sessions: Sessions,
        pages: Pages,
        origin: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._identity = identity
        self._admission = admission
        self._sessions = sessions
        self._pages = pages
        self._origin = origin
        self._cookie = session_cookie(origin)
        self._attempts = Attempts(origin, now=now)

    @property
    def routes(self) -> list[BaseRoute]:
        """What the console has to serve for it, and the development stack's own identity provider where it is used."""
        return [
            Route(LOGIN, _with_pages(self._log_in)),
            Route(CALLBACK, _with_pages(self._come_back)),
            Route(LOGOUT, _with_pages(self._log_out), methods=["POST"]),
            Route(LOGGED_OUT, logged_out),
            *self._identity.routes,
        ]

    async def close(self) -> None:
        """Let go of the connections to the identity provider."""
        await self._identity.party.close()

    async def _log_in(self, request: Request) -> Response:
        begun = Begun(Attempt.new(), own_path(request.query_params.get("next")))
        prompt = PROMPT if request.query_params.get("prompt") == PROMPT else None
        way_in = await self._identity.party.way_in(begun.attempt, prompt=prompt)
        response = RedirectResponse(way_in, _SEE_OTHER)
        self._attempts.begin(request, response, begun)
        return response

    async def _come_back(self, request: Request) -> Response:
        begun = self._attempts.find(request)
        if begun is None:
            return await self._come_from_nowhere(request)
        try:
            response = await self._come_back_from(begun, request)
        except CredentialFaultError as fault:
            response = refused(request, FAILED, str(fault))
        self._attempts.finish(response, begun)
        return response

    async def _come_back_from(self, begun: Begun, request: Request) -> Response:
        given = request.query_params
        if "error" in given:
            return refused(request, DENIED, f"the identity provider says {given['error'][:200]!r}")
        claims, id_token = await self._identity.party.identity(
            begun.attempt, code=given.get("code", ""), issuer=given.get("iss")
        )
        person = self._person(claims)
        try:
            await self._admission.admit(person, authenticated_by=self._identity.known_by)
        except CredentialFaultError as fault:
            return refused(request, NOT_ON_THE_STAFF, str(fault))
        return await self._let_in(request, person, id_token, begun.then)

    def _person(self, claims: Claims) -> Person:
        holder = holder_of(claims, self._identity.mapping)
        if not isinstance(holder, Person):
            raise CredentialFaultError(f"{holder.name} is a service, and the console is for people")
        return holder

    async def _let_in(self, request: Request, person: Person, id_token: str, then: str) -> Response:
        """With a new session; the one that the browser had ends."""
        before = await self._session(request)
        if before is not None:
            await self._sessions.end(before)
            await self._pages.end({before.session_key})
        token = await self._sessions.open(person, known_by=self._identity.known_by, id_token=id_token)
        response = RedirectResponse(self._origin + then, _SEE_OTHER)
        self._cookie.put(response, token)
        log.info("console.logged_in", subject=person.subject, known_by=self._identity.known_by)
        return response

    async def _come_from_nowhere(self, request: Request) -> Response:
        """Nothing is known of the login: it is over, or began elsewhere. Whoever is logged in has gone back a page."""
        if await self._session(request) is not None:
            return RedirectResponse(HOME, _SEE_OTHER)
        return refused(request, FAILED, "no login is known that this browser has begun here and not ended")

    async def _log_out(self, request: Request) -> Response:
        session = await self._session(request)
        if session is None:
            response: Response = RedirectResponse(LOGGED_OUT, _SEE_OTHER)
        else:
            ended = await self._sessions.end_all(session.person.subject)
            log.info("console.logged_out", subject=session.person.subject, sessions=len(ended))
            way_out = await self._way_out(ended.get(session.session_key))
            response = leaving(request, way_out) if way_out else RedirectResponse(LOGGED_OUT, _SEE_OTHER)
            # After the answer: this browser's page is on its way already.
            response.background = BackgroundTask(self._pages.end, frozenset(ended))
        self._cookie.take_back(response)
        return response

    async def _way_out(self, id_token: str | None) -> str | None:
        """The way out of the provider, too. Who has logged out here is logged out, whatever becomes of that."""
        try:
            return await self._identity.party.way_out(id_token)
        except AmendsError as error:
            log.warning("console.not_logged_out_at_the_provider", code=error.code.value, reason=str(error))
            return None

    async def _session(self, request: Request) -> Session | None:
        shown = self._cookie.shown_by(request)
        return await self._sessions.find(shown) if shown else None


def _with_pages(answer: Answer) -> Answer:
    """The same, with a page for what keeps it from being answered."""

    @wraps(answer)
    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except AmendsError as error:
            if error.code is ErrorCode.UNREACHABLE:
                return away(request, then=_anew(request))
            return refused(request, WRONG, str(error))

    return answered


def _anew(request: Request) -> str:
    """Where to try again: a code is not taken twice, and nobody is logged out by looking at a page."""
    if request.url.path == LOGIN:
        return f"{LOGIN}?{urlencode({'next': own_path(request.query_params.get('next'))})}"
    return HOME
