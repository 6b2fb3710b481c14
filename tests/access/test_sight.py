"""Who sees which complaints, on real rows: by department, role, ownership, duty, absence and source."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.journal import JournalActivities
from infra.db.tables import complaints
from infra.db.transaction import transact
from infra.settings import Settings
from starter.access.caller import Caller, Scope
from starter.access.sight import sight
from starter.inbox import Inbox
from tests.support.postings import complaint, filed, posting
from workflows.contract.parties import Actor, StandIn
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, Role, Status

SERVICE, TECHNICAL, MARKETING, LEGAL, BOARD = (
    "customer_service",
    "technical_support",
    "marketing_pr",
    "legal_compliance",
    "executive",
)
SEE_ALL = (SERVICE, LEGAL)
ALL_SCOPES = frozenset(Scope)
_keys = count(1)


def staff(
    subject: str, *roles: Role, department: str, contractor: bool = False, for_: Collection[StandIn] = ()
) -> Caller:
    """Somebody on the staff, and those they stand in for."""
    actor = Actor(
        subject=subject,
        roles=roles,
        department=department,
        authenticated_by="test",
        contractor=contractor,
        stands_in_for=tuple(for_),
    )
    return Caller(actor, ALL_SCOPES)


def service(*sources: str) -> Caller:
    """Another system."""
    return Caller(Actor(subject="shop", roles=(), authenticated_by="test"), ALL_SCOPES, frozenset(sources))


def absent(subject: str, *roles: Role, department: str, contractor: bool = False) -> StandIn:
    """Somebody who is away."""
    return StandIn(subject=subject, roles=roles, department=department, contractor=contractor)


class Files:
    """Complaints on file, by a word for each."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._journal = JournalActivities(engine)
        self._words: dict[str, str] = {}

    async def add(
        self,
        word: str,
        *duties: Duty,
        department: str = MARKETING,
        owner: str = "ben.frost",
        source: str = "mail",
        status: Status = Status.RECEIVED,
    ) -> None:
        """One more."""
        filing = complaint(str(next(_keys))).model_copy(update={"source": source})
        opening = posting(filing, filed(filing))
        said = {"department": department, "owner": owner, "duties": duties, "status": status}
        summary = opening.summary.model_copy(update=said)
        await self._journal.record(opening.model_copy(update={"summary": summary}))
        self._words[filing.reference] = word

    async def seen_by(self, caller: Caller, see_all: Collection[str] = SEE_ALL) -> set[str]:
        """What somebody sees."""
        query = select(complaints.c.reference).where(sight(caller, see_all))
        rows = await transact(self._engine, lambda connection: connection.execute(query))
        return {self._words[reference] for reference in rows.scalars()}

    async def offered_to(self, caller: Caller) -> set[str]:
        """What their inbox offers somebody."""
        items = await Inbox(self._engine).of(caller.actor, 1000)
        return {self._words[item.reference] for item in items}

    @property
    def all(self) -> set[str]:
        """Every word."""
        return set(self._words.values())


def named(subject: str) -> Duty:
    """Something that one person has to do."""
    return Duty(duty=DutyKind.HANDLE, subject=subject)


def of_roles(department: str, *roles: Role, but_not: tuple[str, ...] = ()) -> Duty:
    """Something that those with a role have to do."""
    return Duty(duty=DutyKind.APPROVE, department=department, roles=roles, but_not=but_not)


@pytest.fixture
async def files(engine: AsyncEngine) -> Files:
    """A few of every kind; most are of marketing, which sees its own only."""
    files = Files(engine)
    await files.add("marketing's")
    await files.add("marketing's, archived", status=Status.ARCHIVED)
    await files.add("technical's", department=TECHNICAL, owner="raj.patel")
    await files.add("raj's elsewhere", owner="raj.patel")
    await files.add("luo's", owner="luo.jie")
    await files.add("a duty of raj", named("raj.patel"))
    await files.add("a duty of luo", named("luo.jie"))
    await files.add("for technical heads", of_roles(TECHNICAL, Role.HEAD))
    await files.add("for executives", of_roles(BOARD, Role.EXECUTIVE))
    await files.add("from the web", source="web")
    await files.add("from the app", source="app")
    return files


SEEN_BY_TECHNICAL = {"technical's"}
RAJ = {"raj's elsewhere", "a duty of raj", *SEEN_BY_TECHNICAL}
LUO = {"luo's", "a duty of luo"}
HEADS = {"for technical heads"}
EVERYTHING = None

