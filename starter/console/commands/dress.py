"""The style of command bars and forms, linked once on each page that has any."""

from __future__ import annotations

from weakref import WeakSet

from nicegui import Client, ui

from starter.console.frame import STATIC
from starter.console.visit import Visit

_DRESSED: WeakSet[Client] = WeakSet()


def dress(visit: Visit) -> None:
    """Link it, unless the page has it."""
    if visit.client not in _DRESSED:
        _DRESSED.add(visit.client)
        with visit.client:
            ui.add_head_html(f'<link rel="stylesheet" href="{STATIC}/commands.css">')
