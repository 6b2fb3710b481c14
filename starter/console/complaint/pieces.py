"""What the page's parts are made of: plain data that the browser shows as text, and only as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NotRequired, TypeAlias, TypedDict


class Segment(TypedDict):
    """Some text on a line. It may lead somewhere, name somebody, or be what a person wrote."""

    text: str
    href: NotRequired[str]
    mark: NotRequired[Literal["who", "theirs"]]


Line: TypeAlias = list[Segment]


class Row(TypedDict):
    """A fact by its name. `due` is an instant whose time is left; `due_says` says it in full."""

    label: str
    value: Line
    due: NotRequired[str]


class Item(TypedDict):
    """One of several things: `icon` and `tone` say how it stands, `says` the same to those who do not see them."""

    text: Line
    icon: NotRequired[str]
    tone: NotRequired[str]
    says: NotRequired[str]
    note: NotRequired[Line]
    due: NotRequired[str]


class Piece(TypedDict):
    """A part of a section: facts, several things, some text in full, or how much of a whole."""

    kind: Literal["facts", "items", "prose", "meter"]
    label: NotRequired[str]
    rows: NotRequired[Sequence[Row]]
    items: NotRequired[Sequence[Item]]
    text: NotRequired[str]
    theirs: NotRequired[bool]
    share: NotRequired[float]
    says: NotRequired[str]


class Section(TypedDict):
    """A part of the page under a heading; `key` leads to it, `act` is the command that its button gives."""

    name: str
    title: str
    key: NotRequired[str]
    pieces: Sequence[Piece]
    note: NotRequired[str]
    act: NotRequired[str]
    act_says: NotRequired[str]


def plain(line: Iterable[Segment]) -> str:
    """A line as it is read out."""
    return "".join(segment["text"] for segment in line)


def words(text: str) -> Line:
    """A line of our own words."""
    return [Segment(text=text)]


def theirs(text: str) -> Line:
    """A line that a person wrote."""
    return [Segment(text=text, mark="theirs")]


def link(text: str, href: str) -> Line:
    """A line that leads somewhere."""
    return [Segment(text=text, href=href)]


def row(label: str, value: str | Line | None) -> Iterable[Row]:
    """A fact, if there is one."""
    if value:
        yield Row(label=label, value=words(value) if isinstance(value, str) else value)


def facts(rows: Iterable[Row], *, label: str = "") -> Iterable[Piece]:
    """Facts, if there are any."""
    if found := list(rows):
        yield _labelled(Piece(kind="facts", rows=found), label)


def items(things: Iterable[Item], *, label: str = "") -> Iterable[Piece]:
    """Several things, if there are any."""
    if found := list(things):
        yield _labelled(Piece(kind="items", items=found), label)


def prose(text: str | None, *, label: str = "", is_theirs: bool = False) -> Iterable[Piece]:
    """Text in full, if there is any."""
    if text:
        yield _labelled(Piece(kind="prose", text=text, theirs=is_theirs), label)


def _labelled(piece: Piece, label: str) -> Piece:
    return Piece(**piece, label=label) if label else piece
