"""The queue in browsers: found by its address, worked by keyboard, kept up to date, and acted on in bulk."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # has no types
from playwright.async_api import Page, expect

from starter.console.queue.saved_views import SavedViews
from starter.console.texts import texts
from starter.projection import projected
from starter.read_model import ReadModel
from tests.console.conftest import Console, OpenPage
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.vocabulary import Channel, Language

MANY = 28
"""More than fit on the smallest page."""

WORD = "Zanzibar"
HOSTILE = f"<img src=x onerror=\"document.title='taken over'\"> \u202e {{{{ 1 + 1 }}}} {WORD} 发票 🙂"
FORGED = """([command, reference]) => {
    const list = document.querySelector(".queue-list").id.slice(1);
    getElement(list).$emit("bulk", { command, references: [reference] });
}"""
SERIOUS = frozenset({"serious", "critical"})


@pytest.fixture(scope="module")
async def filed(console: Console) -> list[str]:
    """Complaints that name a place that no other does, the last one first; they are for the customer service."""
    references, now = [], datetime.now(UTC)
    for number in range(MANY):
        words = HOSTILE if number == MANY - 1 else f"My invoice {number} for {WORD} is wrong, please correct it."
        filing = await console.desk.file(
            FileComplaint(
                source="queue",
                source_key=str(number),
                channel=Channel.WEB,
                language=Language.EN,
                complainant=Complainant(name="Somebody"),
                text=words,
                received_at=now - timedelta(minutes=MANY - number),
            )
        )
        references.append(filing.reference)
    for reference in references:
        assert await projected(console.engine, reference, 3)  # and assigned
    return references[::-1]


async def listed(page: Page) -> list[str]:
    """The references on the page."""
    found: list[str] = await page.locator(".queue-table tbody a").all_inner_texts()
    return found


async def shows(page: Page, count: int) -> None:
    await expect(page.locator(".queue-table tbody tr")).to_have_count(count)
    await expect(page.locator(".queue-list")).to_have_attribute("aria-busy", "false")


async def is_accessible(page: Page, part: str = "body") -> None:
    violations = (await Axe().run(page, context=part)).response["violations"]
    assert [each["nodes"][0]["failureSummary"] for each in violations if each["impact"] in SERIOUS] == []


async def ready(page: Page) -> Page:
    await page.wait_for_function("window.did_handshake")
    return page


async def test_what_is_looked_for_is_in_the_address(console: Console, filed: list[str], open_page: OpenPage) -> None:
    """A link shows a colleague the same; back and forward work; each person's views are tabs."""
    page = await ready(await open_page("lin.wan", f"/queue?text={WORD}&rows=25"))
    await shows(page, 25)
    assert await listed(page) == filed[:25]
    assert await page.title() == "Queue · Amends"
    await expect(page.locator(".queue-table .words").first).to_contain_text("onerror=")
    await expect(page.locator(".queue-table .words").first).to_contain_text("{{ 1 + 1 }}")
    await expect(page.locator(".queue-total")).to_contain_text(f"{MANY} in all")
    await is_accessible(page)

    await page.keyboard.press("n")
    await shows(page, MANY - 25)
    assert await listed(page) == filed[25:]
    await page.reload()
    await ready(page)
    assert await listed(page) == filed[25:]
    await page.keyboard.press("p")
    await shows(page, 25)
    await page.go_back()
    await shows(page, MANY - 25)

    await page.locator("[data-more]").click()
    await page.get_by_label("Channel").select_option("letter")
    await expect(page.locator(".queue-empty")).to_contain_text("Nothing matches")
    await expect(page).to_have_url(re.compile("text=Zanzibar.*channel=letter"))
    await page.get_by_label("Channel").select_option("web")
    await shows(page, 25)

    await page.locator("[data-save]").click()
    await page.get_by_label("Name of the view").fill("<b>Zanzibar</b>")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="<b>Zanzibar</b>")).to_have_attribute("aria-current", "page")
    await expect(page.locator(".q-dialog")).to_have_count(0)
    await page.keyboard.press("1")
    await expect(page).to_have_url(f"{console.address}/queue")
    await page.keyboard.press("3")
    await shows(page, 25)
    (view,) = await SavedViews(console.engine).of("lin.wan")
    colleague = await open_page("tom.hale", f"/queue?{view.query}")
    assert await listed(colleague) == filed[:25]
    await expect(colleague.locator("nav a.own")).to_have_count(0)

    await page.get_by_role("button", name="Delete this view").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_role("link", name="<b>Zanzibar</b>")).to_have_count(0)


