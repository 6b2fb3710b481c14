"""All tables of the board, by the names that addresses know them by, in their order on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starter.console.board import open_tables, people_tables, time_tables
from starter.console.board.figure_table import FigureTable
from starter.console.board.lag_table import lag
from starter.console.board.seen import Seen

TABLES: Mapping[str, Callable[[Seen], FigureTable]] = {
    "trend": time_tables.trend,
    "status": open_tables.by_status,
    "limits": open_tables.by_limits,
    "speed": time_tables.speed,
    "satisfaction": time_tables.satisfaction,
    "hot": time_tables.hot,
    "workload": open_tables.by_person,
    "lag": lag,
    "recognition": people_tables.recognition,
    "contractors": people_tables.contractors,
}
