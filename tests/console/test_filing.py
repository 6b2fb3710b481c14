"""Whoever takes calls registers them with the keyboard alone, sees what is on file already, and loses no word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # has no types
from playwright.async_api import Page, expect

from starter.projection import projected
from starter.read_model import ReadModel
from tests.console.conftest import Console, OpenPage
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.reference import parse_reference
from workflows.contract.vocabulary import Channel, Language

UNDER_A_MINUTE = timedelta(minutes=1)
KEY_STROKES_BESIDES_TEXT = 7
"""Two to the form, four between its fields, and one (with Ctrl) to file it."""

LEAKS = "上周买的洗衣机脱水时漏水，阳台全是水，客服一直没有人上门。"
SERIOUS = frozenset({"serious", "critical"})
HOSTILE = "<script>document.title = 'taken over'</script>\u202e **bold** {{ 1 + 1 }}"


class Keyboard:
    """Somebody who has no mouse. Text is typed, and all other strokes are counted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.strokes = 0

    async def press(self, *keys: str) -> None:
        """One stroke after the other."""
        for key in keys:
            await self._page.keyboard.press(key)
            self.strokes += 1

    async def type(self, text: str) -> None:
        """Where the focus is."""
        await self._page.keyboard.insert_text(text)


async def filed(page: Page) -> str:
    """The reference that is read out."""
    reference = page.locator("#reference")
    await expect(reference).to_be_focused()
    return parse_reference(await reference.inner_text())


async def on_file(console: Console, key: str, **more: Any) -> str:
    """A complaint that was filed before."""
    call = {"channel": Channel.HOTLINE, "language": Language.ZH, "text": LEAKS}
    filing = await console.desk.file(
        FileComplaint.model_validate({"source": "test", "source_key": key, **call, **more})
    )
    assert await projected(console.engine, filing.reference, 3)  # and assigned
    return filing.reference


async def serious(page: Page) -> list[str]:
    """What axe finds on the page."""
    results = await Axe().run(page)
    return [
        f"{each['id']}: {each['nodes'][0]['html']}"
        for each in results.response["violations"]
        if each["impact"] in SERIOUS
    ]


async def test_a_call_is_registered_within_a_minute_with_the_keyboard_alone(
    console: Console, open_page: OpenPage
) -> None:
    page = await open_page("zhou.qi", "/queue", language="zh")
    await expect(page.locator("[data-key='g n']")).to_be_visible()
    keyboard, began = Keyboard(page), datetime.now(UTC)
    await keyboard.press("g", "n")
    await expect(page.locator(".field-phone input")).to_be_focused()
    await page.wait_for_function("window.did_handshake")  # nobody types sooner than that, but programs do
    await keyboard.type("138 0000 1234")
    await keyboard.press("Tab")
    await keyboard.type("王芳")
    await keyboard.press("Tab", "Tab", "Tab")
    await expect(page.locator(".field-text textarea")).to_be_focused()
    await keyboard.type(LEAKS)
    await keyboard.press("Control+Enter")
    reference = await filed(page)
    assert datetime.now(UTC) - began < UNDER_A_MINUTE
    assert keyboard.strokes == KEY_STROKES_BESIDES_TEXT
    await expect(page.locator(".done-clocks")).to_contain_text("首次答复")
    assert await serious(page) == []
    assert await projected(console.engine, reference)
    row = await ReadModel(console.engine).complaint(reference)
    assert row is not None
    assert (row.source, row.channel, row.language, row.text) == ("console", Channel.HOTLINE, Language.ZH, LEAKS)
    assert (row.complainant_name, row.complainant_phone) == ("王芳", "138 0000 1234")
    await keyboard.press("n")
    await expect(page.locator(".field-phone input")).to_be_focused()
    await expect(page.locator(".field-text textarea")).to_have_value("")


