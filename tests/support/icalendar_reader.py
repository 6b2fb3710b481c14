"""Reads iCalendar objects by the letter of RFC 5545, so that what Amends writes is not checked by what wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_OCTETS = 75
"""In a line, without its end (3.1)."""

_PARAMETER = re.compile(r';([A-Z0-9-]+)=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)')
_CONTENT_LINE = re.compile(rf"([A-Z0-9-]+)((?:{_PARAMETER.pattern})*):([^\x00-\x08\x0a-\x1f\x7f]*)")
_ESCAPED = {r"\\": "\\", r"\;": ";", r"\,": ",", r"\n": "\n", r"\N": "\n"}


@dataclass(frozen=True)
class Property:
    """A property as it stands there: a text is still escaped."""

    value: str
    parameters: dict[str, str]

    @property
    def text(self) -> str:
        """The value as a text (3.3.11)."""
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", self.value), f"not escaped: {self.value}"
        return re.sub(r"\\.", lambda found: _ESCAPED[found[0]], self.value)


@dataclass(frozen=True)
class Component:
    """A component: its properties by name, and the components inside it."""

    name: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    components: list[Component] = field(default_factory=list)

    def one(self, name: str) -> Property:
        """A property that must be there exactly once."""
        (found,) = self.properties[name]
        return found


def read_icalendar(content: bytes) -> Component:
    """The one object in there."""
    outermost = Component("")
    open_ones = [outermost]
    for name, found in _properties(content):
        if name == "BEGIN":
            component = Component(found.value)
            open_ones[-1].components.append(component)
            open_ones.append(component)
        elif name == "END":
            assert open_ones.pop().name == found.value
        else:
            open_ones[-1].properties.setdefault(name, []).append(found)
    (whole,) = outermost.components
    assert open_ones == [outermost]
    return whole


def _properties(content: bytes) -> Iterator[tuple[str, Property]]:
    lines = content.split(b"\r\n")
    assert lines.pop() == b"", "the last line must end, too"
    for line in lines:
        assert len(line) <= MOST_OCTETS, line
        line.decode()  # no character is torn by a fold: not all programs join octets
    for unfolded in re.sub(rb"\r\n[ \t]", b"", b"\r\n".join(lines)).decode().split("\r\n"):
        parts = _CONTENT_LINE.fullmatch(unfolded)
        assert parts, unfolded
        parameters = {name: value.strip('"') for name, value in _PARAMETER.findall(parts[2])}
        yield parts[1], Property(parts[parts.lastindex or 0], parameters)
