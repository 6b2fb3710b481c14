"""Open complaints keep their policy until a migration, which can be tried, interrupted and repeated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.calendars import SHIPPED
from infra.connections import resolve
from infra.db.engine import make_engine
from infra.rule_sets import load_rule_set
from infra.settings import Settings
from starter.policy.open_complaints import Scope, open_complaints
from starter.policy.rollout import Result, Rollout, Verdict
from starter.staff import actor_of
from tests.cli.desk import Desk
from tests.cli.shell import Result as Ended
from tests.cli.shell import Shell
from tests.support.conditions import until
from workflows.contract.commands import AdoptPolicy, AmendCalendar
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Status

STRICTER = """
extends: default
name: {name}
title: Stricter
calendar: china
clocks:
  - name: approval
    start: [proposed]
    stop: [approved, refused]
    target: PT1H
  - name: first_reply
    start: [filed]
    stop: [accepted]
    target: PT0.001S
  - name: answer
    start: [filed]
    stop: [executed]
    counts: business_day
    target: {{ days: 15 }}
"""
AS = ("--as", "xu.ming", "--reason", "the new rules")


@pytest.fixture
async def tables(amends: Shell) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(resolve(Settings.load(state_dir=amends.state_dir)).database, connections=2)
    yield engine
    await engine.dispose()


def stricter(folder: Path, name: str) -> str:
    path = folder / f"{name}.yaml"
    path.write_text(STRICTER.format(name=name), encoding="utf-8")
    return str(path)


async def published(amends: Shell, folder: Path, name: str) -> str:
    """Publish the stricter policy under a name; its label."""
    result = await amends.quick("policy", "publish", stricter(folder, name), "--as", "xu.ming", "--json")
    return f"{name}@{result.json['publication']['version']}"


def lines(ended: Ended) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A line for each complaint, and the sum."""
    *each, last = [json.loads(line) for line in ended.out.splitlines()]
    return each, last["sum"]


def only(*references: str) -> list[str]:
    return [option for reference in references for option in ("--only", reference)]


async def policy_in_tables(desk: Desk, reference: str, label: str) -> None:
    async def is_there() -> bool:
        return (await desk.row(reference)).policy == label

    await until(is_there, f"{reference} is under {label} in the tables")


async def test_a_dry_run_says_what_the_real_run_does(amends: Shell, desk: Desk, tmp_path: Path) -> None:
    """Which due times move and which limit is breached by it; only the real run moves and breaches anything."""
    label = await published(amends, tmp_path, "told")
    reference = await desk.file()
    before = await desk.view(reference)
    assert before.summary.policy
    assert before.summary.policy.startswith("default@")
    migrate = ("policy", "migrate", "told", *AS, *only(reference), "--json")
    tried = await amends(*migrate, "--dry-run")
    [would], total = lines(tried)
    assert (tried.code, would["verdict"], would["breached"]) == (0, "would_change", ["first_reply"])
    moved = {each["clock"]: (each["due_before"] is None, each["due_after"] is None) for each in would["moved"]}
    assert moved == {"first_reply": (False, False), "answer": (True, False)}
    assert (total["would_change"], total["breached"]) == (1, 1)
    assert (await desk.view(reference)).summary.sequence == before.summary.sequence

    done = await amends(*migrate)
    [changed], total = lines(done)
    assert (done.code, changed["verdict"], changed["moved"]) == (0, "changed", would["moved"])

    async def is_breached() -> bool:
        return (await desk.view(reference)).summary.breached

    await until(is_breached, "the limit that became past is breached")
    after = await desk.view(reference)
    assert after.summary.policy == label
    assert "answer" in {clock.name for clock in after.clocks}
    await policy_in_tables(desk, reference, label)
    again = await amends(*migrate)
    [result], total = lines(again)
    assert (again.code, result["verdict"], total["changed"]) == (0, "already", 0)


