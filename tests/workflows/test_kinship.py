"""Complaints that have to do with each other, on the real servers: no door does half of anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from starter.read_model import EventRow
from tests.support.conditions import until
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.paths import A_LITTLE, REOPENING_WINDOW, answer, propose, solve
from tests.workflows.people import AGENT, COMPLAINANT, EXECUTIVE, HEAD, LEAD
from workflows.contract import commands as ask
from workflows.contract.commands.base import OWN_IDS
from workflows.contract.errors import ErrorCode
from workflows.contract.kinship import SPLIT_SOURCE, Standpoint
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Kinship, Outcome, Status

AT_ONCE = timedelta(minutes=1)
CHILDREN = 12
"""More than one activity speaks to."""


async def filed(new_case: Callable[..., Case], count: int) -> list[Case]:
    """So many complaints."""
    cases = [new_case() for _ in range(count)]
    await asyncio.gather(*(case.file() for case in cases))
    return cases


async def at_rest(*cases: Case) -> None:
    """Wait until nobody has anything to say or to write any more, also because of what another one said."""
    for _ in range(2):
        for case in cases:
            await case.settle()


async def heard(case: Case, event: str) -> EventRow:
    """Wait for an event of a complaint, and return it."""

    async def has_come() -> bool:
        return event in await case.story()

    await until(has_come, f"{event} has happened to {case.reference}")
    return next(row for row in await case.journal() if row.type == event)


async def _told(case: Case) -> list[str]:
    """What the complainant was told, in order."""
    return [message.notice for message in await case.messages() if message.staff is None]


async def test_a_link_is_shown_by_both(new_case: Callable[..., Case]) -> None:
    """And repeating the command links them once."""
    one, two = await filed(new_case, 2)
    command = ask.LinkTo(
        actor=AGENT, reference=two.reference.lower(), relation=Kinship.CAUSED_BY, reason="same van", command_id="link-1"
    )
    first = await one.give(command)
    assert await one.give(command) == first
    await at_rest(one, two)
    (there,) = (await two.view()).kin.links
    assert (there.reference, there.relation, there.inward) == (one.reference, Kinship.CAUSED_BY, True)
    (linked,) = [event for event in await two.journal() if event.type == "linked_from"]
    assert linked.command_id.startswith(OWN_IDS)


async def test_a_merged_complaint_follows_its_survivor_to_the_end(new_case: Callable[..., Case]) -> None:
    """It is told the result, asked, told the end, and archived when its own time to come back is over."""
    duplicate, survivor = await filed(new_case, 2)
    await duplicate.give(ask.Merge(actor=HEAD, into=survivor.reference, reason="the same parcel"))
    await at_rest(duplicate, survivor)
    row = await duplicate.row()
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.MERGED)
    await duplicate.pass_time(REOPENING_WINDOW + A_LITTLE)
    assert (await duplicate.row()).status is Status.CLOSED
    await survivor.give(ask.Accept(actor=AGENT))
    await solve(survivor)
    await answer(survivor, solved=True)
    await at_rest(survivor, duplicate)
    assert await _told(duplicate) == ["acknowledgement", "merged", "survey"]
    await duplicate.pass_time(REOPENING_WINDOW + A_LITTLE)
    assert (await duplicate.story())[-5:] == ["closed", "followed", "followed", "clock_expired", "archived"]


async def test_a_merged_complainant_who_is_not_content_goes_on_alone(new_case: Callable[..., Case]) -> None:
    """By the survey that came with the survivor's result; the survivor lets the complaint go."""
    duplicate, survivor = await filed(new_case, 2)
    await duplicate.give(ask.Merge(actor=HEAD, into=survivor.reference, reason="the same parcel"))
    await at_rest(duplicate, survivor)
    await survivor.give(ask.Accept(actor=AGENT))
    await solve(survivor)
    await at_rest(survivor, duplicate)
    await duplicate.give(ask.AnswerSurvey(actor=COMPLAINANT, solved=False, score=1, round=1))
    await at_rest(duplicate, survivor)
    assert (await duplicate.row()).status is Status.INVESTIGATING
    assert (await survivor.view()).kin.absorbed == ()


