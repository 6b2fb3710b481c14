"""What is searched of a complaint: written with it, once, and for all that were on file before there was a search."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.journal import JournalActivities
from infra.db.engine import make_owner_engine
from infra.db.migrate import migrate, migrate_back
from infra.db.tables import complaints, searchable
from infra.db.tables.searchable import content_of
from tests.support.postgres import Database
from tests.support.postings import EMAIL, complaint, entry, filed, opening, posting
from tests.support.statements import statements_on

FILED_BEFORE = """
INSERT INTO complaints (
    reference, origin_run_id, source, source_key, channel, language, subject, text, product, complainant_name,
    received_at, status, department, owner, level, breached, sequence, updated_at
) VALUES (
    'RY6S-78N4-6RJQ', 'run', 'web', '1', 'web', 'en', 'The Machine', '洗衣机 LEAKS', 'WM-7', NULL,
    now(), 'assigned', 'customer_service', 'lin.wan', 'owner', false, 1, now()
)
"""

REFERENCE = "ry6s-78n4-6rjq"


async def run(url: str, statement: str, *arguments: object) -> list[Any]:
    """The rows of a statement."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(statement, *arguments))
    finally:
        await connection.close()


async def test_complaints_from_before_the_search_are_found(empty_database: Database) -> None:
    """In lower case, a line for each part, without those that are missing; and the way back leaves nothing."""
    await migrate(empty_database.owner_url, "0007")
    await run(empty_database.owner_url, FILED_BEFORE)
    await migrate(empty_database.owner_url, "0008")
    (row,) = await run(empty_database.owner_url, "SELECT * FROM searchable")
    assert row["content"].split("\n") == ["the machine", "洗衣机 leaks", "wm-7", REFERENCE]
    await migrate_back(empty_database.owner_url, "0007")
    assert await run(empty_database.owner_url, "SELECT 1 FROM pg_proc WHERE proname = 'short_words'") == []


@pytest.mark.parametrize(
    ("phone", "lines"),
    [
        ("+86 138-0000 0000", ["+86 138-0000 0000", REFERENCE, "8613800000000"]),
        ("\uff11\uff13\uff18 0000 0000", ["\uff11\uff13\uff18 0000 0000", REFERENCE, "13800000000"]),
        ("13800000000", ["13800000000", REFERENCE]),
        ("ask Jane", ["ask jane", REFERENCE]),
        (None, [REFERENCE]),
    ],
)
async def test_contacts_on_file_are_searched_after_a_migration_as_after_filing(
    empty_database: Database, phone: str | None, lines: list[str]
) -> None:
    """The migration and the filing write the same; on the way back they are left out again."""
    await migrate(empty_database.owner_url, "0007")
    await run(empty_database.owner_url, FILED_BEFORE)
    contacts = "UPDATE complaints SET complainant_email = 'Jane@Customer.example', complainant_phone = $1"
    await run(empty_database.owner_url, contacts, phone)
    await migrate(empty_database.owner_url)
    (row,) = await run(empty_database.owner_url, "SELECT * FROM searchable")
    written = row["content"].split("\n")
    assert written[3:] == ["jane@customer.example", *lines]
    engine = make_owner_engine(empty_database.owner_url)
    async with engine.connect() as connection:
        assert await connection.scalar(select(content_of(dict(complaints.c)))) == row["content"]
    await engine.dispose()
    await migrate_back(empty_database.owner_url, "0012")
    (row,) = await run(empty_database.owner_url, "SELECT * FROM searchable")
    assert row["content"].split("\n") == [*written[:3], REFERENCE]


async def test_a_complaint_is_made_searchable_by_the_statement_that_files_it(engine: AsyncEngine) -> None:
    """However often its posting comes, and nothing that happens later touches it."""
    filing, journal = complaint(text="退货 AND Refund", subject="Überweisung"), JournalActivities(engine)
    async with statements_on(engine) as statements:
        await journal.record(opening(filing))
    assert len(statements) == 1
    await journal.record(posting(filing, filed(filing), entry(2)))
    await journal.record(posting(filing, entry(3)))
    async with engine.connect() as connection:
        (row,) = await connection.execute(select(searchable))
    words = ["überweisung", "退货 and refund", "王芳", EMAIL]
    assert row.content.split("\n") == [*words, filing.reference.lower()]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("退款", {"退", "款", "退款"}),
        ("要退款", {"要", "退", "款", "要退", "退款"}),
        ("a 退", {"a", " ", "退", "a ", " 退"}),
        ("tv\n5g", {"t", "v", "tv", "5", "g", "5g"}),
        ("x", {"x"}),
    ],
)
async def test_short_words_are_all_characters_and_all_neighbours(
    database: Database, content: str, words: set[str]
) -> None:
    """None that is not there: what the index says is not looked at again."""
    (row,) = await run(database.app_url, "SELECT short_words($1) AS words", content)
    assert set(row["words"]) - {"", "\n"} == words
