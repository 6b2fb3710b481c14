"""Giving commands in browsers: only what is allowed is offered, and what is given is what its giver had seen."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # has no types
from playwright.async_api import Locator, Page, expect

from starter.console.commands.offered import OFFERED
from starter.console.texts import texts
from starter.giving import give, ready_command
from starter.projection import projected
from starter.read_model import ReadModel
from starter.staff import actor_of
from tests.console.conftest import Console, OpenPage
from workflows.contract.filing import FileComplaint
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Channel, Language, Status

SERIOUS = frozenset({"serious", "critical"})
OF_EVERY_KIND = frozenset({"attach", "call_meeting", "classify", "extend", "link", "withdraw"})
"""Together they have nearly all that a form can have."""

LATE = "The parcel came four weeks late and was wet."
HOSTILE = "<img src=x onerror=\"document.title='taken'\"> **退款** {{ 1 + 1 }}"


async def actor(console: Console, subject: str) -> Actor:
    """Somebody on the staff."""
    return await actor_of(console.engine, subject, authenticated_by="test")


async def act(console: Console, reference: str, subject: str, name: str, **fields: Any) -> None:
    """Give a command past the console."""
    command = await ready_command(console.engine, OFFERED[name], fields, await actor(console, subject))
    receipt = await give(console.engine, console.desk, reference, command)
    assert await projected(console.engine, reference, receipt.sequence)


async def owned(console: Console, key: str) -> str:
    """A complaint that Tom Hale has in hand, lead of the department."""
    complaint = {"channel": Channel.HOTLINE, "language": Language.EN, "subject": "Late", "text": LATE}
    filing = await console.desk.file(
        FileComplaint.model_validate({"source": "commands", "source_key": key, **complaint})
    )
    assert await projected(console.engine, filing.reference, 3)
    await act(console, filing.reference, "tom.hale", "take_over", reason="it is mine")
    return filing.reference


async def noted(console: Console, reference: str) -> list[str]:
    """The notes of its journal."""
    events = await ReadModel(console.engine).events(reference)
    return [str(event.data["text"]) for event in events if event.type == "noted"]


def dialog(page: Page) -> Locator:
    """The one that is open."""
    return page.get_by_role("dialog")


async def ready(page: Page) -> None:
    """Its commands are there, and the server listens."""
    await expect(page.locator("[data-command-menu]")).to_be_visible()
    await page.wait_for_function("window.did_handshake")


async def press(page: Page, *keys: str) -> None:
    """One key after the other."""
    for key in keys:
        await page.keyboard.press(key)


async def write_note(page: Page, words: str) -> None:
    """As soon as the dialog is there."""
    await expect(page.get_by_label("Note", exact=True)).to_be_focused()
    await page.keyboard.insert_text(words)


async def serious(page: Page) -> list[str]:
    """What axe finds in the dialog, once it stands still; the page is dimmed behind it."""
    await page.wait_for_function("document.getAnimations().every((each) => each.playState !== 'running')")
    found = (await Axe().run(page, context=".q-dialog")).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in SERIOUS]


async def offered(page: Page) -> set[str]:
    """The names of the commands on the page and in its menu."""
    await ready(page)
    await page.keyboard.press(".")
    await expect(page.get_by_role("menu")).to_be_visible()
    names = await page.locator("[data-command]").evaluate_all("all => all.map((each) => each.dataset.command)")
    await page.keyboard.press("Escape")
    return set(names)


async def test_a_solution_is_proposed_and_approved_by_two_people_with_the_keyboard(
    console: Console, open_page: OpenPage
) -> None:
    """In Chinese, from fault to receipt; what was typed is shown as text."""
    reference = await owned(console, "proposed")
    page = await open_page("tom.hale", f"/complaints/{reference}", language="zh")
    await ready(page)
    await press(page, "a", "p")
    await expect(dialog(page)).to_have_accessible_name("提出方案")
    await expect(page.get_by_label("解决方案")).to_be_focused()
    await press(page, "Control+Enter")
    await expect(dialog(page)).to_contain_text("请填写。")
    await page.keyboard.insert_text(HOSTILE)
    await page.get_by_role("button", name="添加一项补偿").click()
    await page.get_by_label("种类").press("Enter")
    await page.get_by_role("option", name="退款").click()
    await page.get_by_label("金额").fill("12.50")
    await press(page, "Control+Enter")
    await expect(dialog(page).locator(".command-refusal")).to_contain_text("invalid_input")
    await expect(page.get_by_label("币种")).to_be_focused()
    await page.keyboard.insert_text("cny")
    assert await serious(page) == []
    await press(page, "Control+Enter")
    await expect(dialog(page)).to_have_count(0)
    await expect(page.get_by_text("已完成：提出方案。当前状态：审批中。")).to_be_visible()

    other = await open_page("lin.wan", f"/complaints/{reference}", language="zh", dark=True)
    await expect(other.locator("button[data-command]")).to_have_text(["thumb_up同意方案", "thumb_down退回方案"])
    await other.locator("button[data-command=approve]").click()
    await expect(dialog(other).locator(".command-facts")).to_contain_text(HOSTILE)
    await expect(dialog(other).locator(".command-facts")).to_contain_text("退款 · 12.50 CNY")
    assert await serious(other) == []
    await press(other, "Control+Enter")
    await expect(dialog(other)).to_have_count(0)
    view = await console.desk.view(reference)
    assert view.summary.status is Status.EXECUTING
    assert view.proposal is not None
    assert view.proposal.approvals == ("lin.wan",)
    assert "taken" not in await other.title()


async def test_only_what_the_complaint_allows_is_offered_and_a_forged_event_opens_nothing(
    console: Console, open_page: OpenPage
) -> None:
    reference = await owned(console, "allowed")
    pages = {name: await open_page(name, f"/complaints/{reference}") for name in ("tom.hale", "zhou.qi")}
    for subject, page in pages.items():
        allowed = await console.desk.allowed(reference, await actor(console, subject))
        assert await offered(page) == set(allowed) & set(OFFERED), subject
    page = pages["zhou.qi"]
    await page.evaluate(
        "getElement(document.querySelector('.command-bar')).$emit('act', 'withdraw');"
        "getElement(document.querySelector('.command-bar')).$emit('act', 'note')"
    )
    await expect(dialog(page)).to_have_accessible_name("Add a note")
    await page.goto(f"/complaints/{reference}?act=withdraw")
    await expect(page.get_by_text("“Withdraw” is not possible now")).to_be_visible()
    await expect(dialog(page)).to_have_count(0)

    auditor = await open_page("paul.weir", f"/complaints/{reference}")
    await expect(auditor.locator(".command-bar")).to_be_attached()
    await expect(auditor.locator("[data-command], [data-command-menu]")).to_have_count(0)


async def test_what_has_happened_meanwhile_is_looked_at_before_anything_is_given(
    console: Console, open_page: OpenPage
) -> None:
    """Also after a reload, which keeps what was typed."""
    reference = await owned(console, "stale")
    page = await open_page("tom.hale", f"/complaints/{reference}")
    await ready(page)
    await press(page, "a", "n")
    await write_note(page, "She called again.")
    await page.wait_for_url("**?act=note")
    await page.reload()
    await expect(page.get_by_label("Note", exact=True)).to_have_value("She called again.")
    await expect(page.get_by_label("Note", exact=True)).to_be_focused()
    await act(console, reference, "zhou.qi", "escalate", reason="a newspaper is asking")
    await expect(page.locator(".command-changes")).to_contain_text("Escalated · zhou.qi")
    await expect(page.get_by_label("Note", exact=True)).to_be_focused()
    await press(page, "Control+Enter")
    await expect(page.get_by_role("button", name="I have looked: go on")).to_be_focused()
    assert await noted(console, reference) == []
    await press(page, "Enter")
    await expect(page.locator(".command-changes")).to_have_count(0)
    await expect(page.get_by_role("button", name="Add", exact=True)).to_be_focused()
    await press(page, "Control+Enter")
    await expect(dialog(page)).to_have_count(0)
    assert await noted(console, reference) == ["She called again."]
    await expect(page).to_have_url(re.compile(f"/complaints/{reference}$"))


async def test_an_answer_that_was_lost_is_no_reason_to_act_twice(console: Console, open_page: OpenPage) -> None:
    """The same draft is the same command, whatever became of the page; other words are another one."""
    reference = await owned(console, "twice")
    page = await open_page("tom.hale", f"/complaints/{reference}?act=note")
    await write_note(page, "Once.")
    await press(page, "Escape")
    await expect(dialog(page)).to_have_count(0)
    kept = f"'amends-draft:tom.hale note-{reference}'"
    draft = await page.evaluate(f"sessionStorage.getItem({kept})")
    for _ in range(2):
        await page.evaluate(f"(draft) => sessionStorage.setItem({kept}, draft)", draft)
        await page.goto(f"/complaints/{reference}?act=note")
        await expect(page.get_by_label("Note", exact=True)).to_have_value("Once.")
        await expect(page.get_by_label("Note", exact=True)).to_be_focused()
        await press(page, "Control+Enter")
        await expect(page.get_by_text("Done: Note.")).to_be_visible()
        await expect(dialog(page)).to_have_count(0)
    assert await noted(console, reference) == ["Once."]
    await ready(page)
    await press(page, "a", "n")
    await write_note(page, "Twice.")
    await expect(page.get_by_label("Note", exact=True)).to_have_value("Twice.")
    await press(page, "Control+Enter")
    await expect(dialog(page)).to_have_count(0)
    assert await noted(console, reference) == ["Once.", "Twice."]


async def test_a_refusal_is_said_in_words_and_the_input_stays(console: Console, open_page: OpenPage) -> None:
    reference, gone = await owned(console, "refused"), await owned(console, "survivor")
    page = await open_page("tom.hale", f"/complaints/{reference}?act=merge", language="zh")
    await expect(page.get_by_label("并入的投诉编号")).to_be_focused()
    await expect(dialog(page)).to_contain_text("不可撤销")
    await page.keyboard.insert_text(reference)
    await page.get_by_label("原因").fill("两次报修")
    await press(page, "Control+Enter")
    await expect(dialog(page)).to_contain_text("这就是本投诉的编号。")
    await page.get_by_label("并入的投诉编号").fill(f"{gone.lower().replace('-', ' ')}")
    await page.get_by_label("原因").focus()
    await expect(dialog(page)).to_contain_text("Late · 调查中")
    await act(console, reference, "shen.yi", "legal_hold", reason="a court")
    await page.get_by_role("button", name="已看过，继续").click()
    await expect(page.locator(".command-changes")).to_have_count(0)
    await press(page, "Control+Enter")
    refusal = "案卷处于法律保全状态。此案处于法律保全，案卷须保持原样；请先解除保全。[on_hold]"
    await expect(dialog(page).locator(".command-refusal")).to_contain_text(refusal)
    await expect(page.get_by_label("原因")).to_have_value("两次报修")
    assert (await console.desk.view(reference)).kin.merging is None
    await page.goto(f"/complaints/{reference}?act=classify")
    await page.get_by_role("radio", name="特别严重").focus()
    await press(page, "Control+Enter")
    await expect(dialog(page)).to_contain_text("请填写。")
    await expect(page.get_by_role("radio", name="一般")).to_be_checked()


async def test_dialogs_say_what_they_will_do_and_axe_finds_nothing(console: Console, open_page: OpenPage) -> None:
    reference = await owned(console, "all")
    page = await open_page("lin.wan", f"/complaints/{reference}")
    assert await offered(page) >= OF_EVERY_KIND
    for name in sorted(OF_EVERY_KIND):
        await page.evaluate("(name) => getElement(document.querySelector('.command-bar')).$emit('act', name)", name)
        await expect(dialog(page)).to_have_accessible_description(texts().say(Language.EN, f"commands.of.{name}.says"))
        await expect(dialog(page).locator(":focus")).to_have_count(1)
        assert await serious(page) == [], name
        await press(page, "Escape")
        await expect(dialog(page)).to_have_count(0)