async def test_two_merged_into_each_other_at_the_same_moment_are_both_kept(new_case: Callable[..., Case]) -> None:
    """Whichever comes first; not both are gone, and what one knows the other knows."""
    cases = await filed(new_case, 2)
    one, two = cases
    await asyncio.gather(
        *(
            case.desk.client.command(case.reference, ask.Merge(actor=HEAD, into=other.reference, reason="same"))
            for case, other in ((one, two), (two, one))
        )
    )
    await at_rest(*cases)
    views = [await case.view() for case in cases]
    merged = [view for view in views if view.summary.outcome is Outcome.MERGED]
    assert len(merged) <= 1
    for view in views:
        assert view.kin.merging is None
    assert [view.reference for view in merged] == [each for view in views for each in view.kin.absorbed]
    for case, view in zip(cases, views, strict=True):
        if view not in merged:
            assert view.summary.status is Status.ASSIGNED
            assert "merge_refused" in await case.story()


async def test_a_merge_that_is_refused_leaves_both_whole(new_case: Callable[..., Case]) -> None:
    """Into nobody, into itself, into one that is archived; whoever asked gets a letter."""
    one, old = await filed(new_case, 2)
    await old.give(ask.Withdraw(actor=COMPLAINANT, reason="It has settled itself."))
    await old.pass_time(REOPENING_WINDOW + A_LITTLE)
    before = await old.journal()
    assert await one.refusal(ask.Merge(actor=HEAD, into=one.reference, reason="x")) is ErrorCode.INVALID_INPUT
    assert await one.refusal(ask.Merge(actor=HEAD, into="nonsense", reason="x")) is ErrorCode.REFERENCE_MISTYPED
    for into in (reference_for("test", "never filed"), old.reference):
        await one.give(ask.Merge(actor=HEAD, into=into, reason="the same parcel"))
    refusals = [event.data["code"] for event in await one.journal() if event.type == "merge_refused"]
    assert refusals == [ErrorCode.UNKNOWN_REFERENCE, ErrorCode.ARCHIVED]
    assert (await one.row()).status is Status.ASSIGNED
    letters = [(message.notice, message.staff) for message in await one.messages()]
    assert letters.count(("kinship_refused", HEAD.subject)) == 2
    assert await old.journal() == before


async def test_a_part_becomes_a_complaint_of_the_same_complainant(new_case: Callable[..., Case]) -> None:
    """Received when the whole was; each of the two knows the other."""
    whole = new_case(product="Washing machine")
    await whole.file()
    await whole.give(ask.Split(actor=HEAD, text="And the driver was rude.", subject="Driver", reason="another matter"))
    (link,) = (await whole.view()).kin.links
    sequence = next(event.sequence for event in await whole.journal() if event.type == "split_off")
    assert link.reference == reference_for(SPLIT_SOURCE, f"{whole.reference}-{sequence}")
    part = Case(whole.desk, complaint(f"{whole.reference}-{sequence}", source=SPLIT_SOURCE))
    await at_rest(part)
    old, new = await whole.row(), await part.row()
    same = ("complainant_name", "complainant_email", "channel", "language", "product", "received_at")
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]
    assert (new.text, new.subject) == ("And the driver was rude.", "Driver")
    (back,) = (await part.view()).kin.links
    assert (back.reference, back.relation, back.inward) == (whole.reference, Kinship.SPLIT_INTO, True)


def _declaration(**changes: object) -> ask.DeclareMajorEvent:
    given = {
        "actor": HEAD,
        "title": "The warehouse has burnt down",
        "departments": ("technical_support", "legal_compliance"),
        "plan": "Everybody is told today, and then daily.",
        "statement": "Your parcel may have been lost.",
    }
    return ask.DeclareMajorEvent.model_validate(given | changes)


async def _join(children: list[Case], lead: Case) -> None:
    await asyncio.gather(
        *(
            child.desk.client.command(
                child.reference, ask.JoinEvent(actor=HEAD, parent=lead.reference, reason="the same fire")
            )
            for child in children
        )
    )


