from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.directory import executive, find_department, find_staff, responsible, seed
from infra.db.tables import departments, staff
from infra.organisation import Member, Organisation, load_organisation
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Role

ORGANISATION = load_organisation()


def changed(subject: str, **changes: object) -> Organisation:
    """The shipped organisation with one person changed."""
    members = [
        Member.model_validate({**dict(member), **changes}) if member.subject == subject else member
        for member in ORGANISATION.staff
    ]
    return Organisation(departments=ORGANISATION.departments, staff=tuple(members))


def without(subject: str) -> Organisation:
    """The shipped organisation after one person left."""
    remaining = tuple(member for member in ORGANISATION.staff if member.subject != subject)
    return Organisation(departments=ORGANISATION.departments, staff=remaining)


async def test_the_directory_says_what_the_file_says(owner_engine: AsyncEngine) -> None:
    """Every member comes back as written, and the same people answer."""
    async with owner_engine.begin() as connection:
        await seed(connection, ORGANISATION)
        assert [await find_staff(connection, member.subject) for member in ORGANISATION.staff] == list(
            ORGANISATION.staff
        )
        assert await responsible(connection) == ORGANISATION.responsible()


async def test_seeding_again_changes_nothing(owner_engine: AsyncEngine) -> None:
    """Every start of a worker may seed."""
    async with owner_engine.begin() as connection:
        await seed(connection, ORGANISATION)
        await seed(connection, ORGANISATION)
        counts = [await connection.scalar(select(func.count()).select_from(table)) for table in (departments, staff)]
    assert counts == [len(ORGANISATION.departments), len(ORGANISATION.staff)]


async def test_a_changed_file_changes_the_directory(owner_engine: AsyncEngine) -> None:
    """A promotion and a new name arrive with the next seed."""
    async with owner_engine.begin() as connection:
        await seed(connection, ORGANISATION)
        await seed(connection, changed("zhou.qi", name="周琪", roles=(Role.AGENT, Role.AUDITOR)))
        member = await find_staff(connection, "zhou.qi")
    assert (member.name, member.roles) == ("周琪", (Role.AGENT, Role.AUDITOR))


async def test_who_left_is_unknown_but_not_forgotten(owner_engine: AsyncEngine) -> None:
    """They cannot act any more; complaints that name them still find the row. Whoever returns is active again."""
    async with owner_engine.begin() as connection:
        await seed(connection, without("zhou.qi"))
        with pytest.raises(AmendsError) as refusal:
            await find_staff(connection, "zhou.qi")
        assert await connection.scalar(select(staff.c.active).where(staff.c.subject == "zhou.qi")) is False
        await seed(connection, ORGANISATION)
        assert (await find_staff(connection, "zhou.qi")).name == "周琦"
    assert refusal.value.code is ErrorCode.UNKNOWN_STAFF


async def test_a_department_that_was_closed_answers_for_nothing(owner_engine: AsyncEngine) -> None:
    """Its head left with it, so no complaint is sent there any more."""
    kept = tuple(each for each in ORGANISATION.departments if each.department != "marketing_pr")
    members = tuple(member for member in ORGANISATION.staff if member.department != "marketing_pr")
    async with owner_engine.begin() as connection:
        await seed(connection, Organisation(departments=kept, staff=members))
        assert set(await responsible(connection)) == {each.department for each in kept}
        with pytest.raises(AmendsError):
            await find_department(connection, "marketing_pr")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("zhou.qy", "did you mean zhou.qi"), ("patel", "did you mean raj.patel"), ("xyzzy", "known are")],
)
async def test_a_misspelt_name_is_answered_with_close_ones(owner_engine: AsyncEngine, typed: str, hint: str) -> None:
    """Whoever types at a shell sees the right name in the answer."""
    async with owner_engine.connect() as connection:
        with pytest.raises(AmendsError, match=hint) as refusal:
            await find_staff(connection, typed)
    assert refusal.value.code is ErrorCode.UNKNOWN_STAFF


async def test_departments_are_found_or_suggested(owner_engine: AsyncEngine) -> None:
    """The same for departments."""
    async with owner_engine.connect() as connection:
        assert (await find_department(connection, "technical_support")).head == "gao.feng"
        with pytest.raises(AmendsError, match="did you mean technical_support") as refusal:
            await find_department(connection, "tech_support")
    assert refusal.value.code is ErrorCode.UNKNOWN_DEPARTMENT


async def test_the_executive_who_heads_a_department_is_told_first(owner_engine: AsyncEngine) -> None:
    """And another one when that one is executive no more."""
    async with owner_engine.begin() as connection:
        await seed(connection, ORGANISATION)
        assert await executive(connection) == "xu.ming"
        await seed(connection, changed("xu.ming", roles=(Role.HEAD,)))
        assert await executive(connection) == "grace.adler"


async def test_an_empty_directory_says_how_to_fill_it(owner_engine: AsyncEngine) -> None:
    """A worker on a database that was migrated and not seeded fails with the remedy."""
    async with owner_engine.begin() as connection:
        await connection.execute(staff.update().values(active=False))
        with pytest.raises(AmendsError, match="amends migrate") as refusal:
            await executive(connection)
    assert refusal.value.code is ErrorCode.SETUP