CALLERS: dict[str, tuple[Caller, set[str] | None]] = {
    "an agent of a department that sees all": (staff("zhou.qi", Role.AGENT, department=SERVICE), EVERYTHING),
    "a lawyer": (staff("fang.min", Role.AGENT, department=LEGAL), EVERYTHING),
    "an executive": (staff("grace.adler", Role.EXECUTIVE, department=BOARD), EVERYTHING),
    "an auditor": (staff("paul.weir", Role.AUDITOR, department=BOARD), EVERYTHING),
    "an auditor from outside": (staff("ext", Role.AUDITOR, department=TECHNICAL, contractor=True), EVERYTHING),
    "an agent": (staff("he.jun", Role.AGENT, department=TECHNICAL), SEEN_BY_TECHNICAL),
    "an owner": (staff("raj.patel", Role.AGENT, department=TECHNICAL), RAJ),
    "a lead": (staff("ines.vogel", Role.LEAD, department=TECHNICAL), SEEN_BY_TECHNICAL),
    "a head": (staff("gao.feng", Role.HEAD, department=TECHNICAL), SEEN_BY_TECHNICAL | HEADS),
    "somebody without a role": (staff("new", department=TECHNICAL), SEEN_BY_TECHNICAL),
    "a contractor where all is seen": (staff("luo.jie", Role.AGENT, department=SERVICE, contractor=True), LUO),
    "a contractor without a case": (staff("ext", Role.LEAD, department=TECHNICAL, contractor=True), set()),
    "a deputy of an owner": (
        staff("he.jun", Role.AGENT, department=TECHNICAL, for_=[absent("raj.patel", Role.AGENT, department=TECHNICAL)]),
        RAJ,
    ),
    "a deputy of another department's head": (
        staff("ben", Role.AGENT, department="nowhere", for_=[absent("gao.feng", Role.HEAD, department=TECHNICAL)]),
        SEEN_BY_TECHNICAL | HEADS,
    ),
    "a deputy of an executive": (
        staff("he.jun", Role.AGENT, department=TECHNICAL, for_=[absent("xu", Role.EXECUTIVE, department=BOARD)]),
        EVERYTHING,
    ),
    "a deputy of a contractor": (
        staff(
            "he.jun",
            Role.AGENT,
            department=TECHNICAL,
            for_=[absent("luo.jie", Role.AGENT, department=SERVICE, contractor=True)],
        ),
        SEEN_BY_TECHNICAL | LUO,
    ),
    "a contractor for a contractor": (
        staff(
            "ext",
            Role.AGENT,
            department=TECHNICAL,
            contractor=True,
            for_=[absent("luo.jie", Role.AGENT, department=SERVICE, contractor=True)],
        ),
        LUO,
    ),
    "a contractor for an executive, which no directory allows": (
        staff(
            "ext",
            Role.AGENT,
            department=TECHNICAL,
            contractor=True,
            for_=[absent("grace.adler", Role.EXECUTIVE, department=SERVICE)],
        ),
        set(),
    ),
    "a service": (service("web"), {"from the web"}),
    "a service of two sources": (service("web", "app", "fax"), {"from the web", "from the app"}),
    "a service of all sources": (service("*"), EVERYTHING),
    "a service of none": (service(), set()),
}


async def test_who_sees_what(files: Files) -> None:
    """One table, and all who are wrong at once."""
    seen = {who: await files.seen_by(caller) for who, (caller, _) in CALLERS.items()}
    expected = {who: files.all if what is EVERYTHING else what for who, (_, what) in CALLERS.items()}
    assert seen == expected


async def test_the_departments_that_see_all_are_a_setting(files: Files) -> None:
    """Without any, customer service sees its own like all others."""
    agent = staff("zhou.qi", Role.AGENT, department=SERVICE)
    assert await files.seen_by(agent, ()) == set()
    assert await files.seen_by(staff("he.jun", Role.AGENT, department=TECHNICAL), [TECHNICAL]) == files.all
    assert tuple(Settings.model_fields["see_all"].default) == SEE_ALL


async def test_what_the_inbox_offers_somebody_they_also_see(files: Files) -> None:
    """Everybody, every kind of duty: a person's, and those of roles with and without people who are barred."""
    people = {caller.actor.subject for caller, _ in CALLERS.values()} | {"xu", "gao.feng"}
    for subject in sorted(people):
        for kind in DutyKind:
            await files.add(f"{kind} of {subject}", Duty(duty=kind, subject=subject))
    for department in (SERVICE, TECHNICAL, MARKETING, LEGAL, BOARD):
        for role in (Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE, Role.AUDITOR):
            await files.add(f"{role} of {department}", of_roles(department, role, but_not=("he.jun",)))
    offered: dict[str, Any] = {}
    for who, (caller, _) in CALLERS.items():
        if not caller.is_service:
            offered[who] = await files.offered_to(caller)
            assert offered[who] <= await files.seen_by(caller, ()), who
    assert len(offered["a deputy of an owner"]) > len(offered["an agent"]) > 0
