"""A worker killed while complaints are merged, and while fifty go through a major event: all end right, and once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from tests.e2e.doomed_town import DoomedTown, together
from tests.e2e.kill_points import KillPoint, writing
from tests.e2e.records import Record, check_delivery
from tests.e2e.standard_path import COMMANDS, STORY, write_policy
from tests.support.desk import Desk
from workflows.contract import commands as ask
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Outcome, Role, Status

pytestmark = [pytest.mark.timeout(150), pytest.mark.xdist_group("kinship_killed")]

HEAD = Actor(subject="gao.feng", roles=(Role.HEAD,), department="technical_support", authenticated_by="test")
REOPENING = timedelta(seconds=3)
CHILDREN = tuple(f"child-{number:02}" for number in range(50))

MERGES: tuple[tuple[KillPoint, ...], ...] = (
    (),
    (writing("merge_requested"), writing("followed")),
    (writing("absorbed"),),
    (writing("merged"),),
)
EVENT = (writing("child_adopted"), writing("decision_applied"))

DUPLICATES_STORY = [
    "filed",
    "classified",
    "assigned",
    "merge_requested",
    "merged",
    "closed",
    "followed",
    "followed",
    "clock_expired",
    "archived",
]
CHILDS_STORY = [
    "filed",
    "classified",
    "assigned",
    "join_requested",
    "joined_event",
    "informed",
    "proposed",
    "decision_applied",
    "approved",
    "executed",
    "survey_answered",
    "closed",
]


async def merge(town: DoomedTown) -> list[Record]:
    """A duplicate is merged, its survivor solved; both end in the archive."""
    async with town.living():
        duplicate, survivor = await town.filed("duplicate", "survivor")
        await town.give(duplicate, ask.Merge(actor=HEAD, into=survivor, reason="the same machine", command_id="merge"))
        await town.happened(duplicate, "merged")
        for command in COMMANDS:
            await town.give(survivor, command)
        for reference in (duplicate, survivor):
            await town.ended(reference)
        return await town.settled(duplicate, survivor)


async def major_event(town: DoomedTown) -> list[Record]:
    """Fifty complaints join one, are told and decided with it, and end one by one."""
    async with town.living():
        lead, *children = await town.filed("lead", *CHILDREN)
        declared = ask.DeclareMajorEvent(
            actor=HEAD,
            command_id="declare",
            title="All machines of one series leak",
            departments=("customer_service", "legal_compliance"),
            plan="Everybody is told today, and then daily.",
        )
        await town.give(lead, declared)
        join = ask.JoinEvent(actor=HEAD, parent=lead, reason="the same series", command_id="join")
        await together(town.give(child, join) for child in children)
        await together(town.happened(child, "joined_event") for child in children)
        await town.give(lead, ask.Broadcast(actor=HEAD, text="We collect all of them.", command_id="broadcast"))
        accept, propose, approve, execute, answer = COMMANDS
        for command in (accept, propose, approve):
            await town.give(lead, command)
        await together(town.happened(child, "approved") for child in children)
        await town.happened(lead, "child_answered", len(children))
        done = execute.model_copy(update={"actor": HEAD})
        await together(town.give(child, done) for child in children)
        await together(town.give(child, answer) for child in children)
        await together(town.happened(child, "closed") for child in children)
        return await town.settled(lead, *children)


@pytest.fixture(scope="module")
async def lives(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[DoomedTown], list[list[Record]]]:
    """All of them, lived side by side, because the wait after each kill is long."""
    directory = tmp_path_factory.mktemp("towns")
    short = write_policy(directory / "short.yaml", reopening=REOPENING)
    merges = [DoomedTown(desk, plan, directory / f"merge-{number}", short) for number, plan in enumerate(MERGES)]
    event = DoomedTown(desk, EVENT, directory / "event", write_policy(directory / "usual.yaml"))
    records = await asyncio.gather(*(merge(town) for town in merges), major_event(event))
    return [*merges, event], list(records)


@pytest.mark.parametrize("number", range(len(MERGES)))
def test_a_merge_is_carried_out_once_whenever_the_worker_dies(
    lives: tuple[list[DoomedTown], list[list[Record]]], number: int
) -> None:
    """The duplicate follows its survivor into the archive; nobody is told anything twice."""
    towns, records = lives
    town, (duplicate, survivor) = towns[number], records[number]
    assert town.kills == len(MERGES[number])
    assert [event.type for event in duplicate.journal] == DUPLICATES_STORY
    assert Counter(event.type for event in survivor.journal) == Counter([*STORY, "absorbed"])
    assert (duplicate.complaint.status, duplicate.complaint.outcome) == (Status.ARCHIVED, Outcome.MERGED)
    assert (survivor.complaint.status, survivor.complaint.outcome) == (Status.ARCHIVED, Outcome.RESOLVED)
    for record in (duplicate, survivor):
        record.check_journal()
        assert [run.final for run in record.archived_runs] == [True]
    told = [message.notice for message in duplicate.messages if message.staff is None]
    assert sorted(told) == ["acknowledgement", "merged", "survey"]
    check_delivery([duplicate, survivor], town.sink)


def test_a_major_event_is_told_and_decided_once_for_all_whenever_the_worker_dies(
    lives: tuple[list[DoomedTown], list[list[Record]]],
) -> None:
    """Each of the fifty has joined, was told, carried the decision out and was closed: once."""
    towns, records = lives
    town, (lead, *children) = towns[-1], records[-1]
    assert town.kills == len(EVENT)
    for child in children:
        child.check_journal()
        assert Counter(event.type for event in child.journal) == Counter(CHILDS_STORY)
        assert (child.complaint.outcome, child.complaint.parent) == (Outcome.RESOLVED, lead.complaint.reference)
        told = [message.notice for message in child.messages if message.staff is None]
        assert sorted(told) == ["acknowledgement", "progress", "survey"]
    lead.check_journal()
    references = {child.complaint.reference for child in children}
    assert {event.data["reference"] for event in lead.entries("child_adopted")} == references
    answered = lead.entries("child_answered")
    assert {event.data["reference"] for event in answered if event.data["applied"]} == references
    assert len(answered) == len(children) == len(lead.entries("child_adopted"))
    check_delivery([lead, *children], town.sink)