async def test_the_departments_of_a_major_event_are_told_within_a_minute(new_case: Callable[..., Case]) -> None:
    """By the times in the journal and the outbox: from the declaration to the mail server's receipt."""
    (lead,) = await filed(new_case, 1)
    await lead.give(_declaration())
    declared = await heard(lead, "major_event_declared")
    letters = [message for message in await lead.messages() if message.notice == "major_event"]
    assert [letter.staff for letter in letters] == declared.data["told"]
    assert len(letters) == 4
    for letter in letters:
        assert letter.sent_at is not None
        assert letter.sent_at - declared.at < AT_ONCE


async def test_a_major_event_is_told_and_decided_once_for_all(new_case: Callable[..., Case]) -> None:
    """Every child is told the same and carries out the same decision; who joins late catches up."""
    lead, late, *children = await filed(new_case, CHILDREN + 2)
    await lead.give(_declaration())
    await _join(children, lead)
    await at_rest(*children, lead)
    await lead.give(ask.Broadcast(actor=HEAD, text="We send everything again."))
    await lead.give(ask.Accept(actor=AGENT))
    await propose(lead, AGENT, refund=100)
    await lead.give(ask.Approve(actor=LEAD))
    await at_rest(lead, *children)
    await _join([late], lead)
    await at_rest(late, lead, late)
    for child in (*children, late):
        view = await child.view()
        assert (view.summary.status, view.summary.parent) == (Status.EXECUTING, lead.reference)
        assert view.proposal
        assert view.proposal.redress[0].amount == 100
        assert await _told(child) == ["acknowledgement", "progress"] + (["progress"] if child is not late else [])
        assert (await child.row()).parent == lead.reference
    event = (await lead.view()).kin.event
    assert event
    assert {child.reference for child in event.children} == {child.reference for child in (*children, late)}
    assert {child.standpoint for child in event.children} == {Standpoint.DECIDED}
    first = children[0]
    await first.give(ask.Execute(actor=HEAD, result="Sent again."))
    await answer(first, solved=True)
    assert (await first.row()).outcome is Outcome.RESOLVED
    assert (await lead.row()).status is Status.EXECUTING


async def test_a_child_that_cannot_be_reached_holds_up_nobody(desk: Desk, new_case: Callable[..., Case]) -> None:
    """Neither the other children nor the lead's own letters; when it is back, it is told, in the right order."""
    lead, *children = await filed(new_case, 3)
    await lead.give(_declaration())
    elsewhere = desk.with_settings(task_queue="elsewhere")
    lost = Case(elsewhere, complaint("lost-child"))
    async with working(elsewhere):
        await lost.file()
        await _join([*children, lost], lead)
        await at_rest(*children, lost, lead)
    texts = [f"Statement {number}." for number in range(3)]
    for text in texts:
        await desk.client.command(lead.reference, ask.Broadcast(actor=HEAD, text=text))
    for child in children:
        await until(partial(_was_told, child, texts), "the children that can be reached are told")
    await desk.client.command(lead.reference, ask.Escalate(actor=AGENT, reason="A child does not answer."))
    await heard(lead, "escalated")
    assert "escalation" in [message.notice for message in await lead.messages()]
    async with working(elsewhere):
        await until(partial(_was_told, lost, texts), "the lost child is told when it is back")
        await at_rest(lead)


async def _was_told(case: Case, texts: list[str]) -> bool:
    said = [event.data["text"] for event in await case.journal() if event.type == "informed"]
    assert said[1:] == texts[: len(said) - 1]
    return len(said) == len(texts) + 1


async def test_a_lead_is_withdrawn_by_its_complainant_and_the_event_goes_on(new_case: Callable[..., Case]) -> None:
    """As long as its file is open to be reopened, it can be spoken from."""
    lead, child = await filed(new_case, 2)
    await lead.give(_declaration(statement=None))
    await _join([child], lead)
    await at_rest(child, lead)
    await lead.give(ask.Withdraw(actor=COMPLAINANT, reason="It has settled itself."))
    await lead.give(ask.Broadcast(actor=EXECUTIVE, text="We send everything again."))
    await at_rest(lead, child)
    assert "informed" in await child.story()


@pytest.mark.parametrize("name", [command.name for command in ask.BY_AMENDS])
async def test_no_person_gives_the_commands_between_complaints(new_case: Callable[..., Case], name: str) -> None:
    """Whatever their role: it would be half of something."""
    (case,) = await filed(new_case, 1)
    assert name not in await case.desk.client.allowed(case.reference, EXECUTIVE)
