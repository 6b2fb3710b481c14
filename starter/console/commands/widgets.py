"""Controls of our own, which keep working in the browser while the server is away: choices, and rows of things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from nicegui.element import Element
from nicegui.elements.mixins.value_element import ValueElement

from starter.console.commands.staff import Option


class Column(TypedDict, total=False):
    """One column of rows: its name, label and share of the width; `again` when the next row begins with the same."""

    name: str
    label: str
    width: str
    options: Sequence[Option]
    type: str
    inputmode: str
    again: bool


class Choice(ValueElement[Any], component="choice.js"):
    """One of some options, or with `multiple` a list of them; `all_at_once` shows them without a list to open."""

    LOOPBACK = None

    def __init__(
        self,
        options: Sequence[Option],
        value: Any,
        *,
        nothing: str,
        all_at_once: bool = False,
        multiple: bool = False,
        clearable: bool = False,
        written: bool = False,
    ) -> None:
        super().__init__(value=value)
        self._props.update(
            options=list(options),
            kind="all" if all_at_once else "list",
            multiple=multiple,
            clearable=clearable,
            nothing=nothing,
            written=written,
        )


class Rows(ValueElement[list[Mapping[str, Any]]], component="rows.js"):
    """A list of what was entered in each row, as text, by the names of the columns."""

    LOOPBACK = None

    def __init__(self, columns: Sequence[Column], *, most: int, add: str, remove: str, nothing: str) -> None:
        super().__init__(value=[])
        self._props.update(columns=list(columns), most=most, add=add, remove=remove, nothing=nothing)


class Copy(Element, component="copy.js"):
    """Lets somebody pick a file, which stays where it is; its event `facts` tells its name, type, size and SHA-256."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._props["label"] = label
