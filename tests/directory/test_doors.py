"""What a door learns of the directory: about who acts, and about those a command names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from starter.directory import Directory, MemberChanges
from starter.staff import actor_of, check_names
from tests.directory.conftest import Acting
from workflows.contract.commands import (
    Accept,
    CallMeeting,
    Command,
    DeclareInterest,
    DeclareMajorEvent,
    Reassign,
    Split,
)
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, Party, StandIn, Standing
from workflows.contract.vocabulary import Role

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
BY = Actor(subject="lin.wan", roles=(Role.HEAD,), department="customer_service", authenticated_by="test")


def reassign(department: str, subject: str | None, standing: Standing | None = None) -> Reassign:
    return Reassign(actor=BY, to=Party(department=department, subject=subject, standing=standing), reason="theirs")


async def test_an_actor_brings_whom_they_stand_in_for(directory: Directory, acting: Acting) -> None:
    """With the roles of those absent, also along a chain; nobody while all are there."""
    assert (await acting("ines.vogel")).stands_in_for == ()
    by = await acting("xu.ming")
    await directory.change("gao.feng", MemberChanges(deputy="he.jun"), by)
    await directory.change("he.jun", MemberChanges(deputy="ines.vogel"), by)
    for subject in ("gao.feng", "he.jun"):
        await directory.absent(subject, NOW - HOUR, NOW + HOUR, None, by)
    head = StandIn(subject="gao.feng", roles=(Role.HEAD,), department="technical_support")
    agent = StandIn(subject="he.jun", roles=(Role.AGENT,), department="technical_support")
    assert (await acting("ines.vogel")).stands_in_for == (head, agent)
    assert (await acting("he.jun")).stands_in_for == (head,)
    await directory.back("he.jun", by)
    assert (await acting("ines.vogel")).stands_in_for == ()


async def test_an_actor_says_that_an_absent_person_is_a_contractor(directory: Directory, acting: Acting) -> None:
    """Whoever stands in for them has no more rights than they."""
    by = await acting("lin.wan")
    await directory.change("luo.jie", MemberChanges(deputy="zhou.qi"), by)
    await directory.absent("luo.jie", NOW - HOUR, NOW + HOUR, None, by)
    (absent,) = (await acting("zhou.qi")).stands_in_for
    assert (absent.subject, absent.contractor) == ("luo.jie", True)


async def test_an_actor_says_that_they_are_a_contractor(acting: Acting) -> None:
    assert (await acting("luo.jie")).contractor
    assert not (await acting("zhou.qi")).contractor


async def test_who_has_left_cannot_act(directory: Directory, acting: Acting, engine: AsyncEngine) -> None:
    await directory.leave("mary.okoro", await acting("lin.wan"))
    with pytest.raises(AmendsError) as refusal:
        await actor_of(engine, "mary.okoro", authenticated_by="test")
    assert refusal.value.code is ErrorCode.UNKNOWN_STAFF


async def test_a_command_is_completed_with_what_the_directory_says_of_the_person_it_names(
    directory: Directory, acting: Acting, engine: AsyncEngine
) -> None:
    """Whatever its sender claimed of them."""
    claimed = Standing(roles=(Role.EXECUTIVE,), department="executive")
    command = await check_names(engine, reassign("technical_support", "raj.patel", claimed))
    assert isinstance(command, Reassign)
    assert command.to.standing == Standing(roles=(Role.AGENT,), department="technical_support")
    await directory.absent("raj.patel", NOW - HOUR, NOW + HOUR, None, await acting("gao.feng"))
    command = await check_names(engine, reassign("technical_support", "raj.patel"))
    assert isinstance(command, Reassign)
    assert command.to.standing == Standing(
        roles=(Role.AGENT,), department="technical_support", absent_until=NOW + HOUR, deputy="he.jun"
    )
    contractor = await check_names(engine, reassign("customer_service", "luo.jie"))
    assert isinstance(contractor, Reassign)
    assert contractor.to.standing
    assert contractor.to.standing.contractor


async def test_a_department_without_a_person_has_no_standing(engine: AsyncEngine) -> None:
    claimed = Standing(roles=(Role.EXECUTIVE,), department="executive")
    command = await check_names(engine, reassign("technical_support", None, claimed))
    assert isinstance(command, Reassign)
    assert command.to == Party(department="technical_support")


@pytest.mark.parametrize(
    ("department", "subject", "code"),
    [
        ("warehouse", None, ErrorCode.UNKNOWN_DEPARTMENT),
        ("technical_support", "nobody.there", ErrorCode.UNKNOWN_STAFF),
        ("technical_support", "zhou.qi", ErrorCode.UNKNOWN_STAFF),
    ],
)
async def test_names_that_the_directory_does_not_have_are_refused(
    engine: AsyncEngine, department: str, subject: str | None, code: ErrorCode
) -> None:
    """Also somebody of another department."""
    with pytest.raises(AmendsError) as refusal:
        await check_names(engine, reassign(department, subject))
    assert (refusal.value.code, refusal.value.field) == (code, "to")


@pytest.mark.parametrize(
    ("command", "field", "says"),
    [
        (
            CallMeeting(actor=BY, departments=("legal_compliance", "warehouse"), agenda="?"),
            "departments",
            "no department warehouse",
        ),
        (DeclareInterest(actor=BY, subject="zhou.qii", reason="his brother"), "subject", "did you mean zhou.qi"),
        (
            DeclareMajorEvent(
                actor=BY, title="Flood", departments=("legal_compliance",), plan="?", spokesperson="clair.dunn"
            ),
            "spokesperson",
            "did you mean claire.dunn",
        ),
    ],
)
async def test_a_name_alone_is_looked_up_too(engine: AsyncEngine, command: Command, field: str, says: str) -> None:
    """Wherever it stands; the refusal says where."""
    with pytest.raises(AmendsError, match=says) as refusal:
        await check_names(engine, command)
    assert refusal.value.field == field


async def test_a_command_need_not_name_whom_it_could(engine: AsyncEngine) -> None:
    """A major event has a spokesperson or none."""
    event = DeclareMajorEvent(actor=BY, title="Flood", departments=("legal_compliance",), plan="?")
    assert await check_names(engine, event) == event


@pytest.mark.parametrize(
    "command", [Accept(actor=BY), Split(actor=BY, subject="The driver", text="He was rude.", reason="another matter")]
)
async def test_a_command_that_names_nobody_is_left_as_it_is(command: Command) -> None:
    """Without asking: there is no database here. The subject of a part is a heading, and nobody's name."""
    engine: AsyncEngine | None = None
    assert await check_names(engine, command) is command  # type: ignore[arg-type] # that it is not asked is the point
