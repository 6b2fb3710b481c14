"""What all pages have in common: who may open them, their language and colours, the header, and errors in words."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from copy import copy
from datetime import UTC, datetime
from importlib.metadata import version
from uuid import uuid4

import structlog
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from nicegui import Client, ui
from nicegui.language import Language as QuasarLanguage

from starter.console.header import header
from starter.console.login_pages import LOGIN
from starter.console.office import Office
from starter.console.plain import away
from starter.console.preferences import language_of, theme_of
from starter.console.sessions import Session
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Language

RECONNECT_WITHIN_SECONDS = 15.0
"""For so long the server keeps a page whose browser is away; after that it is made anew, and drafts are put back."""

ANSWERED_WITHIN_SECONDS = 15.0
"""Longer than the servers have to answer one after the other: that they do not is said by the page, not by NiceGUI."""

STATIC = f"/static/{version('amends')}"
"""Where our own files are; browsers keep those of a version."""

OF_THE_SCRIPT = ("left", "overdue")
"""The texts that `console.js` says."""

QUASAR_LANGUAGES: dict[Language, QuasarLanguage] = {Language.ZH: "zh-CN", Language.EN: "en-GB"}

log = structlog.get_logger(__name__)

Build = Callable[[Visit], Awaitable[None]]
"""Builds the content of a page."""


def staff_page(path: str, title: str) -> Callable[[Build], Build]:
    """Make a function the content of a page for members of staff.

    Args:
        path: of the page; what is in braces in it is in `visit.query` beside the parameters of the address.
        title: the key of its title, `queue.title`.
    """

    def declare(build: Build) -> Build:
        PAGES.append((path, title, build))
        return build

    return declare


PAGES: list[tuple[str, str, Build]] = []
"""All pages, as their modules declare them."""


def offer_pages(office: Office) -> None:
    """Let NiceGUI serve all pages that are declared."""
    for path, title, build in sorted(PAGES, key=lambda page: ":path" in page[0]):  # what takes any address comes last
        _offer(office, path, title, build)


def _offer(office: Office, path: str, title: str, build: Build) -> None:
    async def page(request: Request, client: Client) -> Response | None:
        session: Session = request.scope["state"]["session"]
        try:
            caller = await office.admit(session, request_id=str(uuid4()))
        except AmendsError as error:
            if error.code is ErrorCode.UNAUTHENTICATED:
                return RedirectResponse(LOGIN)
            log.warning("console.caller_unknown", code=error.code.value, reason=str(error), path=path)
            return away(request)
        query = {**request.query_params, **request.path_params}
        visit = Visit(office, session, caller, client, language=language_of(request), query=query)
        _dress(client, visit, title, theme_of(request))
        await _build(visit, build)
        return None

    ui.page(path, reconnect_timeout=RECONNECT_WITHIN_SECONDS, response_timeout=ANSWERED_WITHIN_SECONDS)(page)


def _dress(client: Client, visit: Visit, title: str, dark: bool | None) -> None:
    own = copy(client.page)  # pages are shared by all who open them, language and colours are not
    own.language, own.dark = QUASAR_LANGUAGES[visit.language], dark
    client.page = own
    client.title = f"{visit.say(title)} · Amends"
    client.on_exception(lambda error: _said(visit, error))
    ui.add_head_html(_head(visit))
    header(visit)


def _head(visit: Visit) -> str:
    """Our own style and script, and what the script needs to know."""
    texts = json.dumps({name: visit.say(f"frame.{name}") for name in OF_THE_SCRIPT}).replace("<", "\\u003c")
    now_milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    return (
        f'<link rel="stylesheet" href="{STATIC}/console.css">'
        f"<script>amendsTexts = {texts}; amendsNow = {now_milliseconds};</script>"
        f'<script src="{STATIC}/console.js" defer></script>'
    )


async def _build(visit: Visit, build: Build) -> None:
    with ui.element("div").classes("page").props('id="main" tabindex="-1"') as content:  # within NiceGUI's own <main>
        try:
            await build(visit)
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader is told, and the log has it
            refusal = _refusal_of(visit, error)
            visit.client.status_code = refusal.code.http_status
            content.clear()
            with content:
                refused(visit, refusal)


def refused(visit: Visit, error: AmendsError) -> None:
    """What there is instead of a page, or of a part of it."""
    with ui.column().classes("refused").props('role="alert"'):
        ui.icon("report", size="md").props('aria-hidden="true"')
        ui.label(visit.refusal(error))
        if error.code.is_silence:
            ui.element("try-again").props(f'says="{visit.say("frame.trying_again")}"')
        ui.link(visit.say("frame.to_the_queue"), "/queue")


def _said(visit: Visit, error: Exception) -> None:
    visit.complain(_refusal_of(visit, error))


def _refusal_of(visit: Visit, error: Exception) -> AmendsError:
    """What is expected to be refused; of everything else, a mark by which the log has it."""
    if isinstance(error, AmendsError):
        return error
    mark = uuid4().hex[:8]
    log.error("console.failed", mark=mark, path=visit.client.page.path, exc_info=error)
    return AmendsError(ErrorCode.FAILED, f"[{mark}]")
