"""What open pages hear of what happens, when something fails on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nicegui import core

from starter.console import news, visit
from starter.console.news import News
from starter.console.visit import Visit
from starter.feed import Change, Feed, Page, Place
from tests.support.conditions import until
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Language

NOW = Place(1, "", 0)
FIRST, SECOND = Place(2, "", 0), Place(3, "", 0)


def change(reference: str) -> Change:
    """Something that happened to a complaint."""
    return cast("Change", SimpleNamespace(reference=reference))


@dataclass
class InterruptedFeed:
    """A feed of two pages whose listener fails between them, as often as it is told to."""

    faults: int
    asked: list[Place] = field(default_factory=list)

    async def now(self) -> Place:
        """The place after everything."""
        return NOW

    async def listen(self, after: Place) -> AsyncIterator[Page]:
        """The pages after a place."""
        self.asked.append(after)
        if after == NOW:
            yield Page([change("first")], [FIRST], FIRST, is_last=True)
        if self.faults:
            self.faults -= 1
            raise RuntimeError("nobody thought of this")
        yield Page([change("second")], [SECOND], SECOND, is_last=True)
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    for module, name in ((news, "TRY_AGAIN_AFTER"), (visit, "AGAIN_AFTER")):
        monkeypatch.setattr(module, name, getattr(module, name) * 0)


@pytest.mark.parametrize(("faults", "asked"), [(1, [NOW, FIRST]), (2, [NOW, FIRST, NOW])])
async def test_after_a_fault_it_goes_on_where_it_was_unless_that_fails_again(faults: int, asked: list[Place]) -> None:
    feed, heard = InterruptedFeed(faults), list[str]()
    told = News(cast("Feed", feed))
    told.subscribe(lambda changes: heard.extend(each.reference for each in changes))
    async with told.telling():
        await until(lambda: _is("second" in heard), "the second is told")
    assert feed.asked == asked


@dataclass
class OpenPage:
    """A page in a browser, as far as it hears of news."""

    complaints: list[ErrorCode] = field(default_factory=list)
    news: list[Callable[[Sequence[Change]], None]] = field(default_factory=list)

    def visit(self) -> Visit:
        """Somebody at this page."""
        client = _Client()
        office = SimpleNamespace(
            settings=SimpleNamespace(time_zone="UTC"),
            news=SimpleNamespace(subscribe=lambda told, **_: self.news.append(told)),
        )
        args: Any = (office, None, None, client)
        at = Visit(*args, language=Language.EN, query={})
        at.complain = lambda error: self.complaints.append(error.code)  # type: ignore[method-assign] # no browser here
        return at


class _Client:
    is_deleted = False
    page = SimpleNamespace(path="/")

    def on_delete(self, _: object) -> None:
        """It is not deleted."""

    def __enter__(self) -> AbstractContextManager[None]:
        return nullcontext()

    def __exit__(self, *_: object) -> None:
        """Nothing to leave."""


@pytest.mark.parametrize("code", [ErrorCode.UNREACHABLE, ErrorCode.NO_ANSWER])
async def test_what_a_page_could_not_read_for_silence_it_reads_again(
    monkeypatch: pytest.MonkeyPatch, code: ErrorCode
) -> None:
    monkeypatch.setattr(core, "loop", asyncio.get_running_loop())
    page, tried = OpenPage(), list[list[str]]()

    async def renew(changes: Sequence[Change]) -> None:
        tried.append([each.reference for each in changes])
        if len(tried) == 1:
            raise AmendsError(code, "away")

    page.visit().on_news(renew)
    page.news[0]([change("first")])
    await until(lambda: _is(len(tried) > 1), "it is read again")
    assert tried == [["first"], ["first"]]
    assert page.complaints == []


async def test_the_reader_is_told_once_why_a_page_is_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "loop", asyncio.get_running_loop())
    page, tried = OpenPage(), list[int]()

    async def renew(_: Sequence[Change]) -> None:
        tried.append(len(tried))
        raise AmendsError(ErrorCode.NOT_PERMITTED, "no more")

    page.visit().on_news(renew)
    for _ in range(2):
        tried.clear()
        page.news[0]([change("first")])
        await until(lambda: _is(bool(tried)), "it is refused")
    assert page.complaints == [ErrorCode.NOT_PERMITTED]


async def _is(condition: bool) -> bool:
    return condition
