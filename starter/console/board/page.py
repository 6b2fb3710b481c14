"""How the desk is doing: the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from nicegui import background_tasks, ui

from starter.console.board.address import Wish
from starter.console.board.seen import Seen
from starter.console.board.view import BoardView
from starter.console.board.wording import Wording
from starter.console.frame import STATIC, staff_page
from starter.console.visit import Visit
from starter.feed import Change
from starter.figures.at_hand import KEPT_FOR, figures_at_hand
from starter.figures.leading import lines_of
from workflows.contract.errors import AmendsError

PATIENCE = timedelta(seconds=1)
"""Figures that are not there by then come after the page."""


@staff_page("/board", "frame.board")
async def board(visit: Visit) -> None:
    """How the desk is doing."""
    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC}/board.css">')
    wish, zone = Wish.of(visit.query), visit.office.settings.time_zone
    wording = Wording(visit.language, zone)
    view = BoardView(visit, wish, wording)

    async def count(of: datetime | None = None) -> None:
        caller = await visit.now_calling()
        asked = wish.asked(caller, visit.see_all, datetime.now(UTC), zone)
        at_hand = figures_at_hand(visit.office.counting)
        figures = await (at_hand.counted_after(asked, of) if of else at_hand.of(asked))
        if not visit.client.is_deleted:
            view.show(Seen(figures, wish, lines_of(caller.actor), wording))

    async def renew(_: Sequence[Change]) -> None:
        await count(datetime.now(UTC))

    async def later() -> None:
        with visit.client:
            try:
                await count()
            except AmendsError as error:
                view.fail(error)

    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await count()
    except TimeoutError:
        background_tasks.create(later(), name="figures of the board")
    visit.on_news(renew, at_most_every=KEPT_FOR)
