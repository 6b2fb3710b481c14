"""Approval on the real server: many at once, people who come, go and are away, and what they are told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.organisation import Member, load_organisation
from infra.policies import SHIPPED
from starter.directory import Directory
from starter.staff import actor_of, check_names
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.people import AGENT, EXECUTIVE, HEAD, LEAD
from workflows.contract import commands as ask
from workflows.contract.consent import Consent
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, Party, StandIn
from workflows.contract.views import ProposalView, Receipt
from workflows.contract.vocabulary import Language, Role, Status

AT_ONCE = 20
NEEDED = 3
SERVICE = "customer_service"

MATRICES: dict[str, list[dict[str, Any]]] = {
    "three-of-many": [{"roles": ["agent"], "approvals": NEEDED}],
    "two-steps-of-many": [
        {
            "steps": [
                {"step": "first", "roles": ["agent"], "approvals": NEEDED},
                {"step": "second", "roles": ["agent"], "approvals": NEEDED},
            ],
            "order": "parallel",
        }
    ],
    "heads": [{"roles": ["head"], "approvals": 2}],
    "two-steps": [
        {
            "steps": [
                {"step": "line", "roles": ["lead", "head"]},
                {"step": "legal", "roles": ["head", "lead"], "department": "legal_compliance"},
            ],
            "order": "parallel",
        }
    ],
}


@pytest.fixture
async def proposed(desk: Desk, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Case]:
    """A case with a proposal of its owner, under the default policy with another approval matrix."""
    matrix = request.param
    policy = yaml.safe_load((SHIPPED / "default.yaml").read_text(encoding="utf-8")) | {"approval": MATRICES[matrix]}
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    async with working(desk.with_settings(task_queue=request.node.name[:60], policy=str(path))) as there:
        case = Case(there, complaint(request.node.nodeid[-150:]))
        await case.file()
        await case.give(ask.Accept(actor=AGENT))
        await case.give(ask.Propose(actor=AGENT, solution="We call back and apologise."))
        yield case


def colleague(number: int, **more: Any) -> Actor:
    """One of many agents of the department that holds the case."""
    return Actor(subject=f"agent.{number}", roles=(Role.AGENT,), department=SERVICE, authenticated_by="test", **more)


async def approved_at_once(case: Case, actors: list[Actor]) -> tuple[list[Receipt], list[AmendsError]]:
    """The receipts and the refusals of approvals that are all sent at the same time."""
    approvals = (case.desk.client.command(case.reference, ask.Approve(actor=actor)) for actor in actors)
    answers = await asyncio.gather(*approvals, return_exceptions=True)
    refusals = [answer for answer in answers if isinstance(answer, AmendsError)]
    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    assert len(receipts) + len(refusals) == len(actors), answers
    await case.settle()
    return receipts, refusals


async def proposal_of(case: Case) -> ProposalView:
    """What its workflow says of the present proposal."""
    proposal = (await case.view()).proposal
    assert proposal
    return proposal


@pytest.mark.parametrize("proposed", ["three-of-many"], indirect=True)
async def test_of_twenty_approvals_at_once_as_many_count_as_are_needed(proposed: Case) -> None:
    """The others are told that it is too late; they are not in the journal."""
    receipts, refusals = await approved_at_once(proposed, [colleague(number) for number in range(AT_ONCE)])
    assert [receipt.events[-1] for receipt in sorted(receipts, key=lambda each: each.sequence)] == [
        *["approval_granted"] * (NEEDED - 1),
        "approved",
    ]
    assert Counter(refusal.code for refusal in refusals) == {ErrorCode.WRONG_STATUS: AT_ONCE - NEEDED}
    assert all("this one is executing" in refusal.message for refusal in refusals)
    assert Counter(await proposed.story())["approval_granted"] == NEEDED
    assert (await proposed.view()).summary.status is Status.EXECUTING
    assert len(set((await proposal_of(proposed)).approvals)) == NEEDED


@pytest.mark.parametrize("proposed", ["two-steps-of-many"], indirect=True)
async def test_twenty_at_once_fill_both_steps_and_not_one_twice(proposed: Case) -> None:
    """Whoever counted in one of them is not in the other."""
    receipts, _ = await approved_at_once(proposed, [colleague(number) for number in range(AT_ONCE)])
    consents = (await proposal_of(proposed)).consents
    assert len(receipts) == len({consent.by for consent in consents}) == 2 * NEEDED
    assert Counter(consent.step for consent in consents) == {"first": NEEDED, "second": NEEDED}


@pytest.mark.parametrize("proposed", ["three-of-many"], indirect=True)
async def test_one_person_who_approves_twenty_times_at_once_counts_once(proposed: Case) -> None:
    """Each with an id of its own, so no repeat of one command."""
    receipts, refusals = await approved_at_once(proposed, [colleague(1)] * AT_ONCE)
    assert len(receipts) == 1
    assert {refusal.code for refusal in refusals} == {ErrorCode.ALREADY_APPROVED}


@pytest.mark.parametrize("proposed", ["heads"], indirect=True)
async def test_twenty_deputies_of_one_head_count_once(proposed: Case) -> None:
    """Whoever comes first has spoken for the head."""
    absent = StandIn(subject=HEAD.subject, roles=HEAD.roles, department=SERVICE)
    receipts, refusals = await approved_at_once(
        proposed, [colleague(number, stands_in_for=(absent,)) for number in range(AT_ONCE)]
    )
    assert len(receipts) == 1
    assert {refusal.code for refusal in refusals} == {ErrorCode.ALREADY_APPROVED}
    (consent,) = (await proposal_of(proposed)).consents
    assert consent.on_behalf_of == HEAD.subject
    assert await proposed.refusal(ask.Approve(actor=HEAD)) is ErrorCode.ALREADY_APPROVED


@pytest.mark.parametrize("proposed", ["heads"], indirect=True)
async def test_who_left_between_request_and_approval_does_not_approve(desk: Desk, proposed: Case) -> None:
    """Neither they, whom the door no longer knows, nor by a right that was handed to them before."""
    directory = Directory(desk.engine)
    chief = await actor_of(desk.engine, EXECUTIVE.subject, authenticated_by="test")
    newcomer = Member(
        subject="temporary.agent",
        name="Tess Temporary",
        email="tess@amends.example",
        department=SERVICE,
        roles=(Role.AGENT,),
        language=Language.EN,
    )
    await directory.engage(newcomer, chief)
    tess = await actor_of(desk.engine, newcomer.subject, authenticated_by="test")
    delegate = ask.Delegate(actor=HEAD, to=Party(department=SERVICE, subject=tess.subject), reason="She knows it.")
    await proposed.give(await check_names(desk.engine, delegate))
    assert "approve" in await desk.client.allowed(proposed.reference, tess)

    await directory.leave(tess.subject, chief)
    with pytest.raises(AmendsError) as unknown:
        await actor_of(desk.engine, tess.subject, authenticated_by="test")
    assert unknown.value.code is ErrorCode.UNKNOWN_STAFF
    with pytest.raises(AmendsError) as unknown:
        await check_names(desk.engine, delegate)
    assert unknown.value.code is ErrorCode.UNKNOWN_STAFF

    amended = ask.AmendStaff(
        actor=EXECUTIVE,
        departments=load_organisation().responsible(),
        executive=EXECUTIVE.subject,
        left=(tess.subject,),
        reason="She has left.",
    )
    await proposed.give(amended)
    assert await proposed.refusal(ask.Approve(actor=tess)) is ErrorCode.NOT_PERMITTED
    assert "approve" in await desk.client.allowed(proposed.reference, HEAD), "the right came back to its owner"


@pytest.mark.parametrize("proposed", ["heads"], indirect=True)
async def test_the_deputy_of_an_absent_head_is_known_to_the_door(desk: Desk, proposed: Case) -> None:
    """They decide for the head as long as that is away, and what they did stays done."""
    directory, head = Directory(desk.engine), await actor_of(desk.engine, HEAD.subject, authenticated_by="test")
    lead = await actor_of(desk.engine, LEAD.subject, authenticated_by="test")
    assert await proposed.refusal(ask.Approve(actor=lead)) is ErrorCode.NOT_PERMITTED
    now = datetime.now(UTC)
    await directory.absent(HEAD.subject, now, now + timedelta(days=1), None, head)
    try:
        deputy = await actor_of(desk.engine, LEAD.subject, authenticated_by="test")
        await proposed.give(ask.Approve(actor=deputy))
    finally:
        await directory.back(HEAD.subject, head)
    assert (await proposal_of(proposed)).consents == (
        Consent(by=LEAD.subject, step="approval", on_behalf_of=HEAD.subject),
    )
    back = await actor_of(desk.engine, HEAD.subject, authenticated_by="test")
    assert await proposed.refusal(ask.Approve(actor=back)) is ErrorCode.ALREADY_APPROVED


@pytest.mark.parametrize("proposed", ["two-steps"], indirect=True)
async def test_those_asked_get_a_letter_each_and_after_silence_those_above_them(proposed: Case) -> None:
    """Both steps are asked at once; after eight hours executives are called on in both, once."""
    asked = [each.staff for each in await proposed.messages() if each.notice == "approval_request"]
    assert sorted(str(name) for name in asked) == ["lin.wan", "nora.lind", "shen.yi", "tom.hale"]
    await proposed.pass_time(timedelta(hours=8))
    assert Counter(await proposed.story())["approval_escalated"] == 2
    called = [each.staff for each in await proposed.messages() if each.notice == "approval_request"][len(asked) :]
    assert sorted(str(name) for name in called) == ["grace.adler", "grace.adler", "xu.ming", "xu.ming"]
    await proposed.give(ask.Approve(actor=EXECUTIVE))
    assert [step.called_on for step in (await proposal_of(proposed)).steps] == ["executive", "executive"]
