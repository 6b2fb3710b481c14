"""The console as one application: its pages on NiceGUI, and around them whoever lets people in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI
from nicegui import __version__ as nicegui_version
from nicegui import app as pages_app
from nicegui import ui
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from starter.console import administration, board, complaint, filing, nowhere, queue
from starter.console.frame import RECONNECT_WITHIN_SECONDS, STATIC, offer_pages
from starter.console.guard import Guard
from starter.console.login import Login
from starter.console.office import Office
from starter.console.texts import texts

PAGES = (queue, complaint, filing, board, administration, nowhere)
"""The rooms whose modules declare pages."""

_OWN_FILES = Path(__file__).parent / "static"
_ICON = _OWN_FILES / "icon.svg"
_MESSAGES_KEPT = 200
"""Of what was sent to a page; a browser that was away for a moment gets what it missed."""

_COLOURS = {"primary": "#0b5cad", "positive": "#1b6e3c", "negative": "#b3261e", "warning": "#8a5200"}


def create_app(office: Office, login: Login, *, origin: str) -> ASGIApp:
    """The console on this process's connections, which stay the caller's to close. Browsers find it at `origin`."""
    return Guard(
        create_pages(office, [*login.routes, *board.routes(office)]),
        sessions=office.sessions,
        pages=office.pages,
        origin=origin,
    )


def create_pages(office: Office, routes: Sequence[BaseRoute] = ()) -> FastAPI:
    """The pages, and other routes, without anybody who lets people in. There is one console in a process."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes += [
        Route("/healthz", _alive),
        Route("/", _home),
        Route("/favicon.ico", _icon),
        Mount(STATIC, StaticFiles(directory=_OWN_FILES)),
        *routes,
    ]
    texts()  # read now, not while the first page waits
    # NiceGUI's own files are open to all: what is none of them is no page, for which somebody would have to be there.
    pages_app.router.routes.append(Route(f"/_nicegui/{nicegui_version}/{{path:path}}", _no_file))
    offer_pages(office)
    pages_app.colors(**_COLOURS)
    ui.run_with(
        app,
        title="Amends",
        favicon=_ICON,
        binding_refresh_interval=None,
        reconnect_timeout=RECONNECT_WITHIN_SECONDS,
        message_history_length=_MESSAGES_KEPT,
        tailwind=False,
        show_welcome_message=False,
    )
    return app


async def _alive(_: object) -> JSONResponse:
    return JSONResponse({"status": "alive", "pid": os.getpid()})


async def _no_file(_: object) -> PlainTextResponse:
    return PlainTextResponse("there is no such file", 404)


async def _icon(_: object) -> FileResponse:
    return FileResponse(_ICON)


async def _home(_: object) -> RedirectResponse:
    return RedirectResponse("/queue")
