"""API keys in PostgreSQL: what opens, what does not, who may make them, and what is kept of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.tables import api_keys
from infra.db.transaction import transact
from starter.access.caller import Scope
from starter.access.claims import Person, Service
from starter.access.faults import CredentialFaultError
from starter.access.keys import USE_NOTED_EVERY, VALID_FOR, VALID_FOR_AT_MOST, ApiKeys, NewKey
from starter.access.memory import REMEMBERED_FOR
from starter.staff import actor_of
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
A_MOMENT = timedelta(seconds=1)


class Time:
    """Both clocks of the keys; they stand until told to go on."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        """As instants are written."""
        return self.at

    def seconds(self) -> float:
        """As spans are measured."""
        return self.at.timestamp()

    def goes_on(self, span: timedelta) -> None:
        """By this long."""
        self.at += span


@pytest.fixture
def time() -> Time:
    """Nine in the morning."""
    return Time()


@pytest.fixture
def keys(engine: AsyncEngine, time: Time) -> ApiKeys:
    """The keys as one process has them."""
    return ApiKeys(engine, now=time.now, clock=time.seconds)


@pytest.fixture
async def executive(engine: AsyncEngine) -> Actor:
    """Who may make keys for services."""
    return await actor_of(engine, "grace.adler", authenticated_by="test")


@pytest.fixture
async def agent(engine: AsyncEngine) -> Actor:
    """Who may not."""
    return await actor_of(engine, "zhou.qi", authenticated_by="test")


def for_service(**more: Any) -> NewKey:
    """A key for the shop."""
    return NewKey.model_validate({"service": "shop", "sources": ["web"], "scopes": [Scope.FILE, Scope.READ], **more})


async def fault(keys: ApiKeys, key: str) -> str:
    """Why a key does not open."""
    with pytest.raises(CredentialFaultError) as refusal:
        await keys.opened_by(key)
    return str(refusal.value)


async def test_a_key_opens_as_what_it_was_made_for(keys: ApiKeys, executive: Actor, agent: Actor) -> None:
    """A service with its sources and scopes, or whoever made it for themselves."""
    shop = await keys.create(for_service(note="the web shop"), executive)
    opened = await keys.opened_by(shop.key)
    assert opened.holder == Service("shop", frozenset({Scope.FILE, Scope.READ}), frozenset({"web"}))
    assert opened.expires_at == START + VALID_FOR
    own = await keys.create(NewKey(staff="zhou.qi", scopes=(Scope.READ,)), agent)
    assert (await keys.opened_by(own.key)).holder == Person("zhou.qi")


async def test_what_is_kept_opens_nothing(keys: ApiKeys, executive: Actor, engine: AsyncEngine) -> None:
    """The secret is nowhere, and long enough that its digest does not give it away."""
    created = await keys.create(for_service(), executive)
    assert re.fullmatch(r"amk_[0-9a-f]{16}_[0-9a-f]{64}", created.key)
    assert created.key not in repr(created)
    rows = await transact(engine, lambda connection: connection.execute(select(api_keys)))
    (row,) = rows.all()
    secret = created.key.rpartition("_")[2]
    assert secret not in str(row)
    assert "wrong secret" in await fault(keys, f"amk_{row.key_id}_{row.sha256}")


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "amk_",
        "amk_0123456789abcdef",
        "amk_0123456789abcdef_" + "0" * 63,
        "amk_0123456789abcdef_" + "0" * 65,
        "amk_0123456789ABCDEF_" + "0" * 64,
        "amk_0123456789abcde\x00_" + "0" * 64,
        "amk_0123456789abcdef_" + "０" * 64,
        "amk_0123456789abcdef_" + "0" * 64 + "\n",
        "amk_0123456789abcdef_" + "0" * 64,
    ],
)
async def test_what_has_not_the_form_of_a_key_or_is_unknown_opens_nothing(keys: ApiKeys, shown: str) -> None:
    assert "amk" not in await fault(keys, shown)


async def test_a_wrong_secret_opens_nothing(keys: ApiKeys, executive: Actor) -> None:
    """Neither another key's, nor one that differs in one place."""
    first, second = [(await keys.create(for_service(), executive)).key for _ in range(2)]
    assert "wrong secret" in await fault(keys, first.rpartition("_")[0] + "_" + second.rpartition("_")[2])
    last = "0" if first[-1] != "0" else "1"
    assert "wrong secret" in await fault(keys, first[:-1] + last)
    assert await keys.opened_by(first)


