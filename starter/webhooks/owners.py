"""Who has subscribed, and what they may see now: found out anew whenever something is sent to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, any_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import api_keys
from infra.db.transaction import autocommit, transact
from infra.settings import Settings
from infra.webhooks.owner import Owner, OwnerRefusedError
from starter.access.admission import Admission
from starter.access.caller import ANY_SOURCE, Caller, Scope
from starter.access.claims import Holder, Person, Service
from starter.access.faults import CredentialFaultError
from starter.access.gate import API_KEY, OIDC
from starter.access.sight import sight

CONFIRMED_FOR = timedelta(days=30)
"""How long what a token said of an owner is believed without another one, counted from the beginning of the day: an
identity provider does not tell what it has taken from somebody since.
"""

_NOT_LET_IN = "its owner is let in no more"
_MAY_NOT_SUBSCRIBE = "its owner may not subscribe any more"
_LAPSED = (
    f"its owner has not confirmed it for {CONFIRMED_FOR.days} days: any request to /subscriptions with a token of"
    " theirs does; then resume it"
)


def owner_of(caller: Caller, settings: Settings) -> Owner:
    """What is kept of a caller who subscribes. Roles and department of a token are kept, and lapse; those of the
    directory are looked up later, as are the sources of API keys.
    """
    actor = caller.actor
    of_token = actor.authenticated_by == OIDC and not caller.is_service
    owner = Owner(
        subject=actor.subject,
        authenticated_by=actor.authenticated_by,
        sources=caller.sources,
        roles=actor.roles if of_token and settings.oidc_roles_claim is not None else None,
        department=actor.department if of_token and settings.oidc_department_claim is not None else None,
    )
    is_looked_up = owner.authenticated_by == API_KEY or (owner.sources, owner.roles, owner.department) == (None,) * 3
    return owner if is_looked_up else replace(owner, lapses_at=_lapses_at(datetime.now(UTC)))


def _lapses_at(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + CONFIRMED_FOR


class Owners:
    """What owners may see. Raises AmendsError `unreachable` or `setup` when the tables do not answer."""

    def __init__(self, engine: AsyncEngine, settings: Settings) -> None:
        self._engine = autocommit(engine)
        self._settings = settings
        self._admission = Admission(engine)

    async def seen_by(self, owner: Owner) -> ColumnElement[bool]:
        """The complaints an owner may see, as a condition.

        Raises:
            OwnerRefusedError: they have left, or may not subscribe any more; their API keys for subscriptions are all
                revoked or have expired; what their token said has lapsed.
        """
        if owner.lapses_at is not None and owner.lapses_at <= datetime.now(UTC):
            raise OwnerRefusedError(_LAPSED)
        if owner.authenticated_by == API_KEY:
            sources = await self._sources_of_keys(owner)
            if sources is None:
                raise OwnerRefusedError(_NOT_LET_IN)
            owner = replace(owner, sources=_common(owner.sources, sources))
        try:
            caller = await self._admission.admit(_holder(owner), authenticated_by=owner.authenticated_by)
        except CredentialFaultError:
            raise OwnerRefusedError(_NOT_LET_IN) from None
        if Scope.SUBSCRIBE not in caller.scopes:
            raise OwnerRefusedError(_MAY_NOT_SUBSCRIBE)
        return sight(caller, self._settings.see_all)

    async def _sources_of_keys(self, owner: Owner) -> frozenset[str] | None:
        """The sources of the keys that an owner has now; none without a key."""
        holder = api_keys.c.staff if owner.sources is None else api_keys.c.service
        query = select(api_keys.c.sources).where(
            holder == owner.subject,
            literal(Scope.SUBSCRIBE.value) == any_(api_keys.c.scopes),
            or_(api_keys.c.revoked_at.is_(None), api_keys.c.revoked_at > func.now()),
            api_keys.c.expires_at > func.now(),
        )

        async def read(connection: AsyncConnection) -> frozenset[str] | None:
            found = (await connection.execute(query)).scalars().all()
            return frozenset(source for sources in found for source in sources or ()) if found else None

        return await transact(self._engine, read)


def _holder(owner: Owner) -> Holder:
    if owner.sources is None:
        return Person(owner.subject, owner.roles, owner.department)
    return Service(owner.subject, frozenset({Scope.SUBSCRIBE}), owner.sources)


def _common(kept: frozenset[str] | None, present: frozenset[str]) -> frozenset[str] | None:
    """The sources that were an owner's when they subscribed and still are."""
    if kept is None or ANY_SOURCE in present:
        return kept
    return present if ANY_SOURCE in kept else kept & present
