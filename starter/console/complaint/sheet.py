"""The page of one complaint while somebody looks at it: its parts where they stand, and what is renewed when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog
from nicegui import background_tasks, ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from infra.db.tables import MailStatus
from starter.console.commands.bar import CommandBar
from starter.console.complaint import paper
from starter.console.complaint.clocks import kinds_of_time
from starter.console.complaint.dossier import LETTERS_AT_ONCE, Dossier, Dossiers, Source
from starter.console.complaint.event_looks import KINDS
from starter.console.complaint.letters import readable
from starter.console.complaint.parts import Clocks, Head, Letters, Sections, TheirWords, Timeline
from starter.console.complaint.story import in_a_line, tell
from starter.console.complaint.why import zone_of
from starter.console.complaint.wording import Wording
from starter.console.frame import refused
from starter.console.visit import Visit
from starter.feed import Change
from workflows.contract.errors import AmendsError, ErrorCode

ASK_AGAIN = timedelta(seconds=4)
"""How long after a case could not be asked it is asked again."""

LETTERS_LEAVE = (timedelta(seconds=1), timedelta(seconds=3), timedelta(seconds=10))
"""When to look again whether letters that were waiting to be sent have left."""

log = structlog.get_logger(__name__)

_NOT_THEIRS_ANY_MORE = (ErrorCode.UNKNOWN_REFERENCE, ErrorCode.UNAUTHENTICATED)


class Sheet:
    """The parts of the page, and what they show.

    Args:
        visit: the page.
        dossiers: reads the complaint.
        dossier: as it was read first.
    """

    def __init__(self, visit: Visit, dossiers: Dossiers, dossier: Dossier) -> None:
        self._visit = visit
        self._dossiers = dossiers
        self._dossier = dossier
        self._letters_shown = LETTERS_AT_ONCE
        self._last_told = dossier.events[-1].sequence if dossier.events else 0
        self._is_asking = self._is_looking = False
        self._renewing = asyncio.Lock()
        self._content = ui.element("div").classes("complaint")
        with self._content:
            self._build()

    async def begin(self) -> None:
        """Show what was read, and from now on what happens."""
        self._wire()
        await self._show(self._dossier)
        self._visit.on_news(self._news, reference=self._dossier.file.reference)
        background_tasks.create(_quietly(self._catch_up()), name="what happened before a page listened")

    def _build(self) -> None:
        with ui.element("div").classes("complaint-top"):
            self._state = ui.element("div").props('role="status"')
            self._head = Head()
            self._bar = ui.element("div").classes("complaint-commands")
            with self._bar:
                self._commands = CommandBar(self._visit, self._dossier.file.reference)
        with ui.element("div").classes("complaint-story surface"):
            self._words = TheirWords()
            self._timeline = Timeline()
        self._now = ui.element("div").classes("complaint-now surface")
        with self._now:
            self._duties = Sections()
            self._clocks = Clocks()
            self._work = Sections()
        with ui.element("div").classes("complaint-about surface"):
            self._about = Sections()
            self._letters = Letters()
        self._heard = ui.label().classes("for-readers").props('role="status" aria-live="polite"')

    def _wire(self) -> None:
        """What does not change: texts of the parts, and what they ask for."""
        say, wording = self._visit.say, self._wording(self._dossier)
        long = {"more": say("complaint.more"), "less": say("complaint.less")}
        self._words.props.update(title=say("complaint.words"), text=self._dossier.file.text, says=long)
        self._head.props["says"] = {name: say(f"complaint.head.{name}") for name in ("copy", "copied", "next_limit")}
        for part in (self._duties, self._work, self._about):
            part.props["says"] = long
            self._on(part, "act", self._act)
        story = ("title", "filter", "newest_first", "oldest_first", "earlier", "nothing", "number", "is_new")
        self._timeline.props["says"] = {**long, **{name: say(f"complaint.story.{name}") for name in story}}
        self._timeline.props["kinds"] = {kind: say(f"events.kind.{kind}") for kind in ("all", *KINDS)}
        self._timeline.put(tell(self._dossier.events, wording))
        columns = [say(f"complaint.ledger.{name}") for name in ("from", "lasts", "booked", "counted", "department")]
        clocks = {name: say(f"complaint.clocks.{name}") for name in ("title", "none", "ended", "why", "ledger", "now")}
        self._clocks.props.update(says={**long, **clocks, "columns": columns}, kinds=kinds_of_time(wording))
        letters = {name: say(f"complaint.letters.{name}") for name in ("title", "none", "loading", "more_letters")}
        self._letters.props["says"] = {**long, **letters}
        self._on(self._clocks, "opened", self._renew_clocks)
        self._on(self._letters, "read", self._read_letter)
        self._on(self._letters, "more", self._more_letters)
        self._on(self._timeline, "earlier", self._earlier)

    def _on(self, part: Element, event: str, act: Callable[[GenericEventArguments], Awaitable[None]]) -> None:
        """Have the page act on an event, and say what it was refused."""
        guarded = self._visit.guarded(act)
        part.on(event, lambda arguments: guarded(arguments))  # noqa: PLW0108 - NiceGUI looks at how many it takes

    def _wording(self, dossier: Dossier) -> Wording:
        zone = self._visit.office.settings.time_zone
        return Wording(self._visit.language, zone, dossier.names, reader=self._visit.caller.actor.subject)

    async def _show(self, dossier: Dossier) -> None:
        """Bring every part up to date, the commands last: they name what the reader sees beside them."""
        self._dossier = dossier
        wording = self._wording(dossier)
        self._say_where_from(dossier, wording)
        self._head.put(paper.head_of(dossier, wording))
        self._duties.put(paper.duties_of(dossier, wording))
        self._work.put(paper.work_of(dossier, wording))
        self._about.put(paper.about_of(dossier, wording))
        self._put_clocks(dossier)
        self._put_letters(dossier, wording)
        for part in (self._bar, self._now):
            part.set_visibility(dossier.view is not None)
        if dossier.view:
            await self._commands.show(dossier.view, dossier.allowed)
        elif dossier.source is Source.AWAY:
            self._ask_again()

    def _say_where_from(self, dossier: Dossier, wording: Wording) -> None:
        self._state.clear()
        if dossier.source is Source.LIVE:
            return
        as_of = wording.moments.full(dossier.file.updated_at)
        with self._state, ui.element("p").classes("banner warn"):
            ui.icon("cloud_off" if dossier.source is Source.AWAY else "inventory_2").props('aria-hidden="true"')
            ui.label(wording.say(f"complaint.source.{dossier.source.value}", as_of=as_of))

    def _put_clocks(self, dossier: Dossier) -> None:
        view, settings = dossier.view, self._visit.office.settings
        zone = zone_of(view, settings.time_zone) if view else settings.time_zone
        self._clocks.put(paper.clocks_of(dossier, Wording(self._visit.language, zone, dossier.names)))

    def _put_letters(self, dossier: Dossier, wording: Wording) -> None:
        self._letters.put(paper.letters_of(dossier, wording, self._letters_shown))
        self._letters.props["more"] = len(dossier.letters) > self._letters_shown
        if any(each.status == MailStatus.PENDING for each in dossier.letters):
            self._look_whether_they_left()

    async def _read(self, *, after: int) -> Dossier:
        caller = await self._visit.now_calling()
        return await self._dossiers.read(caller, letters=self._letters_shown, after=after)

    async def _renew(self) -> None:
        """Read it anew, and tell what has happened since; one after the other, so that what is shown is the last."""
        async with self._renewing:
            await self._read_and_tell()

    async def _read_and_tell(self) -> None:
        try:
            dossier = await self._read(after=self._last_told)
        except AmendsError as error:
            if error.code not in _NOT_THEIRS_ANY_MORE:
                self._ask_again()
                raise
            self._content.clear()
            with self._content:
                refused(self._visit, error)
            return
        if dossier.events:
            self._last_told = dossier.events[-1].sequence
            told = tell(dossier.events, self._wording(dossier))
            self._timeline.add(told)
            happened = " ".join(in_a_line(each) for each in told)
            self._heard.text = self._visit.say("complaint.happened", what=happened)
        await self._show(dossier)

    async def _news(self, changes: Sequence[Change]) -> None:
        if any(change.sequence > self._last_told for change in changes):
            await self._renew()

    async def _catch_up(self) -> None:
        """What happened after it was read and before the page listened, nobody tells."""
        last = await self._dossiers.last_number(await self._visit.now_calling())
        if last > self._last_told and not self._visit.client.is_deleted:
            with self._visit.client:
                await self._renew()

    def _ask_again(self) -> None:
        """Once the case answers again, show it."""

        async def ask() -> None:
            await asyncio.sleep(ASK_AGAIN.total_seconds())
            self._is_asking = False
            if not self._visit.client.is_deleted:
                with self._visit.client:
                    await self._renew()

        if not self._is_asking:
            self._is_asking = True
            background_tasks.create(_quietly(ask()), name="a case that was away")

    def _look_whether_they_left(self) -> None:
        """Letters leave a moment after they were written, of which there is no news."""

        async def look() -> None:
            try:
                for pause in LETTERS_LEAVE:
                    await asyncio.sleep(pause.total_seconds())
                    if self._visit.client.is_deleted:
                        return
                    dossier = await self._read(after=self._last_told)
                    with self._visit.client:
                        self._letters.put(paper.letters_of(dossier, self._wording(dossier), self._letters_shown))
                    if not any(each.status == MailStatus.PENDING for each in dossier.letters):
                        return
            finally:
                self._is_looking = False

        if not self._is_looking:
            self._is_looking = True
            background_tasks.create(_quietly(look()), name="letters of a case")

    async def _act(self, event: GenericEventArguments) -> None:
        await self._commands.open(str(event.args))

    async def _renew_clocks(self, _: GenericEventArguments) -> None:
        """What has run since belongs into a ledger that somebody opens."""
        self._put_clocks(await self._read(after=self._last_told))

    async def _read_letter(self, event: GenericEventArguments) -> None:
        body = await self._dossiers.body(await self._visit.now_calling(), str(event.args))
        if body is not None:
            self._letters.show(str(event.args), readable(body))

    async def _more_letters(self, _: GenericEventArguments) -> None:
        self._letters_shown += LETTERS_AT_ONCE
        dossier = await self._read(after=self._last_told)
        self._put_letters(dossier, self._wording(dossier))

    async def _earlier(self, event: GenericEventArguments) -> None:
        try:
            events = await self._dossiers.earlier(await self._visit.now_calling(), int(event.args))
        except AmendsError:
            self._timeline.wait_no_longer()
            raise
        self._timeline.add_earlier(tell(events, self._wording(self._dossier)))


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    """Do what nobody has asked for: what it is refused goes to the log."""
    try:
        await work
    except AmendsError as error:
        log.warning("console.not_renewed", code=error.code.value)