async def test_what_the_caller_adds_to_a_complaint_on_file_is_no_new_complaint(
    console: Console, open_page: OpenPage
) -> None:
    """Found while typing, by a number written otherwise; all that was typed is in it, whatever stood where."""
    contacts = Complainant(name="王芳", phone="+86 139-0000-4711")
    reference = await on_file(console, "leaks", complainant=contacts)
    page = await open_page("zhou.qi", "/file")
    keyboard = Keyboard(page)
    await expect(page.locator(".field-phone input")).to_be_focused()
    await keyboard.type("139 0000 4711")
    found = page.locator(".matches li", has_text=reference)
    await expect(found.get_by_role("link", name=reference)).to_have_attribute("target", "_blank")
    await page.locator(".field-text textarea").focus()
    await keyboard.type("我的洗衣机脱水的时候漏水，现在连地板都坏了")
    await expect(page.locator(".matches-part.same_matter")).to_be_visible()
    await page.get_by_label("Remedy sought").focus()
    await keyboard.type("修地板")
    assert await serious(page) == []
    await keyboard.press("Alt+m", "Tab", "Tab", "Enter")
    words = page.get_by_label("What is added")
    await expect(words).to_be_focused()
    await keyboard.press("Control+Enter")
    assert await filed(page) == reference
    events = await ReadModel(console.engine).events(reference)
    answered = [event for event in events if event.type == "answered"]
    assert [event.actor.subject for event in answered] == ["zhou.qi"]
    assert all(said in str(answered[0].data) for said in ("连地板都坏了", "修地板", "139 0000 4711"))


async def test_what_is_sent_twice_is_filed_once_and_what_differs_is_not_lost(
    console: Console, open_page: OpenPage
) -> None:
    """As after an outage, when nobody knows whether it was filed: the draft comes back with its key."""
    page = await open_page("zhou.qi", "/file")
    text, button = page.get_by_label("In the complainant’s words"), page.locator("[data-key='Ctrl+Enter']")
    await text.fill(LEAKS)
    await page.get_by_role("checkbox", name="Anonymous").click()
    await expect(page.get_by_label("Phone")).to_be_disabled()
    kept = "() => sessionStorage.getItem('amends-draft:zhou.qi file')"
    await page.wait_for_function(f"({kept})()?.includes('anonymous')")
    draft = await page.evaluate(kept)
    await button.click()
    reference = await filed(page)

    async def again() -> None:
        await page.evaluate("draft => sessionStorage.setItem('amends-draft:zhou.qi file', draft)", draft)
        await page.reload()
        await expect(text).to_have_value(LEAKS)

    await again()
    await button.click()
    assert await filed(page) == reference
    await expect(page.locator(".done")).to_contain_text("It was on file already")
    await again()
    await text.fill("Something else altogether")
    await button.click()
    differs = page.locator(".filing-differs")
    await expect(differs).to_contain_text(reference)
    await expect(text).to_have_value("Something else altogether")
    await differs.get_by_role("button", name="File it as a new one").click()
    another = await filed(page)
    assert another != reference
    assert await projected(console.engine, another)
    row = await ReadModel(console.engine).complaint(another)
    assert row is not None
    assert row.text == "Something else altogether"


async def test_a_telephone_system_opens_the_form_with_what_it_knows(open_page: OpenPage) -> None:
    """What it knows wrongly is said, theirs is text whatever is in it, and faults are said at the fields."""
    page = await open_page("zhou.qi", "/file?channel=fax&colour=red&email=nowhere&phone=13900009999&text=%2E%2E%2E")
    notices = page.locator(".filing-notice")
    await expect(notices).to_have_count(2)
    await expect(notices.first).to_contain_text("channel = fax")
    await expect(page.locator(".field-phone input")).to_have_value("13900009999")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".field-email [role=alert]")).to_contain_text("no e-mail address")
    await expect(page.locator(".field-text [role=alert]")).to_contain_text("Say what")
    await expect(page.locator(".field-email input")).to_be_focused()
    await page.get_by_label("E-mail").fill("")
    await page.get_by_label("In the complainant’s words").fill(HOSTILE)
    await page.keyboard.press("Control+Enter")
    reference = await filed(page)
    await page.keyboard.press("n")
    await page.get_by_label("Phone").fill("13900009999")
    await expect(page.locator(".matches li", has_text=reference).locator(".match-words")).to_have_text(HOSTILE)
    assert "taken over" not in await page.title()


async def test_auditors_file_nothing(open_page: OpenPage) -> None:
    """They are told so, and there is no form."""
    page = await open_page("paul.weir", "/file")
    await expect(page.locator(".refused")).to_contain_text("not_permitted")
    await expect(page.locator(".filing")).to_have_count(0)


async def test_three_megabytes_are_refused_in_words_and_not_cut_off(open_page: OpenPage) -> None:
    page = await open_page("zhou.qi", "/file")
    await page.wait_for_function("window.did_handshake")
    await page.get_by_label("In the complainant’s words").fill("It leaks. " * 300_000)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".field-text")).to_contain_text("At most 50000 characters")
