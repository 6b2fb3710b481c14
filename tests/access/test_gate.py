"""Everything together: a header becomes a caller, or is refused without a word on why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import EventDict

from infra.connections import Connections
from infra.db.tables import absences
from infra.db.tables import staff as staff_table
from infra.db.transaction import transact
from infra.devstack.addresses import Addresses
from infra.devstack.issuer import AUDIENCE, FILE_NAME, Issuer
from infra.settings import Settings
from starter.access.caller import Caller, Scope
from starter.access.gate import Gate
from starter.access.keys import ApiKeys, NewKey
from starter.access.memory import REMEMBERED_FOR
from starter.staff import actor_of
from tests.support.conditions import until
from tests.support.identity_provider import IdentityProvider, identity_provider
from tests.support.postgres import Database
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Role

REQUEST = "request-1"


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    """What operators read."""
    with structlog.testing.capture_logs() as lines:
        yield lines


def connections(settings: Settings, database: Database, tmp_path: Path, *, embedded: bool) -> Connections:
    """Where things are, with the embedded stack or without."""
    stack = Addresses(
        temporal="127.0.0.1:1",
        temporal_ui="",
        database=database.app_url,
        database_owner=database.owner_url,
        smtp="",
        mail_directory=tmp_path,
        pid=1,
        postgres_pid=None,
        temporal_pid=None,
        started_at=datetime.now(UTC),
    )
    return Connections(settings, stack=stack if embedded else None, profile=None)


@pytest.fixture
async def idp() -> AsyncIterator[IdentityProvider]:
    """A provider that is there."""
    async with identity_provider() as provider:
        yield provider


@pytest.fixture
async def gate(idp: IdentityProvider, database: Database, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Gate]:
    """Trusts the provider, although an embedded stack is up."""
    settings = Settings(state_dir=tmp_path, oidc_issuer=idp.issuer)
    gate = Gate(settings, connections(settings, database, tmp_path, embedded=True), engine)
    yield gate
    await gate.close()


@pytest.fixture
def development(database: Database, engine: AsyncEngine, tmp_path: Path) -> Gate:
    """Trusts the embedded stack."""
    settings = Settings(state_dir=tmp_path)
    return Gate(settings, connections(settings, database, tmp_path, embedded=True), engine)


async def let_in(gate: Gate, token: str) -> Caller:
    """Whoever has this token or key."""
    return await gate.caller(f"Bearer {token}", request_id=REQUEST)


async def refusal(gate: Gate, authorization: str | None) -> str:
    """What is said to somebody who is not let in."""
    with pytest.raises(AmendsError) as refused:
        await gate.caller(authorization, request_id=REQUEST)
    assert refused.value.code is ErrorCode.UNAUTHENTICATED
    return str(refused.value)


async def test_a_member_of_staff_is_who_the_directory_says(gate: Gate, idp: IdentityProvider) -> None:
    """However the header is written, and whichever request it came with."""
    caller = await let_in(gate, idp.token("lin.wan", roles=["executive"]))
    assert (caller.actor.subject, caller.actor.roles) == ("lin.wan", (Role.HEAD,))
    assert caller.actor.department == "customer_service"
    assert (caller.actor.authenticated_by, caller.actor.request_id) == ("oidc", None)
    assert caller.scopes == frozenset(Scope)
    assert not caller.is_service
    again = await gate.caller(f"bearer  {idp.token('lin.wan')} ", request_id="request-2")
    assert again == caller


async def test_auditors_read_and_nothing_else(gate: Gate, idp: IdentityProvider) -> None:
    auditor = await let_in(gate, idp.token("paul.weir"))
    assert auditor.scopes == {Scope.READ}
    with pytest.raises(AmendsError) as refused:
        auditor.require(Scope.COMMAND)
    assert refused.value.code is ErrorCode.NOT_PERMITTED


async def test_a_service_acts_for_complainants_if_it_may_command(gate: Gate, idp: IdentityProvider) -> None:
    """Otherwise it is nothing to a complaint."""
    token = idp.token("shop", client_id="shop", scope="file command", sources=["web"])
    caller = await let_in(gate, token)
    assert (caller.actor.subject, caller.actor.roles) == ("shop", (Role.COMPLAINANT,))
    assert (caller.scopes, caller.sources) == (frozenset({Scope.FILE, Scope.COMMAND}), frozenset({"web"}))
    assert (await let_in(gate, idp.token("shop", client_id="shop", scope="read", sources=[]))).actor.roles == ()


@pytest.mark.parametrize("name", ["zhou.qi", "amends"])
async def test_no_service_poses_as_somebody(
    gate: Gate, idp: IdentityProvider, name: str, logged: list[EventDict]
) -> None:
    """Neither as a member of staff nor as Amends itself, though the provider calls it so."""
    await refusal(gate, f"Bearer {idp.token('x', client_id=name, scope='command', sources=['*'])}")
    assert "has the name of" in logged[-1]["reason"]


async def test_people_who_are_unknown_or_have_left_do_not_come_in(
    gate: Gate, idp: IdentityProvider, owner_engine: AsyncEngine, logged: list[EventDict]
) -> None:
    """Somebody who was here a moment ago is remembered for as long as that."""
    await refusal(gate, f"Bearer {idp.token('nobody')}")
    assert "nobody on the staff is called nobody" in logged[-1]["reason"]
    token = idp.token("zhou.qi")
    await let_in(gate, token)
    left = update(staff_table).where(staff_table.c.subject == "zhou.qi").values(active=False)
    await transact(owner_engine, lambda connection: connection.execute(left))
    left_at = asyncio.get_running_loop().time()

    async def is_refused() -> bool:
        try:
            await let_in(gate, token)
        except AmendsError as error:
            return error.code is ErrorCode.UNAUTHENTICATED
        return False

    await until(is_refused, "the directory is looked at again")
    assert asyncio.get_running_loop().time() - left_at < REMEMBERED_FOR.total_seconds() + 1


async def test_refusals_say_the_same_to_the_caller_and_the_reason_to_the_operator(
    gate: Gate, idp: IdentityProvider, logged: list[EventDict]
) -> None:
    """Whoever tries keys and tokens learns nothing; the log has no secret in it."""
    expired = idp.token("zhou.qi", exp=datetime.now(UTC) - timedelta(hours=1))
    shown = [
        f"Bearer {expired}",
        f"Bearer {idp.token('nobody')}",
        f"Bearer {idp.token('zhou.qi', aud='other')}",
        "Bearer amk_0123456789abcdef_" + "0" * 64,
        "Bearer amk_hunter2",
        "Bearer hunter2",
        "Bearer",
        "Basic aHVudGVyMjpodW50ZXIy",
        "",
    ]
    said = {await refusal(gate, authorization) for authorization in shown}
    assert len(said) == 1
    reasons = [line["reason"] for line in logged if line["event"] == "credentials_refused"]
    assert len(reasons) == len(shown)
    assert all(line["request_id"] == REQUEST for line in logged if line["event"] == "credentials_refused")
    for reason, expected in zip(
        reasons, ("expired", "nobody", "aud", "no API key", "form of an API key"), strict=False
    ):
        assert expected in reason
    assert "hunter2" not in str(logged)
    assert expired.rpartition(".")[2] not in str(logged)


async def test_whoever_shows_nothing_is_told_what_to_show(gate: Gate) -> None:
    assert "Authorization: Bearer" in await refusal(gate, None)


async def test_the_embedded_stacks_tokens_are_not_accepted_beside_a_providers(gate: Gate, tmp_path: Path) -> None:
    """A key that lies about must not open what a provider guards."""
    assert not (tmp_path / FILE_NAME).exists()
    await refusal(gate, f"Bearer {Issuer.kept(tmp_path).token('xu.ming')}")


async def test_while_the_provider_is_away_the_answer_is_to_come_back(gate: Gate, idp: IdentityProvider) -> None:
    """Nobody is told that a good token is bad."""
    await idp.leave()
    with pytest.raises(AmendsError) as refused:
        await let_in(gate, idp.token("zhou.qi"))
    assert refused.value.code is ErrorCode.UNREACHABLE
    await idp.come()


async def test_roles_and_departments_may_come_from_claims(
    idp: IdentityProvider, database: Database, engine: AsyncEngine, tmp_path: Path, owner_engine: AsyncEngine
) -> None:
    """The directory still knows who is from outside, who is absent, and which departments there are."""
    settings = Settings(
        state_dir=tmp_path,
        oidc_issuer=idp.issuer,
        oidc_roles_claim="groups",
        oidc_roles={"desk": Role.AGENT, "boss": Role.EXECUTIVE},
        oidc_department_claim="department",
    )
    now = datetime.now(UTC)
    away = {"subject": "lin.wan", "starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1)}
    await transact(owner_engine, lambda connection: connection.execute(insert(absences).values(away)))
    gate = Gate(settings, connections(settings, database, tmp_path, embedded=False), engine)

    def token(subject: str, *groups: str, department: str = "legal_compliance") -> str:
        return idp.token(subject, groups=groups, department=department)

    deputy = (await let_in(gate, token("tom.hale", "desk", "boss"))).actor
    assert (deputy.roles, deputy.department) == ((Role.AGENT, Role.EXECUTIVE), "legal_compliance")
    assert [absent.subject for absent in deputy.stands_in_for] == ["lin.wan"]
    contractor = (await let_in(gate, token("luo.jie", "desk", "boss"))).actor
    assert (contractor.roles, contractor.contractor) == ((Role.AGENT,), True)
    for bad in (
        token("luo.jie", "boss"),
        token("tom.hale"),
        token("tom.hale", "head"),
        token("tom.hale", "desk", department="nowhere"),
        token("nobody", "desk"),
    ):
        await refusal(gate, f"Bearer {bad}")
    await gate.close()


async def test_the_embedded_stacks_tokens_open_where_there_is_no_provider_and_it_is_said_loudly(
    development: Gate, tmp_path: Path, logged: list[EventDict], database: Database, engine: AsyncEngine
) -> None:
    """In another process, too: the key is kept."""
    issuer = Issuer.kept(tmp_path)
    caller = await let_in(development, issuer.token("raj.patel"))
    assert (caller.actor.subject, caller.actor.authenticated_by) == ("raj.patel", "development_token")
    service = await let_in(development, issuer.token("shop", client_id="shop", scope="read", sources=["web"]))
    assert (service.actor.subject, service.sources) == ("shop", frozenset({"web"}))
    await refusal(development, f"Bearer {issuer.token('raj.patel', valid_for=timedelta(minutes=-1))}")
    settings = Settings(state_dir=tmp_path)
    Gate(settings, connections(settings, database, tmp_path, embedded=True), engine)
    warning = next(line for line in logged if line["event"] == "development_tokens_accepted")
    assert warning["log_level"] == "warning"


@pytest.mark.parametrize("more", [{}, {"database_url": "external"}])
async def test_without_provider_and_embedded_tables_no_token_opens(
    more: dict[str, Any], database: Database, engine: AsyncEngine, tmp_path: Path, logged: list[EventDict]
) -> None:
    """Also if an embedded stack is up beside tables that are not its own: real complaints could be in those."""
    given = {"database_url": database.app_url} if more else {}
    settings = Settings.load(state_dir=tmp_path, **given)
    gate = Gate(settings, connections(settings, database, tmp_path, embedded=bool(more)), engine)
    await refusal(gate, f"Bearer {Issuer.kept(tmp_path).token('xu.ming', aud=AUDIENCE)}")
    assert "AMENDS_OIDC_ISSUER" in logged[-1]["reason"]


async def test_a_key_opens_within_its_scopes(gate: Gate, engine: AsyncEngine) -> None:
    """For a service, or for somebody on the staff, who is then who the directory says; an auditor's opens reading."""
    keys = ApiKeys(engine)
    executive = await actor_of(engine, "xu.ming", authenticated_by="test")
    agent = await actor_of(engine, "zhou.qi", authenticated_by="test")
    auditor = await actor_of(engine, "paul.weir", authenticated_by="test")
    shop = await keys.create(NewKey(service="shop", sources=("web",), scopes=(Scope.FILE,)), executive)
    found = await let_in(gate, shop.key)
    assert (found.actor.subject, found.actor.roles, found.actor.authenticated_by) == ("shop", (), "api_key")
    assert (found.scopes, found.sources) == (frozenset({Scope.FILE}), frozenset({"web"}))
    own = await keys.create(NewKey(staff="zhou.qi", scopes=(Scope.READ, Scope.COMMAND)), agent)
    found = await let_in(gate, own.key)
    assert (found.actor.subject, found.actor.roles, found.sources) == ("zhou.qi", (Role.AGENT,), None)
    assert found.scopes == {Scope.READ, Scope.COMMAND}
    theirs = await keys.create(NewKey(staff="paul.weir", scopes=tuple(Scope)), auditor)
    assert (await let_in(gate, theirs.key)).scopes == {Scope.READ}


async def test_a_service_whose_name_somebody_has_got_since_is_no_longer_let_in(
    gate: Gate, engine: AsyncEngine, owner_engine: AsyncEngine
) -> None:
    """The key was made before they came."""
    executive = await actor_of(engine, "xu.ming", authenticated_by="test")
    created = await ApiKeys(engine).create(NewKey(service="wei.lan", sources=("*",), scopes=(Scope.READ,)), executive)
    row = {"subject": "wei.lan", "name": "韦兰", "department": "customer_service", "roles": ["agent"], "language": "zh"}
    await transact(owner_engine, lambda connection: connection.execute(insert(staff_table).values(row)))
    await refusal(gate, f"Bearer {created.key}")


async def test_without_the_tables_nobody_is_judged(
    development: Gate, tmp_path: Path, database: Database, postgres_server: Any
) -> None:
    """The answer is to come back."""
    token = Issuer.kept(tmp_path).token("zhou.qi")
    await postgres_server.drop(database)
    with pytest.raises(AmendsError) as refused:
        await let_in(development, token)
    assert refused.value.code in {ErrorCode.UNREACHABLE, ErrorCode.SETUP}
    await postgres_server.execute(f"CREATE DATABASE {database.name}")
