"""What reaches pages through websockets: messages are let through only to pages of the session whose socket it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import isawaitable
from typing import Any
from urllib.parse import parse_qs

import structlog
from nicegui import core
from socketio.exceptions import (  # type: ignore[import-untyped] # it ships no types
    ConnectionRefusedError as RefusedError,
)

from starter.console.pages import SESSION, Pages
from starter.console.sessions import Session

RELOAD = "Implicit handshake failed"
"""By these words of NiceGUI's a browser knows that its page is there no more, and loads it anew."""

CLIENT_ID = "client_id"

_NAMESPACE = "/"
_CONNECT, _DISCONNECT, _EVENT = "connect", "disconnect", "event"

log = structlog.get_logger(__name__)

Handler = Callable[..., Any]


def guard_sockets(pages: Pages, origin: str) -> None:
    """Have NiceGUI's handlers hear only what may be said. Messages name the page they are for, and NiceGUI believes
    them, whoever sent them.
    """
    core.sio.eio.cors_allowed_origins = [origin]
    handlers: dict[str, Handler] = core.sio.handlers[_NAMESPACE]
    for event, handler in handlers.items():
        heard = getattr(handler, "__wrapped__", handler)  # that of NiceGUI, also when another console was here before
        if event == _CONNECT:
            handlers[event] = _at_connecting(heard, pages)
        elif event != _DISCONNECT:
            handlers[event] = _at_messages(heard, pages, event)


def _at_connecting(heard: Handler, pages: Pages) -> Handler:
    @wraps(heard)
    async def guarded(sid: str, environ: dict[str, Any], *rest: Any) -> Any:
        session = _session_of(environ)
        (client_id,) = parse_qs(environ.get("QUERY_STRING", "")).get(CLIENT_ID, [""])[:1]
        if session is None or not pages.is_of(client_id, session):
            _note(pages, "connect", client_id, session)
            raise RefusedError(RELOAD)
        return await _answer(heard(sid, environ, *rest))

    return guarded


def _at_messages(heard: Handler, pages: Pages, event: str) -> Handler:
    @wraps(heard)
    async def guarded(sid: str, *said: Any) -> Any:
        session = _session_of(core.sio.get_environ(sid, _NAMESPACE))
        client_id = said[0].get(CLIENT_ID) if said and isinstance(said[0], dict) else None
        if session is None or not isinstance(client_id, str) or not pages.is_of(client_id, session):
            _note(pages, event, client_id, session)
            return False
        if event == _EVENT:
            pages.used(session)
        return await _answer(heard(sid, *said))

    return guarded


def _session_of(environ: Any) -> Session | None:
    """That which the guard found when the socket was opened; sockets of others get no further than that."""
    state = (environ or {}).get("asgi.scope", {}).get("state", {})
    session = state.get(SESSION)
    return session if isinstance(session, Session) else None


def _note(pages: Pages, event: str, client_id: object, session: Session | None) -> None:
    """Nobody's own browser speaks to another's page; to one that is there no more, it may."""
    if isinstance(client_id, str) and pages.is_open(client_id):
        subject = session.person.subject if session else None
        log.warning("console.message_for_another_page", message=event, subject=subject)


async def _answer(answer: Any) -> Any:
    return await answer if isawaitable(answer) else answer
