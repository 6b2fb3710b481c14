"""Views of the queue are each person's own, under names that can be told apart."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from starter.console.queue.saved_views import MOST, NAME_MAX_CHARACTERS, SavedView, SavedViews
from workflows.contract.errors import AmendsError, ErrorCode

ZHOU, LIN = "zhou.qi", "lin.wan"


@pytest.fixture
def views(engine: AsyncEngine) -> SavedViews:
    return SavedViews(engine)


async def refusal(awaitable: object) -> tuple[ErrorCode, str | None]:
    with pytest.raises(AmendsError) as refused:
        await awaitable  # type: ignore[misc] # a coroutine
    return refused.value.code, refused.value.field


async def test_a_view_is_saved_renamed_and_deleted(views: SavedViews) -> None:
    await views.save(ZHOU, "  重大 ", "severity=critical")
    await views.save(ZHOU, "Late", "breached=true")
    assert await views.of(ZHOU) == [SavedView("重大", "severity=critical"), SavedView("Late", "breached=true")]
    assert await views.rename(ZHOU, "Late", "Breached") == "Breached"
    assert await views.rename(ZHOU, "Breached", "Breached") == "Breached"
    await views.delete(ZHOU, "重大")
    await views.delete(ZHOU, "重大")
    assert await views.of(ZHOU) == [SavedView("Breached", "breached=true")]


async def test_nobody_sees_or_changes_the_views_of_others(views: SavedViews) -> None:
    await views.save(ZHOU, "Mine", "status=waiting")
    await views.save(LIN, "Mine", "status=closed")
    await views.delete(LIN, "Mine")
    await views.rename(LIN, "Mine", "Hers")
    assert await views.of(ZHOU) == [SavedView("Mine", "status=waiting")]
    assert await views.of(LIN) == []


async def test_what_cannot_be_a_name_is_refused(views: SavedViews) -> None:
    await views.save(ZHOU, "One", "status=waiting")
    await views.save(ZHOU, "Two", "status=closed")
    assert await refusal(views.save(ZHOU, "One ", "x")) == (ErrorCode.ALREADY_THERE, "name")
    assert await refusal(views.rename(ZHOU, "One", "Two")) == (ErrorCode.ALREADY_THERE, "name")
    for name in ("", "  ", "x" * (NAME_MAX_CHARACTERS + 1), "a\0b"):
        assert await refusal(views.save(ZHOU, name, "x")) == (ErrorCode.INVALID_INPUT, "name")
        assert await refusal(views.rename(ZHOU, "One", name)) == (ErrorCode.INVALID_INPUT, "name")
    assert [view.name for view in await views.of(ZHOU)] == ["One", "Two"]


async def test_there_are_no_more_than_fit_on_a_page(views: SavedViews) -> None:
    for number in range(MOST):
        await views.save(ZHOU, f"View {number}", "x")
    assert await refusal(views.save(ZHOU, "One more", "x")) == (ErrorCode.TOO_MANY, "name")
