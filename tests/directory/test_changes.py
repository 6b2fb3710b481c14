"""Changing the directory: what is done, what is journalled, and what has to wait for something else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from infra.organisation import Department, Member, load_organisation
from starter.directory import Directory, MemberChanges, WantedStaff
from tests.directory.conftest import Acting
from tests.support.organisations import without_department
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Language, Nature, Role

NEW = Member(
    subject="wei.lan",
    name="韦兰",
    department="customer_service",
    roles=(Role.AGENT,),
    language=Language.ZH,
    languages=(Language.EN,),
    skills=(Nature.LOGISTICS,),
    team="hotline",
    calendar="china",
    deputy="zhou.qi",
)
LOGISTICS = Department(department="logistics", names={Language.ZH: "物流部", Language.EN: "Logistics"})
HOUR = timedelta(hours=1)


async def refused(change: object) -> AmendsError:
    """Why a change is refused."""
    assert asyncio.iscoroutine(change)
    with pytest.raises(AmendsError) as refusal:
        await change
    return refusal.value


async def test_whoever_is_engaged_is_there_as_described_and_leaves_again(directory: Directory, acting: Acting) -> None:
    """Engaging the same person again changes nothing; a different one of that name is refused."""
    by = await acting("lin.wan")
    (engaged,) = await directory.engage(NEW, by)
    assert engaged.before is None
    assert await directory.engage(NEW, by) == ()
    row = await directory.member("wei.lan")
    assert Member.model_validate({name: getattr(row, name) for name in Member.model_fields}) == NEW
    other = await refused(directory.engage(NEW.model_copy(update={"name": "韦蓝"}), by))
    assert other.code is ErrorCode.ALREADY_THERE
    await directory.leave("wei.lan", by)
    assert not (await directory.member("wei.lan")).active
    assert "wei.lan" not in {row.subject for row in await directory.members()}
    assert [row.subject for row in await directory.members(WantedStaff(active=False))] == ["wei.lan"]
    await directory.engage(NEW.model_copy(update={"deputy": None}), by)
    assert (await directory.member("wei.lan")).active


async def test_a_change_touches_what_it_names_and_its_line_says_before_and_after(
    directory: Directory, acting: Acting
) -> None:
    """None takes an optional field away."""
    by = await acting("lin.wan")
    changes = MemberChanges(skills=(Nature.QUALITY,), team="letters", languages=None)
    await directory.change("zhou.qi", changes, by)
    assert await directory.change("zhou.qi", changes, by) == ()
    person = await directory.member("zhou.qi")
    assert (person.skills, person.team, person.languages) == ((Nature.QUALITY,), "letters", ())
    assert (person.name, person.roles) == ("周琦", (Role.AGENT,))
    (line,) = await directory.history("zhou.qi", limit=1)
    assert (line.action, line.by, line.authenticated_by) == ("changed", "lin.wan", "test")
    assert line.before == {"languages": ["en"], "skills": ["service", "price"], "team": None}
    assert line.after == {"languages": [], "skills": ["quality"], "team": "letters"}
    assert datetime.now(UTC) - line.at < HOUR


async def test_whose_deputy_leaves_has_none_and_the_change_says_so(directory: Directory, acting: Acting) -> None:
    changes = await directory.leave("he.jun", await acting("gao.feng"))
    assert [(change.about, change.action) for change in changes] == [("raj.patel", "changed"), ("he.jun", "left")]
    assert (await directory.member("raj.patel")).deputy is None


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("lin.wan", "amends department appoint customer_service --head USER"),
        ("xu.ming", "amends department appoint executive --head USER"),
    ],
)
async def test_a_head_does_not_leave_before_another_is_appointed(
    directory: Directory, acting: Acting, subject: str, said: str
) -> None:
    """And then does."""
    by = await acting("grace.adler")
    refusal = await refused(directory.leave(subject, by))
    assert (refusal.code, refusal.field) == (ErrorCode.WRONG_STATUS, "subject")
    assert said in refusal.message
    department = (await directory.member(subject)).department
    successor = {"customer_service": "tom.hale", "executive": "grace.adler"}[department]
    await directory.appoint(department, by, head=successor)
    await directory.leave(subject, by)
    heads = {row.department: row.head for row in await directory.departments()}
    assert heads[department] == successor


async def test_the_last_executive_does_not_leave(directory: Directory, acting: Acting) -> None:
    """Nor lose the role; ladders would end in the air."""
    by = await acting("xu.ming")
    await directory.leave("grace.adler", by)
    await directory.change("paul.weir", MemberChanges(roles=(Role.AGENT,)), by)
    await directory.appoint("executive", by, head="paul.weir")
    assert (await refused(directory.leave("xu.ming", by))).code is ErrorCode.WRONG_STATUS
    lost = await refused(directory.change("xu.ming", MemberChanges(roles=(Role.AGENT,)), by))
    assert (lost.code, "executive" in lost.message) == (ErrorCode.INVALID_INPUT, True)


async def test_appointing_swaps_two_people_and_keeps_their_other_roles(directory: Directory, acting: Acting) -> None:
    """The lead becomes head, an agent lead, the former head an agent."""
    by = await acting("xu.ming")
    await directory.appoint("customer_service", by, head="tom.hale", lead="zhou.qi")
    roles = {row.subject: row.roles for row in await directory.members(WantedStaff(department="customer_service"))}
    assert roles["lin.wan"] == (Role.AGENT,)
    assert roles["tom.hale"] == (Role.HEAD,)
    assert roles["zhou.qi"] == (Role.LEAD,)
    (row,) = [row for row in await directory.departments() if row.department == "customer_service"]
    assert (row.head, row.lead) == ("tom.hale", "zhou.qi")
    await directory.appoint("executive", by, head="grace.adler")
    assert (await directory.member("grace.adler")).roles == (Role.HEAD, Role.EXECUTIVE)
    assert (await directory.member("xu.ming")).roles == (Role.AGENT, Role.EXECUTIVE)


async def test_a_founded_department_has_its_head_at_once(directory: Directory, acting: Acting) -> None:
    """Who moves there; somebody who heads another department does not."""
    by = await acting("xu.ming")
    assert (await refused(directory.add_department(LOGISTICS, "gao.feng", by))).code is ErrorCode.WRONG_STATUS
    await directory.add_department(LOGISTICS, "raj.patel", by)
    (row,) = [row for row in await directory.departments() if row.department == "logistics"]
    assert (row.head, row.lead, row.staff, row.names) == ("raj.patel", None, 1, LOGISTICS.names)
    assert (await refused(directory.add_department(LOGISTICS, "zhou.qi", by))).code is ErrorCode.ALREADY_THERE


@pytest.mark.parametrize(
    ("subject", "changes", "expected"),
    [
        ("nobody.there", {"team": "a"}, (ErrorCode.UNKNOWN_STAFF, "nobody on the staff")),
        ("zhou.qi", {"deputy": "mary.okoroo"}, (ErrorCode.UNKNOWN_STAFF, "did you mean mary.okoro")),
        ("zhou.qi", {"deputy": "zhou.qi"}, (ErrorCode.INVALID_INPUT, "must be somebody else")),
        ("zhou.qi", {"deputy": "luo.jie"}, (ErrorCode.INVALID_INPUT, "must be an employee")),
        ("tom.hale", {"contractor": True}, (ErrorCode.INVALID_INPUT, "the deputy of an employee must be an employee")),
        ("zhou.qi", {"department": "warehouse"}, (ErrorCode.UNKNOWN_DEPARTMENT, "there is no department warehouse")),
        ("zhou.qi", {"roles": (Role.LEAD,)}, (ErrorCode.INVALID_INPUT, "more than one lead")),
        ("zhou.qi", {"roles": (Role.HEAD,)}, (ErrorCode.INVALID_INPUT, "department appoint customer_service")),
        ("zhou.qi", {"roles": (Role.SYSTEM,)}, (ErrorCode.INVALID_INPUT, "cannot be system")),
        ("zhou.qi", {"name": None}, (ErrorCode.INVALID_INPUT, "name")),
        ("gao.feng", {"roles": (Role.AGENT,)}, (ErrorCode.WRONG_STATUS, "department appoint technical_support")),
        ("gao.feng", {"department": "executive"}, (ErrorCode.WRONG_STATUS, "department appoint technical_support")),
        ("gao.feng", {"contractor": True}, (ErrorCode.INVALID_INPUT, "is a contractor and cannot be head")),
    ],
)
async def test_what_would_not_work_is_refused_and_changes_nothing(
    directory: Directory, acting: Acting, subject: str, changes: dict[str, object], expected: tuple[ErrorCode, str]
) -> None:
    """The sentence says what was expected; the journal is as before."""
    before = await directory.history()
    refusal = await refused(directory.change(subject, MemberChanges.model_validate(changes), await acting("xu.ming")))
    code, said = expected
    assert (refusal.code, said in str(refusal)) == (code, True), str(refusal)
    assert await directory.history() == before


async def test_a_file_replaces_the_directory_and_can_be_tried_first(directory: Directory, acting: Acting) -> None:
    """What the trial says is what then happens; in the journal it is done by whoever did it."""
    by = await acting("xu.ming")
    smaller = without_department("marketing_pr")
    foreseen = await directory.would_change(smaller, by)
    assert [row.department for row in await directory.departments() if row.department == "marketing_pr"]
    assert await directory.replace(smaller, by) == foreseen
    assert {change.action for change in foreseen} == {"department_closed", "left"}
    assert "marketing_pr" not in {row.department for row in await directory.departments()}
    await directory.replace(load_organisation(), by)
    assert [row.by for row in await directory.history(limit=len(foreseen) * 2)] == ["xu.ming"] * len(foreseen) * 2


async def test_changes_at_once_all_happen_and_leave_no_gap_in_the_journal(directory: Directory, acting: Acting) -> None:
    """Of ten appointments at once each is made of what the one before left: there is one head in the end."""
    by = await acting("xu.ming")
    people = ("lin.wan", "tom.hale", "zhou.qi", "mary.okoro") * 2
    appointments = [directory.appoint("customer_service", by, head=person) for person in people]
    skills = [directory.change(person, MemberChanges(skills=(Nature.OTHER,)), by) for person in people[1:4]]
    await asyncio.gather(*appointments, *skills)
    staff = await directory.members(WantedStaff(department="customer_service"))
    (head,) = [row.subject for row in staff if Role.HEAD in row.roles]
    (row,) = [row for row in await directory.departments() if row.department == "customer_service"]
    assert row.head == head
    assert all(row.skills == (Nature.OTHER,) for row in staff if row.subject in people[1:4])
    numbers = [line.ordinal for line in await directory.history(limit=1000)]
    assert numbers == list(range(len(numbers), 0, -1))


async def test_two_heads_who_leave_at_once_cannot_both(directory: Directory, acting: Acting) -> None:
    """The second of two executives hears that they are the last."""
    by = [await acting(subject) for subject in ("xu.ming", "grace.adler")]
    await directory.change("paul.weir", MemberChanges(roles=(Role.AGENT,)), by[0])
    await directory.appoint("executive", by[0], head="paul.weir")
    both = await asyncio.gather(
        directory.leave("xu.ming", by[0]), directory.leave("grace.adler", by[1]), return_exceptions=True
    )
    (refusal,) = [each for each in both if isinstance(each, AmendsError)]
    assert refusal.code is ErrorCode.WRONG_STATUS
