"""One page while somebody looks at it: who, in which language, and how it hears of news and says what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import uuid4

import structlog
from nicegui import Client, background_tasks, ui

from starter.access.caller import Caller
from starter.console.moments import Moments
from starter.console.office import Office
from starter.console.refusals import in_words, original
from starter.console.sessions import Session
from starter.console.texts import texts
from starter.console.why import why
from starter.feed import Change
from workflows.contract.errors import AmendsError
from workflows.contract.vocabulary import Language

AGAIN_AFTER = timedelta(seconds=2)
"""So long a page waits before it asks them again."""

log = structlog.get_logger(__name__)


class Visit:
    """Somebody at a page.

    Args:
        office: what the page needs of the outside world.
        session: that of the browser.
        caller: whom it was when the page was made; for commands ask `now_calling`.
        client: NiceGUI's, of this page.
        language: what they read.
        query: the parameters of the page's address.
    """

    def __init__(
        self,
        office: Office,
        session: Session,
        caller: Caller,
        client: Client,
        *,
        language: Language,
        query: Mapping[str, str],
    ) -> None:
        self.office = office
        self.session = session
        self.caller = caller
        self.language = language
        self.client = client
        self.query = query
        self.moments = Moments(language, office.settings.time_zone)

    @property
    def see_all(self) -> tuple[str, ...]:
        """The departments whose people see every complaint."""
        return self.office.settings.see_all

    def say(self, key: str, **values: Any) -> str:
        """A text of the console in the reader's language."""
        return texts().say(self.language, key, **values)

    def word(self, vocabulary: str, value: object) -> str:
        """A word of the contract as people say it, such as `word("status", Status.CLOSED)`; of nothing, a dash."""
        return "–" if value is None else self.say(f"vocabulary.{vocabulary}.{value}")

    def refusal(self, error: AmendsError) -> str:
        """A refusal in the reader's language."""
        return in_words(error, self.language)

    def told(self, message: str) -> str:
        """What a refusal or a finding says, in the reader's language, else as it was said."""
        return why(message, self.language) or original(message, self.language)

    async def now_calling(self) -> Caller:
        """Who is at the page now, by the session and the directory: people move, leave, and log out elsewhere.

        Raises:
            AmendsError: `unauthenticated`; `unreachable`, when it cannot be known.
        """
        return await self.office.admit(self.session, request_id=str(uuid4()))

    def tell(self, words: str) -> None:
        """Say that something went well."""
        with self.client:
            ui.notify(words, type="positive", position="bottom", timeout=6000)

    def complain(self, error: AmendsError) -> None:
        """Say why something was refused, until the reader has seen it."""
        with self.client:
            ui.notify(
                self.refusal(error),
                type="negative",
                position="bottom",
                timeout=0,
                close_button=self.say("frame.close"),
                multi_line=True,
            )

    def guarded(self, act: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The same as a handler of events that says what it was refused."""

        @wraps(act)  # NiceGUI looks at what a handler takes
        async def handler(*arguments: Any) -> None:
            try:
                await act(*arguments)
            except AmendsError as error:
                self.complain(error)

        return handler

    def on_news(
        self,
        renew: Callable[[Sequence[Change]], Awaitable[None]],
        *,
        reference: str | None = None,
        at_most_every: timedelta = timedelta(0),
    ) -> None:
        """Call `renew` with what has happened, of one complaint or of all, as long as the page is open: one call at a
        time, and what happens meanwhile or too soon in the next one. While servers are away it is called again with the
        same; of what else it is refused the reader is told once.
        """
        gathered: list[Change] = []
        is_busy = has_complained = False

        async def work() -> None:
            nonlocal is_busy, has_complained
            try:
                while gathered and not self.client.is_deleted:
                    changes = gathered.copy()
                    gathered.clear()
                    pause = at_most_every
                    try:
                        with self.client:
                            await renew(changes)
                    except AmendsError as error:
                        log.warning("console.not_renewed", code=error.code.value, path=self.client.page.path)
                        if error.code.is_silence:
                            gathered[:0] = changes
                            pause = max(pause, AGAIN_AFTER)
                        elif not has_complained:
                            has_complained = True
                            self.complain(error)
                    await asyncio.sleep(pause.total_seconds())
            finally:
                is_busy = False

        def told(changes: Sequence[Change]) -> None:
            nonlocal is_busy
            gathered.extend(changes)
            if not is_busy:
                is_busy = True
                background_tasks.create(work(), name="news of a page")

        if not self.client.is_deleted:  # whoever has gone already would be told for ever
            self.client.on_delete(self.office.news.subscribe(told, reference=reference))
