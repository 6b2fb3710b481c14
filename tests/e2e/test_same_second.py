"""Hundreds of complaints whose limits fall in the same second: each is noticed once, in order, and its person told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from infra.db.tables import MailStatus, complaints, events, outbox
from infra.db.transaction import transact
from infra.policies import SHIPPED
from tests.e2e.office import Office, office
from tests.e2e.standard_path import complaint, file
from tests.support.conditions import eventually
from tests.support.desk import Desk

pytestmark = pytest.mark.timeout(240)

HOUR = timedelta(hours=1)
OFFSETS = {
    "last": timedelta(milliseconds=900),
    "middle": timedelta(milliseconds=400),
    "first": timedelta(0),
}
"""When the limits of a complaint fall due within the common second; the policy names them the other way round."""

FILING_TOGETHER = 20


async def test_limits_in_one_second_are_all_noticed_once_and_in_order(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Five hundred complaints with three limits each."""
    async with office(desk, tmp_path, policy=_policy(tmp_path)) as here:
        due_at = datetime.now(UTC) + timedelta(seconds=60)
        references = await _file(here, due_at, 500)
        assert datetime.now(UTC) < due_at, "all are open before the second comes"
        lags = await _noticed(here, references, due_at)
        assert here.sink.repeats() == 0
    record_property("500 complaints due in one second: last limit noticed after", f"{max(lags):.1f} s")


async def test_limits_that_fall_while_everything_is_down_are_noticed_in_order_afterwards(
    desk: Desk, tmp_path: Path
) -> None:
    """The worker hangs over the due time and is then killed; its successor finds out."""
    async with office(desk, tmp_path, policy=_policy(tmp_path)) as here:
        due_at = datetime.now(UTC) + timedelta(seconds=15)
        references = await _file(here, due_at, 60)
        here.worker.freeze()
        assert datetime.now(UTC) < due_at, "all are open before the second comes"
        await eventually(lambda: _is_past(due_at + timedelta(seconds=1)), "the second has passed")
        here.worker.kill()
        lags = await _noticed(here, references, due_at)
    assert min(lags) > 0


async def _file(here: Office, due_at: datetime, count: int) -> list[str]:
    slots = asyncio.Semaphore(FILING_TOGETHER)

    async def one(number: int) -> str:
        async with slots:
            filed = complaint(f"{here.task_queue}-{number}").model_copy(update={"received_at": due_at - HOUR})
            return await file(here.client, filed)

    return await asyncio.gather(*(one(number) for number in range(count)))


async def _noticed(here: Office, references: list[str], due_at: datetime) -> list[float]:
    """Check the journal and the mails of every complaint; how late each last limit was noticed, in seconds."""
    await eventually(lambda: _all_told(here, references), "everybody has been told of every limit")
    journal: dict[str, list[Any]] = {reference: [] for reference in references}
    for row in await _rows(here, select(events).where(events.c.type == "clock_breached").order_by(events.c.sequence)):
        if row.reference in journal:
            journal[row.reference].append(row)
    expected = [(name, due_at + OFFSETS[name]) for name in ("first", "middle", "last")]
    for reference, breaches in journal.items():
        found = [(breach.data["clock"], datetime.fromisoformat(breach.data["due_at"])) for breach in breaches]
        assert found == expected, reference
        assert all(breach.at >= due for breach, (_, due) in zip(breaches, expected, strict=True)), reference
    return [(breaches[-1].at - expected[-1][1]).total_seconds() for breaches in journal.values()]


async def _all_told(here: Office, references: list[str]) -> bool:
    """The escalation mail of the last limit of each complaint is sent."""
    query = (
        select(outbox.c.reference)
        .join(complaints, complaints.c.reference == outbox.c.reference)
        .where(outbox.c.notice == "escalation", outbox.c.status == MailStatus.SENT)
    )
    told = Counter(row.reference for row in await _rows(here, query))
    assert all(told[reference] <= 1 for reference in references), "somebody was told twice"
    return all(told[reference] == 1 for reference in references)


async def _rows(here: Office, query: Any) -> list[Any]:
    return list((await transact(here.desk.engine, lambda connection: connection.execute(query))).all())


async def _is_past(moment: datetime) -> bool:
    return datetime.now(UTC) > moment


def _policy(directory: Path) -> Path:
    """The default policy with these limits alone; the head is told of the last."""
    policy = yaml.safe_load((SHIPPED / "default.yaml").read_text(encoding="utf-8"))
    policy["clocks"] = [
        {
            "name": name,
            "start": ["filed"],
            "stop": ["accepted"],
            "target": f"PT{(HOUR + offset).total_seconds()}S",
            "ladder": [{"percent": 100, "tell": "head"}] if name == "last" else [],
        }
        for name, offset in OFFSETS.items()
    ]
    path = directory / "same-second.yaml"
    path.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    return path
