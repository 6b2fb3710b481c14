"""The page of one complaint in browsers: what is told, to whom, as text alone, and at once when something happens."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # has no types
from playwright.async_api import Page, expect

from infra.connections import TemporalServer, connect_temporal
from infra.devstack.ports import HOST, Ports
from starter.access.caller import Caller
from starter.access.caller import Scope as Scopes
from starter.client import AmendsClient
from starter.console.complaint.dossier import EVENTS_AT_ONCE, Dossiers, Source
from starter.console.complaint.story import tell
from starter.console.complaint.wording import Wording
from starter.giving import give, ready_command
from starter.projection import projected
from starter.staff import actor_of
from tests.console.conftest import Console, OpenPage
from workflows.contract.commands import COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Channel, Language

SERIOUS = frozenset({"serious", "critical"})
HOSTILE = "<img src=x onerror=\"document.title='taken'\"> {{ 1 + 1 }} \u202eאבג مرحبا 😡"
LONG = "\n".join(f"{number}. I called, and nobody answered." for number in range(40))


async def filed(console: Console, key: str, **changes: Any) -> str:
    """A complaint that has been assessed, and that Tom Hale has in hand."""
    fields: dict[str, Any] = {"channel": Channel.WEB, "language": Language.EN, "text": "The parcel was late."}
    complaint = FileComplaint.model_validate({"source": "reading", "source_key": key, **fields, **changes})
    reference = (await console.desk.file(complaint)).reference
    assert await projected(console.engine, reference, 3)
    tom = {"department": "customer_service", "subject": "tom.hale"}
    await act(console, reference, "xu.ming", "reassign", to=tom, reason="he knows them")
    return reference


async def act(console: Console, reference: str, subject: str, name: str, **fields: Any) -> None:
    """Somebody gives a command past the console."""
    actor = await actor_of(console.engine, subject, authenticated_by="test")
    command = await ready_command(console.engine, COMMANDS[name], fields, actor)
    receipt = await give(console.engine, console.desk, reference, command)
    assert await projected(console.engine, reference, receipt.sequence)


async def ready(page: Page) -> None:
    """The story is there, and the server listens."""
    await expect(page.locator(".event").first).to_be_visible()
    await page.wait_for_function("window.did_handshake")


async def calling(console: Console, subject: str) -> Caller:
    """A member of staff as the console lets them in."""
    actor = await actor_of(console.engine, subject, authenticated_by="test")
    return Caller(actor, frozenset(Scopes))


async def test_what_happens_appears_at_once_and_leaves_folds_focus_and_place_alone(
    console: Console, open_page: OpenPage
) -> None:
    reference = await filed(console, "news", text=LONG)
    page = await open_page("tom.hale", f"/complaints/{reference}")
    await ready(page)
    await page.get_by_role("button", name="Show all of it").click()
    await page.locator(".clock-head").first.click()
    await expect(page.locator(".ledger")).to_be_visible()
    await page.locator(".letter-head").first.focus()

    await act(console, reference, "lin.wan", "note", text="The courier has found it.")

    news = page.locator(".event.fresh")
    await expect(news).to_contain_text("林婉 made a note.")
    await expect(news).to_contain_text("The courier has found it.")
    await expect(page.get_by_role("status").filter(has_text="林婉 made a note.")).to_have_count(1)
    await expect(page.get_by_role("button", name="Show less")).to_be_visible()
    await expect(page.locator(".ledger")).to_be_visible()
    await expect(page.locator(".letter-head").first).to_be_focused()


async def test_what_people_wrote_is_text_and_nothing_else(console: Console, open_page: OpenPage) -> None:
    complainant = {"name": HOSTILE, "email": "wang@customer.example"}
    reference = await filed(console, "hostile", text=HOSTILE, subject=HOSTILE, complainant=complainant)
    await act(console, reference, "tom.hale", "note", text=HOSTILE)
    page = await open_page("tom.hale", f"/complaints/{reference}")
    await ready(page)
    for place in ("h1", ".their-words", ".event .prose", "#complainant"):
        await expect(page.locator(place).first).to_contain_text(HOSTILE)
    assert await page.locator("#main img").count() == 0
    assert await page.title() == f"Complaint {reference} · Amends"


async def test_the_page_is_chinese_for_who_reads_chinese_and_axe_finds_nothing_serious(
    console: Console, open_page: OpenPage
) -> None:
    reference = await filed(console, "chinese", text="洗衣机坏了，没人管。", language=Language.ZH)
    await act(console, reference, "tom.hale", "wait", waiting_for="complainant", question="有照片吗？")
    page = await open_page("lin.wan", f"/complaints/{reference}", language="zh", dark=True)
    await ready(page)
    await expect(page.locator(".story")).to_contain_text("Tom Hale暂停办理，等待：投诉人。")
    await page.locator(".clock-head").first.click()
    await expect(page.locator(".clock-more").first).to_contain_text("为什么是这个日期")
    await page.locator(".letter-head").first.click()
    await expect(page.locator(".letter-text .prose")).to_be_visible()
    found = (await Axe().run(page, context="#main")).response["violations"]
    assert not [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in SERIOUS]


async def test_sections_are_reached_by_keys_events_by_their_number_and_the_story_by_kind(
    console: Console, open_page: OpenPage
) -> None:
    reference = await filed(console, "keys")
    page = await open_page("tom.hale", f"/complaints/{reference.lower().replace('-', '')}#event-2")
    await ready(page)
    await expect(page.locator("#event-2")).to_be_focused()
    for key, heading in (("t", "What happened"), ("c", "Time limits"), ("m", "Letters"), ("w", "In their words")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_focused()
    first = page.locator(".event").first
    await expect(first).not_to_have_id("event-1")
    await page.get_by_role("button", name="Newest first").click()
    await expect(first).to_have_id("event-1")
    await page.get_by_role("button", name="Decisions").click()
    await expect(page.locator("#event-1")).to_have_count(0)
    await expect(page.locator("#event-2")).to_be_visible()


@pytest.mark.parametrize(("subject", "key"), [("he.jun", "unseen"), ("tom.hale", None)], ids=["invisible", "unknown"])
async def test_a_complaint_that_is_not_theirs_to_see_is_as_one_that_is_not_there(
    console: Console, open_page: OpenPage, subject: str, key: str | None
) -> None:
    reference = await filed(console, key) if key else reference_for("reading", "never filed")
    page = await open_page(subject, f"/complaints/{reference}")
    await expect(page.get_by_role("alert")).to_contain_text("There is no such complaint, or it is not yours to see.")
    await expect(page.locator(".complaint")).to_have_count(0)


async def test_auditors_read_it_and_are_offered_nothing(console: Console, open_page: OpenPage) -> None:
    reference = await filed(console, "audited")
    page = await open_page("paul.weir", f"/complaints/{reference}")
    await ready(page)
    await expect(page.locator("[data-command]")).to_have_count(0)
    await expect(page.get_by_role("button", name="Correct it")).to_have_count(0)


async def test_whoever_loses_sight_of_it_is_told_so_at_the_open_page(console: Console, open_page: OpenPage) -> None:
    reference = await filed(console, "lost")
    await act(console, reference, "tom.hale", "reassign", to={"department": "technical_support"}, reason="theirs")
    page = await open_page("he.jun", f"/complaints/{reference}")
    await ready(page)
    await act(console, reference, "gao.feng", "reassign", to={"department": "customer_service"}, reason="not ours")
    await expect(page.get_by_role("alert")).to_contain_text("it is not yours to see")
    await expect(page.locator(".their-words")).to_have_count(0)


async def test_while_the_case_is_away_the_tables_are_shown_and_nothing_is_allowed(console: Console) -> None:
    reference = await filed(console, "away")
    nobody = TemporalServer(address=f"{HOST}:{Ports.unused().temporal}", named_by="the test")
    desk = AmendsClient(await connect_temporal(nobody, lazy=True), task_queue=console.at.settings.task_queue)
    dossier = await dossiers_of(console, reference, desk).read(await calling(console, "tom.hale"))
    assert dossier.source is Source.AWAY
    assert dossier.view is None
    assert dossier.allowed == ()
    assert [event.type for event in dossier.events][:2] == ["filed", "classified"]


async def test_long_stories_come_page_by_page_from_their_end(console: Console) -> None:
    reference = await filed(console, "long")
    actor = await actor_of(console.engine, "tom.hale", authenticated_by="test")
    for number in range(EVENTS_AT_ONCE):
        note = await ready_command(console.engine, COMMANDS["note"], {"text": f"note {number}"}, actor)
        receipt = await console.desk.command(reference, note)
    assert await projected(console.engine, reference, receipt.sequence)
    dossiers, caller = dossiers_of(console, reference), await calling(console, "tom.hale")
    dossier = await dossiers.read(caller)
    last = tell(dossier.events, Wording(Language.EN, "UTC", dossier.names))
    earlier = await dossiers.earlier(caller, last[0]["number"])
    assert [told["number"] for told in last] == list(range(receipt.sequence - EVENTS_AT_ONCE + 1, receipt.sequence + 1))
    assert [event.sequence for event in earlier] == list(range(1, last[0]["number"]))


async def test_a_letter_is_read_only_with_the_complaint_that_it_is_about(console: Console) -> None:
    own, other = await filed(console, "letters"), await filed(console, "other letters")
    caller = await calling(console, "tom.hale")
    dossiers = dossiers_of(console, own)
    letter = (await dossiers.read(caller)).letters[0]
    assert own in str(await dossiers.body(caller, letter.message_id))
    assert await dossiers_of(console, other).body(caller, letter.message_id) is None
    with pytest.raises(AmendsError) as refusal:
        await dossiers.body(await calling(console, "he.jun"), letter.message_id)
    assert refusal.value.code is ErrorCode.UNKNOWN_REFERENCE


def dossiers_of(console: Console, reference: str, desk: AmendsClient | None = None) -> Dossiers:
    """Reads a complaint; without a desk, from the running one."""
    see_all = console.at.settings.see_all
    return Dossiers(console.engine, desk or console.desk, reference, see_all=see_all)
