"""Saves the tables of the board as files that spreadsheets open: over HTTP, behind the same session as the pages."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from starter.console.board.address import Wish
from starter.console.board.card import EXPORT
from starter.console.board.figure_table import Column, FigureTable, Kind, Value
from starter.console.board.seen import Seen
from starter.console.board.tables import TABLES
from starter.console.board.wording import Wording
from starter.console.office import Office
from starter.console.preferences import language_of
from starter.console.refusals import in_words
from starter.console.sessions import Session
from starter.figures.at_hand import figures_at_hand
from starter.figures.leading import lines_of
from workflows.contract.errors import AmendsError

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_HOUR = timedelta(hours=1)


def routes(office: Office) -> list[Route]:
    """`GET /board/export/{figure}.csv`, with the parameters of the board's address."""

    async def export(request: Request) -> Response:
        try:
            return await _answer(office, request)
        except AmendsError as error:
            return PlainTextResponse(in_words(error, language_of(request)), error.code.http_status)

    return [Route(f"{EXPORT}/{{figure}}.csv", export, methods=["GET"])]


async def _answer(office: Office, request: Request) -> Response:
    session: Session = request.scope["state"]["session"]
    caller = await office.admit(session, request_id=str(uuid4()))
    if (make := TABLES.get(request.path_params["figure"])) is None:
        return PlainTextResponse("", 404)
    settings, wish = office.settings, Wish.of(request.query_params)
    asked = wish.asked(caller, settings.see_all, datetime.now(UTC), settings.time_zone)
    figures = await figures_at_hand(office.counting).of(asked)
    wording = Wording(language_of(request), settings.time_zone)
    table = make(Seen(figures, wish, lines_of(caller.actor), wording))
    name = f"amends-{table.name}-{asked.period.first}-{asked.period.last}.csv"
    return Response(
        as_csv(table, wording),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def as_csv(table: FigureTable, wording: Wording) -> bytes:
    """The table in UTF-8 with the mark by which Excel knows it. Shares are parts of one, lengths of time are hours; no
    text is taken for a formula.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([_text(_heading(column, wording)) for column in table.columns])
    for row in (*table.rows, *([table.total] if table.total else [])):
        writer.writerow([_plain(cell.value, wording) for cell in row])
    return file.getvalue().encode("utf-8-sig")


def _heading(column: Column, wording: Wording) -> str:
    heading = column.heading or wording.say(f"board.columns.{column.name}")
    return wording.say("board.in_hours", heading=heading) if column.kind is Kind.LENGTH else heading


def _plain(value: Value, wording: Wording) -> str | int | float:
    if isinstance(value, bool):
        return wording.say("board.is_so") if value else ""
    if isinstance(value, timedelta):
        return round(value / _HOUR, 4)
    if isinstance(value, datetime):
        return value.astimezone(wording.moments.zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 4)
    return _text(value or "") if not isinstance(value, int) else value


def _text(text: str) -> str:
    """With an apostrophe before what a spreadsheet would reckon."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