async def test_a_key_expires(keys: ApiKeys, executive: Actor, time: Time) -> None:
    """On the moment, also while it is remembered."""
    created = await keys.create(for_service(valid_for=timedelta(days=1)), executive)
    time.goes_on(timedelta(days=1) - A_MOMENT)
    await keys.opened_by(created.key)
    time.goes_on(A_MOMENT)
    assert "expired" in await fault(keys, created.key)
    assert await keys.listed() == []
    assert [key.key_id for key in await keys.listed(also_over=True)] == [created.about.key_id]


async def test_a_revoked_key_opens_nothing_after_a_moment(
    keys: ApiKeys, executive: Actor, engine: AsyncEngine, time: Time
) -> None:
    """Another process remembers it for so long, and no longer because it is used; revoking again changes nothing."""
    created = await keys.create(for_service(), executive)
    await keys.opened_by(created.key)
    elsewhere = ApiKeys(engine, now=time.now, clock=time.seconds)
    revoked = await elsewhere.revoke(created.about.key_id, executive)
    assert (revoked.revoked_by, revoked.revoked_at) == ("grace.adler", START)
    assert "revoked by grace.adler" in await fault(elsewhere, created.key)
    time.goes_on(REMEMBERED_FOR - A_MOMENT)
    await keys.opened_by(created.key)
    time.goes_on(A_MOMENT)
    assert "revoked" in await fault(keys, created.key)
    assert await elsewhere.revoke(created.key, executive) == revoked.model_copy(update={"last_used_at": START})
    assert await keys.listed() == []


async def test_the_last_use_is_noted_to_the_minute(keys: ApiKeys, executive: Actor, time: Time) -> None:
    """Not with every request: each would be a write."""

    async def noted() -> datetime | None:
        return (await keys.listed())[0].last_used_at

    created = await keys.create(for_service(), executive)
    assert await noted() is None
    await keys.opened_by(created.key)
    time.goes_on(USE_NOTED_EVERY - A_MOMENT)
    await keys.opened_by(created.key)
    assert await noted() == START
    time.goes_on(REMEMBERED_FOR)
    await keys.opened_by(created.key)
    assert await noted() == time.now()


async def test_who_may_make_and_revoke_keys(keys: ApiKeys, executive: Actor, agent: Actor) -> None:
    """A key that acts as somebody is nobody else's to make, not even an executive's."""
    for wanted, by in ((for_service(), agent), (NewKey(staff="zhou.qi", scopes=(Scope.READ,)), executive)):
        with pytest.raises(AmendsError) as refusal:
            await keys.create(wanted, by)
        assert refusal.value.code is ErrorCode.NOT_PERMITTED
    shop = (await keys.create(for_service(), executive)).about.key_id
    own = (await keys.create(NewKey(staff="zhou.qi", scopes=(Scope.READ,)), agent)).about.key_id
    with pytest.raises(AmendsError) as refusal:
        await keys.revoke(shop, agent)
    assert refusal.value.code is ErrorCode.NOT_PERMITTED
    assert (await keys.revoke(own, executive)).revoked_by == "grace.adler"
    with pytest.raises(AmendsError) as refusal:
        await keys.revoke("0123456789abcdef", executive)
    assert refusal.value.code is ErrorCode.UNKNOWN_KEY


@pytest.mark.parametrize("name", ["zhou.qi", " zhou.qi ", "amends"])
async def test_no_service_has_the_name_of_a_person_or_of_amends(keys: ApiKeys, executive: Actor, name: str) -> None:
    """In the journal it would be taken for them."""
    with pytest.raises(AmendsError) as refusal:
        await keys.create(for_service(service=name), executive)
    assert (refusal.value.code, refusal.value.field) == (ErrorCode.INVALID_INPUT, "service")


@pytest.mark.parametrize(
    "more",
    [
        {"staff": "zhou.qi"},
        {"service": None},
        {"service": None, "staff": "zhou.qi"},
        {"sources": []},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"valid_for": VALID_FOR_AT_MOST + timedelta(seconds=1)},
        {"valid_for": timedelta(0)},
        {"valid_for": timedelta(days=-1)},
    ],
)
def test_keys_that_cannot_be(more: dict[str, Any]) -> None:
    """For two, for nobody, without sources or scopes, or for ever."""
    with pytest.raises(ValidationError):
        for_service(**more)


async def test_the_application_can_neither_change_nor_remove_what_a_key_is_good_for(
    keys: ApiKeys, executive: Actor, engine: AsyncEngine
) -> None:
    """Who takes over a process of it finds no way to a key that opens more."""
    await keys.create(for_service(), executive)
    for statement in (
        update(api_keys).values(scopes=["command"]),
        update(api_keys).values(sha256="0"),
        update(api_keys).values(expires_at=START + timedelta(days=9999)),
        delete(api_keys),
    ):
        with pytest.raises(AmendsError, match="42501"):
            await transact(engine, lambda connection, what=statement: connection.execute(what))  # type: ignore[misc]  # bound at once
