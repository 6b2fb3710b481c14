"""The layer around the whole console: nobody without a session gets past it, and nothing that another site sends."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote

import structlog
from nicegui import __version__ as nicegui_version
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.console.cookies import session_cookie
from starter.console.frame import STATIC
from starter.console.identity import DEVELOPMENT
from starter.console.login_pages import CALLBACK, LOGGED_OUT, LOGIN, LOGOUT
from starter.console.pages import SESSION, Pages
from starter.console.plain import away
from starter.console.security_headers import SecurityHeaders
from starter.console.sessions import Session, Sessions
from starter.console.sockets import CLIENT_ID, guard_sockets
from starter.console.turned_away import turned_away
from workflows.contract.errors import AmendsError, ErrorCode

READING = ("GET", "HEAD")
OPEN = {
    LOGIN: READING,
    CALLBACK: READING,
    LOGOUT: ("POST",),
    LOGGED_OUT: READING,
    "/healthz": READING,
    "/favicon.ico": READING,
}
_OF_NICEGUI = ("static", "libraries", "components", "resources", "dynamic_resources", "esm")
OPEN_BELOW = (
    f"{STATIC}/",
    f"{DEVELOPMENT}/",
    *(f"/_nicegui/{nicegui_version}/{kind}/" for kind in _OF_NICEGUI),
)
"""What there is without a session: nothing of it is about complaints, and NiceGUI makes no pages there."""

SOCKETS = "/_nicegui_ws/"
_UPLOAD = re.compile(r"/_nicegui/client/([^/]+)/")
_SEE_OTHER = 303

log = structlog.get_logger(__name__)


class Guard:
    """Puts whose session it is into `scope["state"]["session"]`, and refuses everything else that is not open to all.

    Args:
        app: the console.
        sessions: those that there are.
        pages: those that are open.
        origin: at which browsers find the console, such as `https://desk.example.org`.
    """

    def __init__(self, app: ASGIApp, *, sessions: Sessions, pages: Pages, origin: str) -> None:
        self.app = app
        self._sessions = sessions
        self._pages = pages
        self._origin = origin
        self._cookie = session_cookie(origin)
        self._guarded = SecurityHeaders(self._handle, origin=origin)
        guard_sockets(pages, origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or one websocket."""
        is_gone = False

        async def receive_and_see() -> Message:
            nonlocal is_gone
            message = await receive()
            is_gone = is_gone or message["type"] == "http.disconnect"
            return message

        try:
            await self._guarded(scope, receive_and_see, send)
        except RuntimeError:
            # Starlette's layers say "No response returned" of a browser that has gone on to another page meanwhile.
            if not is_gone:
                raise
            log.debug("console.browser_gone", path=scope["path"])

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._handle_request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._handle_socket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _handle_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        is_page = _wants_page(scope, request)
        if not self._may_come_from_there(scope, request):
            await _problem(ErrorCode.NOT_PERMITTED, "another site sent this, or a program")(scope, receive, send)
        elif _is_open(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
        else:
            try:
                session = await self._session(request)
                renewed = await self._sessions.rotated(session) if session and is_page else None
            except AmendsError as error:
                log.warning("console.session_unknown", code=error.code.value, path=scope["path"])
                refusal = away(request) if is_page else _problem(error.code, error.message)
                await refusal(scope, receive, send)
                return
            if session is None:
                await self._turn_away(scope, is_page=is_page)(scope, receive, send)
            elif not self._is_theirs(scope, session):
                await _problem(ErrorCode.NOT_PERMITTED, "this page is of another session")(scope, receive, send)
            else:
                scope.setdefault("state", {})[SESSION] = session
                await self.app(scope, receive, self._with_cookie(send, renewed) if renewed else send)

    async def _handle_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        if connection.headers.get("origin") != self._origin or not scope["path"].startswith(SOCKETS):
            await _refuse_socket(receive, send)
            return
        try:
            session = await self._session(connection)
        except AmendsError as error:
            log.warning("console.session_unknown", code=error.code.value, path=scope["path"])
            await _refuse_socket(receive, send)
            return
        if session is None:
            await turned_away(receive, send)
        elif not self._is_theirs(scope, session):
            log.warning("console.socket_for_another_page", subject=session.person.subject)
            await _refuse_socket(receive, send)
        else:
            scope.setdefault("state", {})[SESSION] = session
            await self.app(scope, receive, send)

    async def _session(self, connection: HTTPConnection) -> Session | None:
        shown = self._cookie.shown_by(connection)
        return await self._sessions.find(shown) if shown else None

    def _may_come_from_there(self, scope: Scope, connection: HTTPConnection) -> bool:
        """Browsers say from which site they send what changes something, and what goes beside websockets."""
        if scope["method"] in READING and not scope["path"].startswith(SOCKETS):
            return True
        origin = connection.headers.get("origin")
        if origin is None:
            return connection.headers.get("sec-fetch-site") == "same-origin"
        return origin == self._origin

    def _is_theirs(self, scope: Scope, session: Session) -> bool:
        """Whether the page, if a request is for one that is open, was made for this session."""
        client_id = None
        if scope["path"].startswith(SOCKETS):
            client_id = parse_qs(scope["query_string"].decode("latin-1")).get(CLIENT_ID, [None])[0]
        elif (upload := _UPLOAD.match(scope["path"])) is not None:
            client_id = upload[1]
        return client_id is None or not self._pages.is_open(client_id) or self._pages.is_of(client_id, session)

    def _turn_away(self, scope: Scope, *, is_page: bool) -> Response:
        if not is_page:
            return _problem(ErrorCode.UNAUTHENTICATED, "log in to the console, and show the cookie of the session")
        query = scope["query_string"].decode("latin-1")
        here = quote(scope["path"]) + (f"?{query}" if query else "")
        # At its own address, whatever name somebody found it by: cookies and the identity provider know no other.
        return RedirectResponse(f"{self._origin}{LOGIN}?next={quote(here, safe='')}", _SEE_OTHER)

    def _with_cookie(self, send: Send, token: str) -> Send:
        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self._cookie.header(token)]
            await send(message)

        return send_with_cookie


def _is_open(method: str, path: str) -> bool:
    return method in OPEN.get(path, ()) or path.startswith(OPEN_BELOW)


def _wants_page(scope: Scope, connection: HTTPConnection) -> bool:
    return scope["method"] in READING and "text/html" in connection.headers.get("accept", "")


def _problem(code: ErrorCode, detail: str) -> Response:
    problem = {
        "type": f"urn:amends:error:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": code.http_status,
        "detail": detail,
        "code": code.value,
    }
    return JSONResponse(problem, code.http_status, media_type="application/problem+json")


async def _refuse_socket(receive: Receive, send: Send) -> None:
    """Before it is open: servers answer 403."""
    await receive()
    await send({"type": "websocket.close"})
