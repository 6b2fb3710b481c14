"""Policies, people and deliveries in a browser: those who may change them do, and all others read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped] # has no types
from playwright.async_api import Page, expect
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.feed import HORIZON
from infra.db.tables import DeliveryState, SubscriptionState, subscriptions, webhook_deliveries
from infra.db.transaction import transact
from infra.rule_sets import RuleSet, load_rule_set
from starter.policy.drafting import as_text
from starter.projection import projected
from starter.read_model import ReadModel
from starter.staff import actor_of
from tests.console.conftest import Console, OpenPage
from workflows.contract.commands import AdoptPolicy
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel, Language

SERIOUS = frozenset({"serious", "critical"})
ASSIGNED = 3
"""The event after which a complaint has a policy and an owner."""


async def _faults(page: Page) -> list[str]:
    found = (await Axe().run(page)).response["violations"]
    return [fault["id"] for fault in found if fault["impact"] in SERIOUS]


async def _filed(console: Console) -> str:
    """One without an address, so that its letters stay in the outbox."""
    call = {"channel": Channel.HOTLINE, "language": Language.EN, "text": "The washing machine leaks."}
    new = FileComplaint.model_validate({"source": "administration", "source_key": str(uuid4()), **call})
    reference = (await console.desk.file(new)).reference
    assert await projected(console.engine, reference, ASSIGNED)
    return reference


async def _brought_under(console: Console, reference: str, rules: RuleSet) -> None:
    actor = await actor_of(console.engine, "xu.ming", authenticated_by="test")
    given = {"command_id": str(uuid4()), "actor": actor, "reason": "for a test"}
    command = AdoptPolicy(policy=rules.policy, calendar=rules.calendar, **given)
    receipt = await console.desk.command(reference, command)
    assert await projected(console.engine, reference, receipt.sequence)


async def test_an_executive_publishes_a_policy_and_brings_complaints_under_it(
    console: Console, open_page: OpenPage
) -> None:
    """Only those under a policy that no other complaint here has."""
    reference, old = await _filed(console), load_rule_set("itil")
    await _brought_under(console, reference, old)
    page = await open_page("xu.ming", "/administration/policies/publish")
    text = page.get_by_label("The policy (YAML)")
    await text.fill("name: nothing")
    await page.get_by_role("button", name="Check", exact=True).click()
    await expect(page.locator(".notice.bad")).to_contain_text("invalid_input")
    await text.fill(as_text(old.policy))
    await page.get_by_label("Valid from").fill(date(2026, 1, 2).isoformat())
    await page.get_by_role("button", name="Check", exact=True).click()
    await expect(page.get_by_text("Time limits (")).to_be_visible()
    await page.locator("[data-publish]").click()
    await expect(page.get_by_text("is published. New complaints get it from now on.")).to_be_visible()
    await page.get_by_role("link", name="Bring complaints under it").click()
    await page.get_by_label("Only complaints that are under").select_option(old.label)
    await page.wait_for_url("**/migrate?from=**")
    await page.get_by_label("Why; it is kept").fill("office hours have changed")
    await page.locator("[data-ask]").click()
    row = page.locator(f"[data-row='{reference}']")
    await expect(row).to_contain_text("would change")
    assert await _faults(page) == []
    await page.locator("[data-give]").click()
    await expect(row).to_contain_text("changed")
    await expect(row).not_to_contain_text("would")
    view = await console.desk.view(reference)
    assert view.summary.policy not in (None, old.label)


async def test_who_may_not_change_the_rules_is_told_why_not(open_page: OpenPage) -> None:
    page = await open_page("raj.patel", "/administration")
    await expect(page.get_by_text("Heads of departments and executives publish policies")).to_be_visible()
    await expect(page.get_by_role("link", name="Publish a policy")).to_have_count(0)
    await page.goto("/administration/policies/publish")
    await expect(page.get_by_role("alert")).to_contain_text("only a head of a department or an executive may")


async def test_a_head_engages_somebody_and_says_when_they_are_absent(open_page: OpenPage) -> None:
    page = await open_page("lin.wan", "/administration/people")
    subject = f"new.{uuid4().hex[:8]}"
    await page.locator("[data-offer=engage]").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Subject").fill(subject)
    await page.locator("[data-do]").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("name")
    await dialog.get_by_label("Name", exact=True).fill("Wei Lan")
    assert await _faults(page) == []
    await page.locator("[data-do]").click()
    await expect(page.locator(f"[data-row='{subject}']")).to_contain_text("Wei Lan")
    await page.goto(f"/administration/people/of/{subject}")
    await page.locator("[data-offer=absent]").click()
    await dialog.get_by_label("Until").fill("2099-03-02T09:00")
    await page.locator("[data-do]").click()
    await expect(page.get_by_text("Absence announced", exact=True)).to_be_visible()
    await page.locator("[data-offer=back]").click()
    await page.locator("[data-do]").click()
    await expect(page.get_by_text("No absence is announced.")).to_be_visible()
    await page.locator("[data-offer=leave]").click()
    await page.locator("[data-do]").click()
    await expect(page.get_by_text("Has left").first).to_be_visible()


async def test_an_auditor_reads_everything_and_changes_nothing(open_page: OpenPage) -> None:
    page = await open_page("paul.weir", "/administration/people", language="en", dark=True)
    await expect(page.get_by_text("You can read everything here and change nothing.")).to_be_visible()
    await expect(page.locator("[data-offer], [data-act]")).to_have_count(0)
    assert await _faults(page) == []
    await page.goto("/administration/letters")
    await expect(page.locator(".letters")).to_have_count(24)
    await page.goto("/administration/people/rollout")
    await expect(page.get_by_role("alert")).to_contain_text("not_permitted")


async def test_a_letter_that_has_no_address_is_found_and_read_by_those_who_may_see_its_complaint(
    console: Console, open_page: OpenPage
) -> None:
    reference = await _filed(console)
    row = await ReadModel(console.engine).complaint(reference)
    assert row is not None
    assert row.department == "technical_support"
    page = await open_page("gao.feng", "/administration/deliveries?trouble=no_address")
    letter = page.get_by_role("button", name=reference)
    await letter.click()
    await expect(page.get_by_role("dialog")).to_contain_text("We received your complaint")
    other = await open_page("ben.frost", "/administration/deliveries")
    await expect(other.get_by_text("Letters that did not arrive").first).to_be_visible()
    await expect(other.get_by_text(reference)).to_have_count(0)


async def _died(console: Console, reference: str) -> str:
    """A subscription of somebody whose endpoint did not accept the first event of a complaint in any try."""
    now, name = datetime.now(UTC), f"sub_{uuid4().hex[:16]}"
    about = {"subscription": name, "owner": "zhou.qi", "authenticated_by": "api_key", "url": "https://127.0.0.1:1/hook"}
    place = {"event_types": [], "transaction_id": HORIZON, "reference": "", "sequence": 0}
    subscription = about | place | {"state": SubscriptionState.FAILING, "created_at": now, "last_error": "away"}
    delivery = {"subscription": name, "reference": reference, "sequence": 1, "state": DeliveryState.DEAD}
    delivery |= {"attempts": 5, "status": 503, "created_at": now, "died_at": now}

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(insert(subscriptions).values(subscription))
        await connection.execute(insert(webhook_deliveries).values(delivery))

    await transact(console.engine, work)
    return name


async def test_what_an_endpoint_did_not_accept_is_sent_again_by_those_who_look_after_it(
    console: Console, open_page: OpenPage
) -> None:
    reference = await _filed(console)
    name = await _died(console, reference)
    key = f"[data-row='{name} {reference}:1']"
    auditor = await open_page("paul.weir", "/administration/deliveries")
    await expect(auditor.locator(key)).to_contain_text("503")
    await expect(auditor.locator("[data-act=again]")).to_have_count(0)
    stranger = await open_page("ben.frost", "/administration/deliveries")
    await expect(stranger.get_by_text("There is no subscription that you look after.")).to_be_visible()
    page = await open_page("xu.ming", "/administration/deliveries", language="zh")
    assert await _faults(page) == []
    await page.locator(f"{key} [data-act=again]").click()
    await expect(page.locator(key)).to_have_count(0)
    await expect(page.locator(f"[data-row='{name}']")).not_to_contain_text("away")