async def test_a_reference_that_is_typed_opens_the_complaint(filed: list[str], open_page: OpenPage) -> None:
    """In the search above every page, and in the filters; one that is mistyped is said to be, and so is an address."""
    typed = filed[0].lower().replace("-", "")
    page = await ready(await open_page("zhou.qi", "/queue?colour=red&status=gone", language="zh"))
    await expect(page.get_by_role("alert")).to_contain_text("colour = red")
    await expect(page.get_by_role("alert")).to_contain_text("status = gone")
    await page.get_by_role("searchbox", name="查找编号或内容").fill(f" {typed}")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(f"/complaints/{filed[0]}$"))

    await page.goto("/queue")
    await ready(page)
    wrong = f"{typed[:-2]}{typed[-1]}{typed[-2]}"
    field = page.get_by_label("内容或编号")
    await field.fill(wrong)
    await field.press("Enter")
    await expect(page.locator(".queue-empty")).to_contain_text("看起来像编号")
    await field.fill(typed)
    await field.press("Enter")
    await expect(page).to_have_url(re.compile(f"/complaints/{filed[0]}$"))


async def test_many_are_given_a_command_and_everybody_sees_it(
    console: Console, filed: list[str], open_page: OpenPage
) -> None:
    """By keyboard, with a dry run and a receipt of each. What colleagues have selected and where they are stays."""
    address = f"/queue?text={WORD}"
    colleague = await ready(await open_page("tom.hale", address, language="zh", dark=True))
    for key in ("j", "j", "j", "x"):
        await colleague.keyboard.press(key)
    await expect(colleague.locator(".queue-chosen")).to_contain_text("已选 1 项")
    page = await ready(await open_page("lin.wan", address))
    for key in ("j", "x", "j", "x", "b"):
        await page.keyboard.press(key)
    await page.get_by_role("menuitem", name="Add a note").click()
    dialog = page.get_by_role("dialog", name="Add a note: 2 complaints")
    await dialog.get_by_role("button", name="Dry run").click()
    await expect(dialog.get_by_label("Note")).to_be_focused()  # it says what is missing
    await dialog.get_by_label("Note").fill("Called back. <b>Content</b>")
    await dialog.get_by_role("button", name="Dry run").click()
    await expect(dialog.get_by_role("status")).to_contain_text("2 would accept it, 0 would not")
    await is_accessible(page, ".mass-dialog")
    await dialog.get_by_role("button", name="Do it (2)").click()
    await expect(dialog.get_by_role("status")).to_contain_text("2 accepted, 0 refused")
    for reference in filed[:2]:
        await expect(dialog.get_by_role("row", name=reference)).to_contain_text("Accepted")
        assert [event.type for event in await ReadModel(console.engine).events(reference)].count("noted") == 1
    await dialog.get_by_role("button", name="Close").click()
    await expect(dialog).to_have_count(0)

    for reference in filed[:2]:
        await expect(colleague.locator(".fresh-odd", has_text=reference)).to_have_count(1)
    await expect(colleague.locator(".queue-chosen")).to_contain_text("已选 1 项")
    await expect(colleague.get_by_role("link", name=filed[2])).to_be_focused()
    await is_accessible(colleague)


async def test_nobody_acts_on_what_they_may_not_see(console: Console, filed: list[str], open_page: OpenPage) -> None:
    """Auditors are offered nothing; an event that was forged is answered as if there were no such complaint."""
    auditor = await ready(await open_page("paul.weir", f"/queue?text={WORD}"))
    await shows(auditor, MANY)
    await expect(auditor.get_by_role("checkbox")).to_have_count(0)
    await auditor.evaluate(FORGED, ["note", filed[0]])

    other = await ready(await open_page("he.jun", f"/queue?text={WORD}"))
    await expect(other.locator(".queue-empty")).to_be_visible()
    before = (await console.desk.view(filed[0])).summary.sequence
    await other.evaluate(FORGED, ["close", filed[0]])
    await other.evaluate(FORGED, ["note", filed[0]])
    dialog = other.get_by_role("dialog")
    await dialog.get_by_label("Note").fill("Not mine")
    await dialog.get_by_role("button", name="Dry run").click()
    await expect(dialog.get_by_role("row", name=filed[0])).to_contain_text(
        texts().say(Language.EN, "refusals.unknown_reference")
    )
    await expect(dialog.get_by_role("button", name="Do it")).to_have_count(0)
    assert (await console.desk.view(filed[0])).summary.sequence == before
