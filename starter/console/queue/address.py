"""What a page of the queue shows, as its address says it: which list, with which filters, and from which place on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, TypeAdapter, ValidationError

from starter.cursor import cursor_of, place_of
from starter.inbox import InboxPlace
from starter.listing import ListPlace
from starter.wanted import Wanted
from workflows.contract.base import Instant, Line, Model, Name, Slug
from workflows.contract.errors import AmendsError
from workflows.contract.reference import parse_reference
from workflows.contract.vocabulary import Channel, Nature, Severity, Status

PATH = "/queue"
ROWS = (25, 50, 100)
"""So many a page may have."""

ROWS_DEFAULT = 50

FILTERS = (
    "text",
    "status",
    "severity",
    "department",
    "owner",
    "due_within",
    "archived",
    "nature",
    "channel",
    "breached",
    "policy",
    "parent",
)
"""The parameters that narrow a list, in the order in which addresses have them."""

_LONGEST_HOURS = 24 * 366
_YES_NO = {True: "true", False: "false"}


class Tab(StrEnum):
    """Which list."""

    MINE = "mine"
    ALL = "all"


class DuePlace(Model):
    """Where a page of complaints ended that come in the order in which they are due."""

    due_at: Instant
    reference: Line


Place = InboxPlace | ListPlace | DuePlace


class Fault(NamedTuple):
    """A parameter whose value means nothing, and is left out; `kind` is what is wrong with it."""

    parameter: str
    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class View:
    """One page of a list.

    `due_within` narrows it to what is due, or was, before so much time has passed; `rows` is how many it may have, and
    `after` the place behind which it begins.
    """

    tab: Tab = Tab.MINE
    wanted: Wanted = field(default_factory=Wanted)
    due_within: timedelta | None = None
    rows: int = ROWS_DEFAULT
    after: Place | None = None

    @property
    def is_by_due_time(self) -> bool:
        """All complaints come newest first, unless it matters when they are due."""
        return self.tab is Tab.ALL and self.due_within is not None

    @property
    def place(self) -> type[Place]:
        """What a place in this list is."""
        if self.tab is Tab.MINE:
            return InboxPlace
        return DuePlace if self.is_by_due_time else ListPlace

    def filters(self) -> dict[str, str]:
        """The filters as an address has them."""
        values = {name: _written(getattr(self.wanted, name)) for name in FILTERS if name in Wanted.__slots__}
        values["due_within"] = _written(self.due_within)
        return {name: value for name in FILTERS if (value := values[name]) is not None}

    def of_its_first_page(self) -> View:
        """The same list from its beginning."""
        return replace(self, after=None)

    def query(self) -> str:
        """The parameters of its address; the same for the same view."""
        filters = self.filters()
        said = {} if self.tab is _tab_of(filters) else {"tab": self.tab.value}
        said |= filters
        said |= {} if self.rows == ROWS_DEFAULT else {"rows": str(self.rows)}
        said |= {} if self.after is None else {"after": cursor_of(self.after.model_dump())}
        return urlencode(said)

    def address(self) -> str:
        """Where it is found."""
        query = self.query()
        return f"{PATH}?{query}" if query else PATH


def view_of(query: Mapping[str, str]) -> tuple[View, tuple[Fault, ...]]:
    """The view that an address asks for, without what means nothing in it."""
    given = {name: value.strip() for name, value in query.items() if value.strip()}
    found: dict[str, Any] = {}
    faults = [Fault(name, given.pop(name), "unknown") for name in given.keys() - _READERS.keys() - {"after"}]
    for name in given.keys() & _READERS.keys():
        try:
            found[name] = _READERS[name](given[name])
        except (ValidationError, AmendsError):
            faults.append(Fault(name, given[name], name))
    wanted = Wanted(**{name: value for name, value in found.items() if name in Wanted.__slots__})
    view = View(
        tab=found.get("tab", _tab_of(given.keys() & set(FILTERS))),
        wanted=wanted,
        due_within=found.get("due_within"),
        rows=found.get("rows", ROWS_DEFAULT),
    )
    if "after" in given:
        try:
            view = replace(view, after=place_of(given["after"], view.place))
        except AmendsError:
            faults.append(Fault("after", given["after"], "after"))
    return view, tuple(sorted(faults))


def view_of_query(query: str) -> tuple[View, tuple[Fault, ...]]:
    """The same for the parameters as they are written in an address."""
    return view_of(dict(parse_qsl(query.removeprefix("?"))))


def reference_in(text: str | None) -> str | None:
    """The reference that a search is for, if it is for one."""
    try:
        return parse_reference(text or "")
    except AmendsError:
        return None


def _tab_of(filters: object) -> Tab:
    """Who looks for something looks among all."""
    return Tab.ALL if filters else Tab.MINE


def _written(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return _YES_NO.get(value) if value is not None else None
    if isinstance(value, timedelta):
        return str(round(value / timedelta(hours=1)))
    return str(value)


def _hours(value: str) -> timedelta:
    return timedelta(hours=TypeAdapter(Annotated[int, Field(ge=1, le=_LONGEST_HOURS)]).validate_python(value))


def _rows(value: str) -> int:
    rows: int = TypeAdapter(Annotated[int, Field(ge=ROWS[0], le=ROWS[-1])]).validate_python(value)
    return min(ROWS, key=lambda each: abs(each - rows))


_READERS: dict[str, Callable[[str], Any]] = {
    "tab": TypeAdapter(Tab).validate_python,
    "text": TypeAdapter(Name).validate_python,
    "status": TypeAdapter(Status).validate_python,
    "severity": TypeAdapter(Severity).validate_python,
    "department": TypeAdapter(Slug).validate_python,
    "owner": TypeAdapter(Name).validate_python,
    "due_within": _hours,
    "archived": TypeAdapter(bool).validate_python,
    "nature": TypeAdapter(Nature).validate_python,
    "channel": TypeAdapter(Channel).validate_python,
    "breached": TypeAdapter(bool).validate_python,
    "policy": TypeAdapter(Line).validate_python,
    "parent": parse_reference,
    "rows": _rows,
}
