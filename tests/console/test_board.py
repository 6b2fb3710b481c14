"""The board without a browser: its address, its tables and charts, and the files that are saved of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from starter.console.board.address import Wish, in_queue
from starter.console.board.export import as_csv
from starter.console.board.figure_table import Cell, Column, FigureTable, Kind
from starter.console.board.seen import Seen
from starter.console.board.tables import TABLES
from starter.console.board.tiles import tiles_of
from starter.console.board.view import DRAWN
from starter.console.board.wording import Wording
from starter.console.queue.address import view_of_query
from starter.console.texts import texts
from starter.figures.arrivals import Hot
from starter.figures.endings import Ended, Endings
from starter.figures.lag import Lag
from starter.figures.leading import Lines
from starter.figures.lengths import Length
from starter.figures.measuring import Figures, Person
from starter.figures.replies import Replies
from starter.figures.standing import Open, Urgency
from workflows.contract.vocabulary import Language, Nature, Status

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERVICE, TECHNICAL = "customer_service", "technical_support"
FORMULA = '=HYPERLINK("http://evil.example")'
DONE = Ended(Length(DAY, 3 * DAY), 14, 12, 9, 10, 2, 11, 8, 8, 6, 7, 28)

FIGURES = Figures(
    asked=Wish().asked(None, (), NOW, "Asia/Shanghai"),  # type: ignore[arg-type] # whoever asks
    as_of=NOW,
    departments={
        SERVICE: {Language.EN: "Customer Service", Language.ZH: "客户服务部"},
        TECHNICAL: {Language.EN: "Technical Support", Language.ZH: "技术支持部"},
    },
    people={
        "zhou.qi": Person("周琦", SERVICE, contractor=False, active=True),
        "luo.jie": Person("罗洁", SERVICE, contractor=True, active=True),
        "he.jun": Person("何俊", TECHNICAL, contractor=False, active=False),
    },
    first=NOW - 400 * DAY,
    open=(
        Open(SERVICE, "zhou.qi", Status.ASSIGNED, Urgency.OVERDUE, breached=True, count=2, oldest=NOW - 9 * DAY),
        Open(SERVICE, "luo.jie", Status.WAITING, Urgency.AT_RISK, breached=False, count=3, oldest=NOW - 2 * DAY),
        Open(TECHNICAL, "he.jun", Status.ASSIGNED, Urgency.ON_TRACK, breached=False, count=4, oldest=NOW - DAY),
    ),
    received={date(2026, 11, 20): 15, date(2026, 11, 22): 5},
    received_before=16,
    hot=(Hot(Nature.QUALITY, FORMULA, None, 12, 2), Hot(Nature.QUALITY, None, TECHNICAL, 12, 3)),
    endings=Endings(
        DONE, {SERVICE: DONE}, {"zhou.qi": DONE, "luo.jie": Ended(handled=3)}, {date(2026, 11, 21): 14}, {}
    ),
    replies={None: Replies(20, 18, Length(HOUR, 5 * HOUR)), SERVICE: Replies(20, 18, Length(HOUR, 5 * HOUR))},
    one_in=1,
    lag=Lag(NOW - HOUR, 3, Length(HOUR / 3600, HOUR / 1800), 1, NOW - HOUR, 0, None),
)
EVERYBODY = Lines("xu.ming", everybody=True)


def seen(language: Language = Language.EN, *, lines: Lines = EVERYBODY, **changes: Any) -> Seen:
    return Seen(replace(FIGURES, **changes), Wish(), lines, Wording(language, "Asia/Shanghai"))


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"days": "7"},
        {"days": "365", "department": SERVICE, "within": "72"},
        {"from": "2026-10-01", "to": "2026-10-31", "department": SERVICE},
    ],
)
def test_the_address_says_what_is_asked_for(query: dict[str, str]) -> None:
    wish = Wish.of(query)
    assert wish.query() == query
    assert not wish.faults
    assert Wish.of(wish.query()) == wish


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ({"days": "8"}, ("days",)),
        ({"days": "many", "within": "1"}, ("days", "within")),
        ({"from": "2026-10-01"}, ("from", "to")),
        ({"from": "2026-10-02", "to": "2026-10-01"}, ("from", "to")),
        ({"from": "yesterday", "to": "2026-10-01"}, ("from", "to")),
        ({"from": "0001-01-01", "to": "2026-10-01"}, ("from", "to")),
    ],
)
def test_what_makes_no_sense_in_an_address_is_named(query: dict[str, str], faults: tuple[str, ...]) -> None:
    wish = Wish.of(query)
    assert wish.faults == faults
    assert replace(wish, faults=()) == Wish()


def test_days_of_ones_own_take_the_place_of_the_last_so_many() -> None:
    wish = Wish.of({"days": "90", "from": "2026-10-01", "to": "2026-10-31"})
    assert (wish.days, wish.first, wish.last) == (None, date(2026, 10, 1), date(2026, 10, 31))


def _links(table: FigureTable) -> Iterator[str]:
    return (cell.link for row in (*table.rows, table.total) for cell in row if cell.link)


def test_every_way_to_the_queue_is_one_that_the_queue_understands() -> None:
    links = [link for make in TABLES.values() for link in _links(make(seen()))]
    links += [tile.link for tile in tiles_of(seen()) if tile.link]
    assert len(links) > 20
    for link in links:
        path, _, query = link.partition("?")
        assert path == "/queue"
        assert not view_of_query(query)[1], link
    assert in_queue(status=Status.ASSIGNED, breached=True) == "/queue?tab=all&status=assigned&breached=true"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_whole_and_every_chart_shows_what_its_table_says(name: str, language: Language) -> None:
    table = TABLES[name](seen(language))
    assert table.has_any
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(table.total) in (0, len(table.columns))
    assert {f"board.{name}.{part}" for part in ("title", "nothing", "how")} <= set(texts())
    if name in DRAWN:
        chart = DRAWN[name](seen(language), table)
        assert chart.summary
        assert chart.height > 100
        drawn = [series["data"] for series in chart.options["series"]]
        assert all(len(data) == len(drawn[0]) for data in drawn)


def test_the_numbers_are_those_of_the_figures() -> None:
    limits = TABLES["limits"](seen())
    assert limits.words("department") == ["Customer Service", "Technical Support"]
    assert [limits.counts(name) for name in ("open", "overdue", "at_risk", "on_track", "breached")] == [
        [5, 4],
        [2, 0],
        [3, 0],
        [0, 4],
        [2, 0],
    ]
    assert limits.count_in_all("open") == 9
    assert TABLES["status"](seen()).counts("assigned") == [2, 4]
    satisfaction = TABLES["satisfaction"](seen())
    assert satisfaction.in_all("solved_share").value == 6 / 8
    assert satisfaction.in_all("score").value == 4.0
    trend = TABLES["trend"](seen())
    assert [sum(trend.counts(name)) for name in ("received", "closed", "reopened")] == [20, 14, 0]
    assert len(trend.rows) == 30
    tiles = {tile.name: (tile.value, tile.note) for tile in tiles_of(seen())}
    assert tiles["received"] == ("20", "+25%, 16 before")
    assert tiles["on_time"] == ("75%", "of 12")
    assert tiles["first_reply"] == ("1h 0m", "median; 9 in 10 within 5h 0m")


def test_nothing_is_compared_with_a_time_of_which_there_is_not_all() -> None:
    young = seen(first=NOW - 20 * DAY)
    assert not TABLES["hot"](young).rows
    assert "nothing to compare with" in {tile.note for tile in tiles_of(young)}


def test_peoples_lines_are_those_that_are_shown() -> None:
    def people(lines: Lines) -> tuple[list[str], list[str], list[str]]:
        tables = [TABLES[name](seen(lines=lines)) for name in ("workload", "recognition", "contractors")]
        workload, recognition, contractors = [[str(row[0].value) for row in table.rows] for table in tables]
        return workload, recognition, contractors

    assert people(EVERYBODY) == (["何俊", "罗洁", "周琦"], ["周琦", "罗洁"], ["Employees", "Contractors"])
    assert people(Lines("tom.hale", frozenset({SERVICE}))) == (
        ["罗洁", "周琦"],
        ["周琦", "罗洁"],
        ["Employees", "Contractors"],
    )
    assert people(Lines("luo.jie")) == (["罗洁"], ["罗洁"], [])
    assert people(Lines("nobody")) == ([], [], [])


def test_contractors_stand_beside_employees_in_sums() -> None:
    sides = TABLES["contractors"](seen())
    assert [sides.counts(name) for name in ("people", "open", "overdue", "handled")] == [
        [2, 1],
        [6, 3],
        [2, 0],
        [12, 3],
    ]
    assert [cell.value for cell in sides.cells("on_time_share")] == [9 / 12, 0.0]


def test_with_nothing_on_file_every_table_is_empty_and_no_number_is_made_up() -> None:
    nothing = seen(
        open=(),
        received={},
        received_before=0,
        hot=(),
        replies={},
        endings=Endings(Ended(), {}, {}, {}, {}),
        first=None,
    )
    for name, make in TABLES.items():
        assert name == "lag" or not make(nothing).has_any, name
    values = {tile.name: tile.value for tile in tiles_of(nothing)}
    assert {values[name] for name in ("first_reply", "resolution", "solved", "on_time")} == {"–"}


def _read(saved: bytes) -> list[list[str]]:
    assert saved.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(saved.decode("utf-8-sig"))))


def test_a_saved_table_opens_in_a_spreadsheet_and_computes_nothing() -> None:
    wording = Wording(Language.EN, "Asia/Shanghai")
    heading, first, *_ = _read(as_csv(TABLES["hot"](seen()), wording))
    assert heading == ["Nature", "Product", "Department", "Now", "Before", "More"]
    assert first == ["Quality", f"'{FORMULA}", "All", "12", "2", "10"]
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'say "so"\n=1', "a=1", "−1"]
    table = FigureTable("hot", (Column("product", Kind.THEIRS),), [[Cell(text)] for text in hostile])
    saved = [row[0] for row in _read(as_csv(table, wording))[1:]]
    assert saved == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", 'say "so"\n=1', "a=1", "−1"]


def test_numbers_are_saved_as_numbers() -> None:
    columns = (
        Column("more", Kind.COUNT),
        Column("solved_share", Kind.SHARE),
        Column("reply_median", Kind.LENGTH),
        Column("oldest", Kind.MOMENT),
        Column("recognised", Kind.MARK),
        Column("score", Kind.SCORE),
    )
    row = [Cell(-3), Cell(2 / 3), Cell(90 * HOUR / 60), Cell(NOW), Cell(value=True), Cell(None)]
    heading, saved = _read(as_csv(FigureTable("speed", columns, [row]), Wording(Language.EN, "Asia/Shanghai")))
    assert heading[2] == "First reply: median (hours)"
    assert saved == ["-3", "0.6667", "1.5", "2026-11-22T20:00:00+08:00", "✓ Yes", ""]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, ["1,234", "3.5", "67%", "3d 4h", "5h 0m", "12s", "0.2s", "–"]),
        (Language.ZH, ["1,234", "3.5", "67%", "3天4小时", "5小时0分钟", "12秒", "0.2秒", "–"]),
    ],
)
def test_figures_are_written_as_people_read_them(language: Language, said: list[str]) -> None:
    wording = Wording(language, "Asia/Shanghai")
    lengths = (3 * DAY + 4 * HOUR + HOUR / 2, 5 * HOUR, 12 * HOUR / 3600, 0.2 * HOUR / 3600)
    assert [
        wording.value(1234, Kind.COUNT),
        wording.value(3.5, Kind.SCORE),
        wording.value(2 / 3, Kind.SHARE),
        *(wording.value(length, Kind.LENGTH) for length in lengths),
        wording.value(None, Kind.SHARE),
    ] == said
