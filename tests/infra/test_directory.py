from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.journal import write
from infra.db.absences import Absence, announce, end
from infra.db.directory import away, candidates, executive, find_department, find_staff, responsible
from infra.db.directory_store import fill
from infra.db.tables import DirectoryAction, complaints, departments, directory_changes, staff
from infra.organisation import Member, Organisation, load_organisation
from tests.support.organisations import bring_to
from tests.support.postings import complaint, entry, filed, posting
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Language, Nature, Role

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
        await bring_to(connection, ORGANISATION)
        assert [await find_staff(connection, member.subject) for member in ORGANISATION.staff] == list(
            ORGANISATION.staff
        )
        assert await responsible(connection) == ORGANISATION.responsible()


async def test_the_file_fills_an_empty_directory_and_no_other(owner_engine: AsyncEngine) -> None:
    """Every start fills it; a start must not undo what was changed since."""
    async with owner_engine.begin() as connection:
        await connection.execute(text("TRUNCATE staff, departments, directory_changes CASCADE"))
        assert await fill(connection, ORGANISATION)
        await bring_to(connection, changed("zhou.qi", name="周琪"))
        assert not await fill(connection, ORGANISATION)
        assert (await find_staff(connection, "zhou.qi")).name == "周琪"
        counts = [await connection.scalar(select(func.count()).select_from(table)) for table in (departments, staff)]
    assert counts == [len(ORGANISATION.departments), len(ORGANISATION.staff)]


async def test_what_is_there_already_is_not_journalled(owner_engine: AsyncEngine) -> None:
    """A file that is applied again says nothing new."""
    async with owner_engine.begin() as connection:
        before = await connection.scalar(select(func.count()).select_from(directory_changes))
        assert await bring_to(connection, ORGANISATION) == ()
        assert await connection.scalar(select(func.count()).select_from(directory_changes)) == before


async def test_a_changed_file_changes_the_directory(owner_engine: AsyncEngine) -> None:
    """A promotion and a new name arrive when it is applied."""
    async with owner_engine.begin() as connection:
        await bring_to(connection, ORGANISATION)
        await bring_to(connection, changed("zhou.qi", name="周琪", roles=(Role.AGENT, Role.AUDITOR)))
        member = await find_staff(connection, "zhou.qi")
    assert (member.name, member.roles) == ("周琪", (Role.AGENT, Role.AUDITOR))


async def test_who_left_is_unknown_but_not_forgotten(owner_engine: AsyncEngine) -> None:
    """They cannot act any more; complaints that name them still find the row. Whoever returns is active again."""
    async with owner_engine.begin() as connection:
        await bring_to(connection, without("zhou.qi"))
        with pytest.raises(AmendsError) as refusal:
            await find_staff(connection, "zhou.qi")
        assert await connection.scalar(select(staff.c.active).where(staff.c.subject == "zhou.qi")) is False
        await bring_to(connection, ORGANISATION)
        assert (await find_staff(connection, "zhou.qi")).name == "周琦"
    assert refusal.value.code is ErrorCode.UNKNOWN_STAFF


async def test_a_department_that_was_closed_answers_for_nothing(owner_engine: AsyncEngine) -> None:
    """Its head left with it, or works elsewhere now, so no complaint is sent there any more."""
    kept = tuple(each for each in ORGANISATION.departments if each.department != "marketing_pr")
    elsewhere = {"roles": (Role.AGENT,), "department": "executive"}
    members = tuple(
        member.model_copy(update=elsewhere) if member.subject == "claire.dunn" else member
        for member in ORGANISATION.staff
        if member.department != "marketing_pr" or member.subject == "claire.dunn"
    )
    async with owner_engine.begin() as connection:
        await bring_to(connection, Organisation(departments=kept, staff=members))
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
        await bring_to(connection, ORGANISATION)
        assert await executive(connection) == "xu.ming"
        await bring_to(connection, changed("xu.ming", roles=(Role.HEAD,)))
        assert await executive(connection) == "grace.adler"


async def test_an_empty_directory_says_how_to_fill_it(owner_engine: AsyncEngine) -> None:
    """A worker on a database that was migrated and not filled fails with the remedy."""
    async with owner_engine.begin() as connection:
        await connection.execute(staff.update().values(active=False))
        with pytest.raises(AmendsError, match="amends migrate") as refusal:
            await executive(connection)
    assert refusal.value.code is ErrorCode.SETUP


NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


async def absent(connection: AsyncConnection, subject: str, hours: tuple[int, int]) -> None:
    """From so many hours after now, to so many."""
    await announce(connection, subject, Absence(starts_at=NOW + hours[0] * HOUR, ends_at=NOW + hours[1] * HOUR))