async def test_an_open_complaint_keeps_its_version_and_a_new_one_gets_the_newest(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """Without a restart of the worker, within the time for which it remembers."""
    old = await desk.file()
    version = (await desk.view(old)).summary.policy
    path = tmp_path / "default.yaml"
    path.write_text("extends: default\nname: default\nmin_confidence: 0.499\n", encoding="utf-8")
    label = (await amends.quick("policy", "publish", str(path), "--as", "xu.ming", "--json")).json["in_force"]

    async def a_new_one_has_it() -> bool:
        summary = (await desk.view(await desk.file())).summary
        return bool(summary.policy == label)

    await until(a_new_one_has_it, "a new complaint gets what was published")
    assert version != label
    assert (await desk.view(old)).summary.policy == version


async def test_an_interrupted_migration_goes_on_where_it_stopped(
    amends: Shell, desk: Desk, tables: AsyncEngine, tmp_path: Path
) -> None:
    """Those that were done are left alone, and none is done twice."""
    label = await published(amends, tmp_path, "interrupted")
    references = [await desk.file() for _ in range(24)]
    actor = await actor_of(tables, "xu.ming", authenticated_by="test")
    policy, calendar = load_rule_set(str(tmp_path / "interrupted.yaml"))
    change = AdoptPolicy(policy=policy, calendar=calendar, reason="law", actor=actor)

    async def run(on_result: Callable[[Result], None]) -> Rollout:
        rollout = Rollout(
            desk.client,
            lambda one: change.model_copy(update={"command_id": f"{label}:{one.reference}:{one.sequence}"}),
            policy_of=lambda _: policy,
            on_result=on_result,
            is_dry=False,
        )
        await rollout.run(open_complaints(tables, Scope(beyond=label, only=references)))
        return rollout

    done = 0
    running: asyncio.Task[Rollout]

    def stop_after_three(_: Result) -> None:
        nonlocal done
        done += 1
        if done == 3:
            running.cancel()

    running = asyncio.create_task(run(stop_after_three))
    first = await running
    assert first.interrupted
    assert set(first.tally) == {Verdict.CHANGED}
    assert 3 <= first.tally[Verdict.CHANGED] < len(references)
    second = await run(lambda _: None)
    assert not second.interrupted
    for reference in references:
        await policy_in_tables(desk, reference, label)
        adopted = [event for event in await desk.model.events(reference) if event.type == "policy_adopted"]
        assert len(adopted) == 1
    assert (await run(lambda _: None)).tally.total() == 0


async def test_a_policy_and_back_and_there_again_are_three_changes(amends: Shell, desk: Desk, tmp_path: Path) -> None:
    """A repeat is told from a change of mind."""
    label = await published(amends, tmp_path, "swinging")
    reference = await desk.file()
    start = (await desk.view(reference)).summary.policy
    assert start
    for target in (label, start, label):
        name = target if target == label else "default"
        ended = await amends("policy", "migrate", name, *AS, *only(reference), "--json")
        [result], _ = lines(ended)
        assert result["verdict"] == "changed", ended.out
        await policy_in_tables(desk, reference, (await desk.view(reference)).summary.policy or "")
    assert (await desk.view(reference)).summary.policy == label


async def test_who_is_not_concerned_and_who_is_not_there_is_answered_for(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """A reference that no open complaint has makes exit code 1; one under another policy does not."""
    await published(amends, tmp_path, "concerned")
    reference = await desk.file()
    absent = "2222-2222-2222"
    mistyped = await amends("policy", "migrate", "concerned", *AS, *only(absent))
    assert mistyped.code == 2
    other = await amends(
        "policy", "migrate", "concerned", *AS, *only(reference), "--from", "itil", "--json", "--dry-run"
    )
    [result], _ = lines(other)
    assert (other.code, result["verdict"]) == (0, "not_concerned")


async def test_a_closed_complaint_keeps_its_policy_and_fails_no_migration(
    amends: Shell, desk: Desk, tables: AsyncEngine, tmp_path: Path
) -> None:
    """It is not open, so it refuses nothing; asked for by its reference, it is answered for."""
    await published(amends, tmp_path, "closed_ones")
    reference = await desk.file()
    before = (await desk.row(reference)).policy
    await amends("act", reference, "withdraw", "--as", "complainant", "--reason", "settled")

    async def is_closed() -> bool:
        return (await desk.row(reference)).status is Status.CLOSED

    await until(is_closed, "the tables know that it is closed")
    assert [one async for one in open_complaints(tables, Scope(only=[reference]))] == []
    asked = await amends("policy", "migrate", "closed_ones", *AS, *only(reference), "--json")
    [result], _ = lines(asked)
    assert (asked.code, result["verdict"]) == (1, "refused")
    assert "no open complaint" in result["message"]
    assert (await desk.row(reference)).policy == before


async def test_an_amended_calendar_reaches_the_complaints_that_count_by_it(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """Its due times move; a complaint that counts by none is left alone; a repeat changes nothing."""
    label = await published(amends, tmp_path, "by_china")
    counting, other = await desk.file(), await desk.file()
    assert (await amends("policy", "migrate", "by_china", *AS, *only(counting))).code == 0
    await policy_in_tables(desk, counting, label)
    shown = (await amends("show", counting)).out
    assert "15 business days" in shown
    assert "days=15" not in shown
    today = datetime.now(UTC).date()
    holidays = "\n".join(f"  {today + timedelta(days=number)}: closed" for number in range(40))
    shipped = (SHIPPED / "china.yaml").read_text(encoding="utf-8")
    amended = tmp_path / "china.yaml"
    amended.write_text(f"{shipped}\nholidays:\n{holidays}\n", encoding="utf-8")
    amend = ("calendar", "amend", str(amended), *AS, *only(counting, other), "--json")
    tried, _ = lines(await amends(*amend, "--dry-run"))
    verdicts = {
        result["reference"]: (result["verdict"], [each["clock"] for each in result["moved"]]) for result in tried
    }
    assert verdicts == {counting: ("would_change", ["answer"]), other: ("not_concerned", [])}
    done, _ = lines(await amends(*amend))
    assert {result["reference"]: result["verdict"] for result in done} == {
        counting: "changed",
        other: "not_concerned",
    }
    [moved] = next(result["moved"] for result in done if result["reference"] == counting)
    before, after = moved["due_before"], moved["due_after"]

    async def is_told() -> bool:
        return f"moved=answer {before} -> {after}" in (await amends("show", counting)).out

    await until(is_told, "the journal tells the due time before and after")
    again = await amends(*amend)
    results, _ = lines(again)
    assert (again.code, {result["verdict"] for result in results}) == (0, {"already", "not_concerned"})


async def test_a_preview_is_refused_with_the_code_of_the_command(desk: Desk, tables: AsyncEngine) -> None:
    """Though Temporal hands on nothing but a message."""
    calendar = load_rule_set("cn_12315").calendar
    assert calendar
    actor = await actor_of(tables, "xu.ming", authenticated_by="test")
    reference = await desk.file()
    with pytest.raises(AmendsError) as refusal:
        await desk.client.preview(reference, AmendCalendar(calendar=calendar, reason="none", actor=actor))
    assert (refusal.value.code, refusal.value.field) == (ErrorCode.INVALID_INPUT, "calendar")
    nobody = await actor_of(tables, "raj.patel", authenticated_by="test")
    with pytest.raises(AmendsError) as refusal:
        await desk.client.preview(reference, AmendCalendar(calendar=calendar, reason="none", actor=nobody))
    assert refusal.value.code is ErrorCode.NOT_PERMITTED
