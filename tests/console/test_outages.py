"""The console, and the servers behind it, are shut down and started while somebody is at a page: it says so, comes back
by itself, and nothing that they typed is lost.
"""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from starter.projection import projected
from tests.console.conftest import Console, OpenPage
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel, Language

LOST = "#popup[aria-hidden=false]"
"""What a page shows as long as its server does not answer."""


async def test_what_is_typed_while_the_console_is_away_is_sent_when_it_is_back(
    console: Console, open_page: OpenPage
) -> None:
    reference = await _filed(console, "console")
    page = await _writing_a_note(open_page, reference, "The first half")
    await page.evaluate("window.isOfBefore = true")
    await console.process.stop()
    await expect(page.locator(LOST)).to_be_visible()
    await page.keyboard.insert_text(", and the second.")
    await console.process.start()
    await page.wait_for_function("!window.isOfBefore && window.did_handshake")
    await expect(_note(page)).to_have_value("The first half, and the second.")
    await expect(page.locator(LOST)).to_have_count(0)
    await _note(page).focus()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#main")).to_contain_text("The first half, and the second.")


async def test_what_is_refused_while_the_servers_are_away_is_carried_out_once_they_are_back(
    console: Console, open_page: OpenPage
) -> None:
    """A page that is opened meanwhile says what is wrong, and comes when they do."""
    reference = await _filed(console, "servers")
    page = await _writing_a_note(open_page, reference, "It is written here.")
    other = await open_page("tom.hale", "/queue")
    stack = console.at.stack
    await stack.stop_postgres()
    await stack.stop_temporal()
    try:
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("dialog")).to_contain_text("Nothing you entered is lost")
        await expect(_note(page)).to_have_value("It is written here.")
        await other.goto(f"/complaints/{reference}")
        await expect(other.locator("body")).to_contain_text("again")
    finally:
        await stack.start_postgres()
        await stack.start_temporal()
    await expect(other.locator("#main")).to_contain_text(reference)
    await _note(page).focus()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("#main")).to_contain_text("It is written here.")


async def _filed(console: Console, key: str) -> str:
    said = {"language": Language.EN, "text": "The parcel came late.", "channel": Channel.HOTLINE}
    filing = await console.desk.file(FileComplaint.model_validate({"source": "outages", "source_key": key, **said}))
    assert await projected(console.engine, filing.reference, 3)
    return filing.reference


async def _writing_a_note(open_page: OpenPage, reference: str, text: str) -> Page:
    page = await open_page("tom.hale", f"/complaints/{reference}?act=note")
    await expect(_note(page)).to_be_focused()
    await page.keyboard.insert_text(text)
    return page


def _note(page: Page) -> Locator:
    return page.get_by_label("Note", exact=True)
