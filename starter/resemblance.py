"""Looks for complaints that resemble one that is being told: others of the complainant, and perhaps the same matter.

They are found by the indexes of the search, and judged one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeAlias

from sqlalchemy import Interval, Select, Text, any_, bindparam, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra.db.tables import complaints, searchable
from infra.db.transaction import autocommit, transact
from starter.access.caller import Caller
from starter.access.sight import sight
from starter.listing import Asked, Listing
from starter.phones import significant_digits
from starter.read_model import ComplaintRow
from starter.resembling import Resembling, Told, plain, resembling, terms
from starter.wanted import Wanted

CONTACT_ROWS, PRODUCT_ROWS = 50, 200
"""So many of the newest with this contact or product are looked at."""

CONTACT_CANDIDATES = 2000
"""With a contact that more have, such as a very common name, it is not said which of them are the newest."""

REMEMBERED_FOR = timedelta(seconds=30)
"""While somebody types on, nobody asks again whose complaints there are; what happens meanwhile is seen after that."""

EXCERPT_CHARACTERS = 200

_FEWEST_CHARACTERS = 2

_TERM = func.unnest(bindparam("terms", type_=ARRAY(Text))).table_valued("term").render_derived(name="told")
_SHARED = select(func.count()).select_from(_TERM).where(func.strpos(searchable.c.content, _TERM.c.term) > 0)
_READ = {*ComplaintRow.model_fields, "complainant_name", "complainant_email", "complainant_phone"}
LOOK = (
    select(
        *(complaints.c[name] for name in sorted(_READ)),
        func.left(complaints.c.text, EXCERPT_CHARACTERS).label("excerpt"),
        _SHARED.scalar_subquery().label("shared"),
    )
    .join(searchable, searchable.c.reference == complaints.c.reference)
    .where(complaints.c.reference == any_(bindparam("references", type_=ARRAY(Text))))
)
"""Those of `references`, each with how many of the `terms` are in it."""

BY_INDEX_ALONE = text("SET LOCAL enable_seqscan = off")
"""PostgreSQL guesses badly how many complaints have a contact."""

_CONTACT, _PRODUCT = "contact", "product"

_Searched: TypeAlias = tuple[Caller, str, tuple[str, ...]]
_Found: TypeAlias = tuple[float, tuple[str, ...]]


class Resemblance:
    """Looks for what resembles one complaint while it is being told, with one query at a time.

    Args:
        engine: the tables.
        see_all: the departments whose people see every complaint.
    """

    def __init__(self, engine: AsyncEngine, see_all: Collection[str]) -> None:
        self._engine = engine
        self._listing = Listing(engine)
        self._see_all = tuple(see_all)
        self._remembered: dict[_Searched, _Found] = {}

    async def of(self, told: Told, caller: Caller, now: datetime) -> list[Resembling]:
        """What the caller may see of it: what may be the same matter first, then what is open, then the newest.

        Raises:
            AmendsError: `unreachable`, `setup`.
        """
        references: dict[str, None] = {}
        for patterns in contacts(told):
            references |= dict.fromkeys(await self._remember(caller, _CONTACT, patterns))
        if _is_enough(told.product):
            references |= dict.fromkeys(await self._remember(caller, _PRODUCT, (told.product,)))
        if not references:
            return []
        looked_at = await transact(
            autocommit(self._engine), lambda connection: self._read(connection, [*references], told, caller)
        )
        judged = (resembling(row, told, now) for row in looked_at)
        return sorted((each for each in judged if each.same_person or each.same_matter), key=_rank)

    async def _remember(self, caller: Caller, kind: str, words: tuple[str, ...]) -> tuple[str, ...]:
        oldest, searched = monotonic() - REMEMBERED_FOR.total_seconds(), (caller.during(None), kind, words)
        self._remembered = {each: found for each, found in self._remembered.items() if found[0] > oldest}
        if searched not in self._remembered:
            search = self._with_contact if kind == _CONTACT else self._with_product
            self._remembered[searched] = (monotonic(), tuple(await search(caller, words)))
        return self._remembered[searched][1]

    async def _with_contact(self, caller: Caller, patterns: tuple[str, ...]) -> list[str]:
        query = contact_query(patterns).where(sight(caller, self._see_all))

        async def read(connection: AsyncConnection) -> list[str]:
            await connection.execute(BY_INDEX_ALONE)
            return [*(await connection.execute(query)).scalars()]

        return await transact(self._engine, read)

    async def _with_product(self, caller: Caller, words: tuple[str, ...]) -> list[str]:
        asked = Asked(Wanted(text=words[0]), PRODUCT_ROWS, caller, self._see_all)
        return [row["reference"] for row in await self._listing.rows(asked)]

    async def _read(
        self, connection: AsyncConnection, references: list[str], told: Told, caller: Caller
    ) -> list[Mapping[str, Any]]:
        given = {"references": references, "terms": list(terms(told.text))}
        rows = await connection.execute(LOOK.where(sight(caller, self._see_all)), given)
        return [dict(row) for row in rows.mappings()]


def contacts(told: Told) -> Iterator[tuple[str, ...]]:
    """What is in `searchable` of complaints with the same phone number, e-mail address or name, each of them ways in
    which it may be written there; the last two are lines of their own.
    """
    if phone := significant_digits(told.phone):
        yield (phone,)
    for said in (told.email, told.name):
        if _is_enough(said):
            spelt = " ".join(said.lower().split())
            yield tuple(f"\n{each}\n" for each in dict.fromkeys((spelt, spelt.replace(" ", ""))))


def contact_query(patterns: Iterable[str]) -> Select[Any]:
    """The newest complaints with a contact, found by the index of trigrams alone."""
    is_theirs = or_(*(searchable.c.content.contains(pattern, autoescape=True) for pattern in patterns))
    theirs = select(searchable.c.reference).where(is_theirs).limit(CONTACT_CANDIDATES).cte("theirs")
    newest_first = (complaints.c.received_at + literal(timedelta(0), Interval)).desc()  # no index has this order
    return (
        select(complaints.c.reference)
        .join(theirs, theirs.c.reference == complaints.c.reference)
        .order_by(newest_first)
        .limit(CONTACT_ROWS)
    )


def _is_enough(said: str) -> bool:
    return len(plain(said)) >= _FEWEST_CHARACTERS and "\0" not in said  # which PostgreSQL cannot be asked


def _rank(each: Resembling) -> tuple[bool, bool, float]:
    return not each.same_matter, not each.is_open, -each.row.received_at.timestamp()
