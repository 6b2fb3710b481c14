"""The parts of the page as elements: each draws plain data in the browser, so that a part is one element here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui.element import Element


class Part(Element, esm={"amends-complaint": "browser"}):
    """A part that is drawn from its content.

    The content is kept as one JSON text, of which a page that stays open needs little memory, and which is easily
    compared: what has not changed is not sent.
    """

    def put(self, content: Mapping[str, Any] | Sequence[Any]) -> None:
        """Show this; nothing happens if it is shown already."""
        written = json.dumps(content, ensure_ascii=False)
        if self.props.get("content") != written:
            self.props["content"] = written


class Head(Part, component="browser/case_head.js"):
    """The top of the page: a `head.Head`."""


class TheirWords(Part, component="browser/case_words.js"):
    """What the complainant wrote."""


class Sections(Part, component="browser/case_sections.js"):
    """Some `pieces.Section`. Its event `act` names a command."""


class Clocks(Part, component="browser/case_clocks.js"):
    """Some `clocks.Bar`. Its event `opened` says that somebody looks at a ledger."""


class Letters(Part, component="browser/case_letters.js"):
    """Some `letters.Letter`. Its event `read` names the one whose text is wanted; `more` asks for earlier ones."""

    def show(self, message_id: str, body: str) -> None:
        """Here is the text."""
        self.run_method("show", message_id, body)


class Timeline(Part, component="browser/case_timeline.js"):
    """Some `story.Told`. Its event `earlier` asks for those before a number."""

    def add(self, events: Sequence[Any]) -> None:
        """This has happened."""
        self.run_method("add", json.dumps(events, ensure_ascii=False))

    def add_earlier(self, events: Sequence[Any]) -> None:
        """This had happened before."""
        self.run_method("addEarlier", json.dumps(events, ensure_ascii=False))

    def wait_no_longer(self) -> None:
        """What had happened before cannot be told now; it can be asked for again."""
        self.run_method("waitNoLonger")