async def test_somebody_is_away_from_the_first_moment_of_an_absence_to_its_last(owner_engine: AsyncEngine) -> None:
    """And if two overlap, until the later one is over; who has left is not away."""
    async with owner_engine.begin() as connection:
        await absent(connection, "zhou.qi", (0, 4))
        await absent(connection, "zhou.qi", (1, 6))
        await absent(connection, "fang.min", (0, 1))
        moments = {hours: await away(connection, NOW + hours * HOUR) for hours in (-1, 0, 1, 5, 6)}
        assert {hours: set(found) for hours, found in moments.items()} == {
            -1: set(),
            0: {"zhou.qi", "fang.min"},
            1: {"zhou.qi"},
            5: {"zhou.qi"},
            6: set(),
        }
        assert moments[0]["zhou.qi"].until == NOW + 4 * HOUR
        assert moments[1]["zhou.qi"].until == NOW + 6 * HOUR
        assert moments[0]["zhou.qi"].member.skills == (Nature.SERVICE, Nature.PRICE)
        await bring_to(connection, without("fang.min"))
        assert set(await away(connection, NOW)) == {"zhou.qi"}


async def test_who_is_back_early_is_away_no_more_and_an_absence_can_be_announced_again(
    owner_engine: AsyncEngine,
) -> None:
    """What was announced is kept either way."""
    async with owner_engine.begin() as connection:
        await absent(connection, "zhou.qi", (-2, 4))
        await absent(connection, "zhou.qi", (5, 6))
        (ended,) = await end(connection, "zhou.qi", NOW)
        assert (ended.starts_at, ended.ends_at) == (NOW - 2 * HOUR, NOW + 4 * HOUR)
        assert not await away(connection, NOW)
        assert await away(connection, NOW - HOUR)
        (planned,) = await end(connection, "zhou.qi", NOW)
        assert planned.starts_at == NOW + 5 * HOUR
        assert not await away(connection, NOW + 5 * HOUR)
        assert await end(connection, "zhou.qi", NOW) == []
        await absent(connection, "zhou.qi", (5, 6))
        assert await away(connection, NOW + 5 * HOUR)


async def test_candidates_are_those_who_can_hold_a_case_with_the_least_loaded_first(
    engine: AsyncEngine, owner_engine: AsyncEngine
) -> None:
    """What is closed is no load; who is absent comes last; auditors and people of other departments hold nothing."""
    async with owner_engine.begin() as connection:
        await own(connection, "zhou.qi", "assigned", "waiting", "closed", "archived")
        await own(connection, "mary.okoro", "closed")
        await own(connection, "lin.wan", "received")
        await absent(connection, "tom.hale", (-1, 1))
    async with engine.connect() as connection:
        found = await candidates(connection, "customer_service", NOW)
        assert [(each.subject, each.load, each.absent) for each in found] == [
            ("luo.jie", 0, False),
            ("mary.okoro", 0, False),
            ("lin.wan", 1, False),
            ("zhou.qi", 2, False),
            ("tom.hale", 0, True),
        ]
        assert [each.subject for each in found if each.contractor] == ["luo.jie"]
        assert found[3].languages == (Language.ZH, Language.EN)
        assert found[3].skills == (Nature.SERVICE, Nature.PRICE)
        executives = await candidates(connection, "executive", NOW)
        assert [each.subject for each in executives] == ["xu.ming"]
        assert await candidates(connection, "nowhere", NOW) == ()


async def test_no_more_candidates_than_a_message_holds(engine: AsyncEngine, owner_engine: AsyncEngine) -> None:
    """Of a department of hundreds, those with the least to do."""
    many = tuple(
        Member(subject=f"agent.{number:03}", name="N", department="marketing_pr", roles=(Role.AGENT,), language="zh")
        for number in range(60)
    )
    async with owner_engine.begin() as connection:
        await bring_to(connection, ORGANISATION.model_copy(update={"staff": ORGANISATION.staff + many}))
        await own(connection, "agent.000", "assigned")
    async with engine.connect() as connection:
        found = await candidates(connection, "marketing_pr", NOW)
    assert len(found) == 50
    assert "agent.000" not in {each.subject for each in found}


async def own(connection: AsyncConnection, owner: str, *statuses: str) -> None:
    """Complaints of this owner that stand so."""
    for number, status in enumerate(statuses):
        filing = complaint(f"{owner} {number}")
        await write(connection, posting(filing, filed(filing), entry(2)), ())
        ours = complaints.c.reference == filing.reference
        await connection.execute(complaints.update().where(ours).values(owner=owner, status=status))


async def test_the_journal_alone_tells_what_the_directory_says(owner_engine: AsyncEngine) -> None:
    """Every line is numbered without gaps; added up they are the staff as it is."""
    async with owner_engine.begin() as connection:
        await bring_to(connection, changed("zhou.qi", name="周琪", skills=(Nature.OTHER,)))
        await bring_to(connection, without("mary.okoro"))
        rows = (await connection.execute(select(directory_changes).order_by(directory_changes.c.ordinal))).all()
        people = (await connection.execute(select(staff).where(staff.c.active))).mappings().all()
    assert [row.ordinal for row in rows] == list(range(1, len(rows) + 1))
    told: dict[str, dict[str, object]] = {}
    for row in rows:
        if row.action in {DirectoryAction.ENGAGED, DirectoryAction.CHANGED}:
            told[row.about] = told.get(row.about, {}) | row.change["after"]
        elif row.action == DirectoryAction.LEFT:
            del told[row.about]
    assert told == {
        row["subject"]: {name: value for name, value in row.items() if name not in {"subject", "active"}}
        for row in people
    }
    assert {row.by for row in rows} == {"amends"}
