"""Who may change the directory, as it stands when they do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from infra.organisation import Department, Member, load_organisation
from starter.directory import Changes, Directory, MemberChanges
from tests.directory.conftest import Acting
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Language, Nature, Role

Change = Callable[[Directory, Actor], Awaitable[Changes]]

HEAD, OTHER_HEAD, EXECUTIVE = "lin.wan", "gao.feng", "grace.adler"
LEAD, AGENT, AUDITOR, CONTRACTOR = "tom.hale", "zhou.qi", "paul.weir", "luo.jie"
EVERYBODY = (HEAD, OTHER_HEAD, EXECUTIVE, LEAD, AGENT, AUDITOR, CONTRACTOR)

NOW = datetime.now(UTC)
LATER = NOW + timedelta(hours=1)
LOGISTICS = Department(department="logistics", names={Language.ZH: "物流部", Language.EN: "Logistics"})


def changing(subject: str, **values: object) -> Change:
    changes = MemberChanges.model_validate(values)
    return lambda directory, by: directory.change(subject, changes, by)


def engaging(department: str, *roles: Role) -> Change:
    member = Member(subject="wei.lan", name="韦兰", department=department, roles=roles, language=Language.ZH)
    return lambda directory, by: directory.engage(member, by)


def absent(subject: str) -> Change:
    return lambda directory, by: directory.absent(subject, NOW, LATER, None, by)


_LEAVERS = {EXECUTIVE: "mary.okoro"}
"""Nobody leaves twice."""

RULES: list[tuple[str, Change, tuple[str, ...]]] = [
    ("a person of customer service", changing(AGENT, team="a"), (HEAD, EXECUTIVE)),
    ("a head themselves", changing(HEAD, skills=[Nature.OTHER]), (HEAD, EXECUTIVE)),
    ("somebody who is to move away", changing(AGENT, department="technical_support"), (EXECUTIVE,)),
    ("an executive", changing("xu.ming", deputy="zhou.qi"), (EXECUTIVE,)),
    ("an auditor", changing(AUDITOR, team="a"), (EXECUTIVE,)),
    ("somebody who is to be executive", changing(AGENT, roles=["agent", "executive"]), (EXECUTIVE,)),
    ("somebody who is to be auditor", changing(AGENT, roles=["agent", "auditor"]), (EXECUTIVE,)),
    ("a new agent", engaging("customer_service", Role.AGENT), (HEAD, EXECUTIVE)),
    ("a new auditor", engaging("customer_service", Role.AUDITOR), (EXECUTIVE,)),
    ("a new agent elsewhere", engaging("technical_support", Role.AGENT), (OTHER_HEAD, EXECUTIVE)),
    ("a leaver", lambda directory, by: directory.leave(_LEAVERS.get(by.subject, AGENT), by), (HEAD, EXECUTIVE)),
    ("a lead", lambda directory, by: directory.appoint("customer_service", by, lead=AGENT), (HEAD, EXECUTIVE)),
    ("a head", lambda directory, by: directory.appoint("customer_service", by, head=LEAD), (EXECUTIVE,)),
    ("a department", lambda directory, by: directory.add_department(LOGISTICS, "raj.patel", by), (EXECUTIVE,)),
    ("a file", lambda directory, by: directory.replace(load_organisation(), by), (EXECUTIVE,)),
    ("a file on trial", lambda directory, by: directory.would_change(load_organisation(), by), (EXECUTIVE,)),
    ("an absence", absent(AGENT), (HEAD, EXECUTIVE, AGENT)),
    ("an absence of an auditor", absent(AUDITOR), (EXECUTIVE, AUDITOR)),
]


@pytest.mark.parametrize(("what", "change", "may"), RULES, ids=[what for what, *_ in RULES])
async def test_who_may_change_what(
    directory: Directory, acting: Acting, what: str, change: Change, may: tuple[str, ...]
) -> None:
    """Those who may not are refused first, so that it still has to be done when those come who may."""
    before = await directory.history()
    for subject in EVERYBODY:
        if subject not in may:
            with pytest.raises(AmendsError) as refusal:
                await change(directory, await acting(subject))
            assert (refusal.value.code, refusal.value.field) == (ErrorCode.NOT_PERMITTED, "actor"), (what, subject)
    assert await directory.history() == before
    for subject in may:
        await change(directory, await acting(subject))


async def test_who_may_not_does_not_learn_what_else_would_be_wrong(directory: Directory, acting: Acting) -> None:
    """A head cannot simply be made an agent; that is for those to hear who may change the record at all."""
    with pytest.raises(AmendsError) as refusal:
        await directory.change(HEAD, MemberChanges(roles=(Role.AGENT,)), await acting(OTHER_HEAD))
    assert refusal.value.code is ErrorCode.NOT_PERMITTED


async def test_what_counts_is_the_role_that_somebody_has_when_they_act(directory: Directory, acting: Acting) -> None:
    """An actor who was let in as an executive, and is none any more, is refused."""
    stale, by = await acting(EXECUTIVE), await acting("xu.ming")
    await directory.change(EXECUTIVE, MemberChanges(roles=(Role.AGENT,)), by)
    with pytest.raises(AmendsError) as refusal:
        await directory.change(AGENT, MemberChanges(team="a"), stale)
    assert refusal.value.code is ErrorCode.NOT_PERMITTED
    await directory.leave(EXECUTIVE, by)
    with pytest.raises(AmendsError) as gone:
        await directory.change(AGENT, MemberChanges(team="a"), stale)
    assert gone.value.code is ErrorCode.UNKNOWN_STAFF
