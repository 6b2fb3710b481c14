"""Holders of credentials become callers: what the directory says of people now, and that no service poses as one."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.directory import find_department
from infra.db.tables import staff
from infra.db.transaction import autocommit, transact
from infra.organisation import OF_EMPLOYEES
from starter.access.caller import Caller, Scope
from starter.access.claims import Holder, Person, Service
from starter.access.faults import CredentialFaultError
from starter.access.memory import Memory
from starter.staff import actor_of
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.vocabulary import Role

OF_STAFF = frozenset(Scope)
OF_AUDITORS = frozenset({Scope.READ})
"""They read everything and change nothing."""


class Admission:
    """Looks holders up in the directory; what it says of somebody is remembered for a moment."""

    def __init__(self, engine: AsyncEngine, *, clock: Callable[[], float] = monotonic) -> None:
        self._engine = autocommit(engine)
        self._people: Memory[tuple[Person, str], Actor] = Memory(clock=clock)
        self._services: Memory[str, str] = Memory(clock=clock)

    async def admit(self, holder: Holder, *, authenticated_by: str, scopes: frozenset[Scope] | None = None) -> Caller:
        """The holder as a caller; with `scopes`, for these at most.

        Raises:
            CredentialFaultError: nobody active on the staff has this name, or a service has one of theirs.
            AmendsError: `unreachable`, `setup`.
        """
        if isinstance(holder, Service):
            return await self._service(holder, authenticated_by)
        actor = await self._person(holder, authenticated_by)
        may = OF_AUDITORS if set(actor.roles) == {Role.AUDITOR} else OF_STAFF
        return Caller(actor, may if scopes is None else may & scopes)

    async def _service(self, service: Service, authenticated_by: str) -> Caller:
        if self._services.recall(service.name) is None:
            await self._check_is_nobody(service.name)
            self._services.learn(service.name, service.name)
        roles = (Role.COMPLAINANT,) if Scope.COMMAND in service.scopes else ()
        actor = Actor(subject=service.name, roles=roles, authenticated_by=authenticated_by)
        return Caller(actor, service.scopes, service.sources)

    async def _check_is_nobody(self, name: str) -> None:
        """By its name in the journal, a service could be taken for a member of staff, or for Amends itself."""
        if await transact(self._engine, lambda connection: is_taken(connection, name)):
            raise CredentialFaultError(f"the service {name} has the name of somebody on the staff, or of Amends itself")

    async def _person(self, person: Person, authenticated_by: str) -> Actor:
        known = self._people.recall((person, authenticated_by))
        if known is None:
            known = await self._looked_up(person, authenticated_by)
            self._people.learn((person, authenticated_by), known)
        return known

    async def _looked_up(self, person: Person, authenticated_by: str) -> Actor:
        try:
            actor = await actor_of(self._engine, person.subject, authenticated_by=authenticated_by)
            if person.department is not None:
                department = person.department
                await transact(self._engine, lambda connection: find_department(connection, department))
                actor = actor.model_copy(update={"department": department})
        except AmendsError as error:
            if error.code in {ErrorCode.UNKNOWN_STAFF, ErrorCode.UNKNOWN_DEPARTMENT}:
                raise CredentialFaultError(str(error)) from error
            raise
        return actor if person.roles is None else _with_roles(actor, person.roles)


def _with_roles(actor: Actor, roles: tuple[Role, ...]) -> Actor:
    """With roles from claims. What the directory says of contractors holds whatever the provider says of them."""
    if actor.contractor:
        roles = tuple(role for role in roles if role not in OF_EMPLOYEES)
        if not roles:
            raise CredentialFaultError(f"{actor.subject} works for a contractor, and can be neither head nor executive")
    return actor.model_copy(update={"roles": roles})


async def is_taken(connection: AsyncConnection, name: str) -> bool:
    """Somebody has this name who is or was on the staff, or Amends itself."""
    if name == SYSTEM.subject:
        return True
    query = select(staff.c.subject).where(staff.c.subject == name)
    return (await connection.execute(query)).first() is not None
