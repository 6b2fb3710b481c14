"""Which open page is of which session: nobody else's events reach it, and it closes when the session is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from urllib.parse import urlencode

import structlog
from nicegui import Client, core

from starter.console.login_pages import LOGGED_OUT
from starter.console.sessions import Session, Sessions
from workflows.contract.errors import AmendsError

LOOKED_AFTER_EVERY = timedelta(seconds=20)
"""So soon pages whose session has run out, or was ended by another process, are closed."""

SESSION = "session"
"""Where the state of a request holds whose it is."""

_NAMESPACE = "/"
_PATIENCE_MILLISECONDS = 1000

log = structlog.get_logger(__name__)


class Pages:
    """The pages that browsers have open, by the ids of NiceGUI's clients. Whose each is, the request says that it was
    made by, also of those that NiceGUI makes itself, to say that something is not there.
    """

    def __init__(self) -> None:
        self._used: set[str] = set()

    def is_open(self, client_id: str) -> bool:
        """Whether there is such a page."""
        return client_id in Client.instances

    def is_of(self, client_id: str, session: Session) -> bool:
        """Whether there is such a page, and it was made for this session."""
        client = Client.instances.get(client_id)
        return client is not None and _key_of(client) == session.session_key

    def used(self, session: Session) -> None:
        """Somebody does something at a page: their session does not run out meanwhile."""
        self._used.add(session.session_key)

    async def end(self, session_keys: Collection[str]) -> None:
        """Close all pages of these sessions: browsers are sent away, and nothing reaches the pages any more."""
        for client in [each for each in Client.instances.values() if _key_of(each) in session_keys]:
            await _send_away(client)

    @asynccontextmanager
    async def looked_after(self, sessions: Sessions) -> AsyncIterator[None]:
        """During the block, close pages whose sessions are over."""
        task = asyncio.create_task(self._look_after(sessions), name="pages")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def look(self, sessions: Sessions) -> None:
        """Close pages whose sessions are over. While PostgreSQL is away, that is not known of any."""
        used, self._used = self._used, set()
        keys = {key for key in map(_key_of, Client.instances.values()) if key is not None}
        if not keys:
            return
        try:
            live = await sessions.still_open(keys, used=used & keys)
        except AmendsError as error:
            self._used |= used
            log.warning("console.sessions_unknown", code=error.code.value)
            return
        await self.end(keys - live)

    async def _look_after(self, sessions: Sessions) -> None:
        while True:
            await asyncio.sleep(LOOKED_AFTER_EVERY.total_seconds())
            try:
                await self.look(sessions)
            except Exception:  # after one fault, pages would stay open whose sessions are over
                log.exception("console.pages_not_looked_after")


def _key_of(client: Client) -> str | None:
    session = client.request.scope.get("state", {}).get(SESSION)
    return session.session_key if isinstance(session, Session) else None


async def _send_away(client: Client) -> None:
    if client.is_deleted:
        return
    sockets = [sid for sid, _ in core.sio.manager.get_participants(_NAMESPACE, client.id)]
    # Past the page's own outbox, which is emptied only while the page is there; it is heard of no more from here on.
    client.delete()
    await core.sio.emit("run_javascript", {"code": _way_out(client)}, room=client.id)
    for sid in sockets:
        await core.sio.disconnect(sid)


def _way_out(client: Client) -> str:
    """Sends the browser away, to where whoever logs in again comes back to the same page from. The page that somebody
    has just logged out on is about to leave for the identity provider: it has a moment to do so.
    """
    url = client.request.url
    here = f"{url.path}?{url.query}" if url.query else url.path
    target = json.dumps(f"{LOGGED_OUT}?{urlencode({'next': here})}")
    return f"setTimeout(() => window.location.assign({target}), {_PATIENCE_MILLISECONDS})"
