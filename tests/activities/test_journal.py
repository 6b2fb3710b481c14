"""The journal: every entry once, in any order, and a row that never goes back."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import ValidationError
from temporalio.testing import ActivityEnvironment

from infra.db.tables import complaints, events
from tests.activities.conftest import Bureau
from tests.support.postings import EMAIL, ORIGIN, RECEIVED_AT, complaint, entry, filed, opening, posting
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Noted
from workflows.contract.ports import Posted
from workflows.contract.vocabulary import Status

ON_RECORD = Posted()


async def entries(bureau: Bureau) -> list[Entry]:
    """The journal as it is stored."""
    return [
        Entry(sequence=row.sequence, at=row.at, actor=row.actor, command_id=row.command_id, event=row.data)
        for row in await bureau.rows(events)
    ]


async def test_filing_makes_a_row_and_an_entry_that_say_everything(bureau: Bureau) -> None:
    """Nothing of the complaint is lost on the way."""
    filing = complaint()
    assert await ActivityEnvironment().run(bureau.journal.record, opening(filing)) == ON_RECORD
    (row,) = await bureau.rows(complaints)
    assert (row.reference, row.origin_run_id, row.source, row.source_key) == (filing.reference, ORIGIN, "test", "1")
    assert (row.text, row.subject, row.channel, row.language) == (filing.text, filing.subject, "web", "zh")
    assert (row.complainant_name, row.complainant_email, row.complainant_phone) == ("王芳", EMAIL, None)
    assert (row.status, row.owner, row.department, row.sequence) == ("received", "lin.wan", "customer_service", 1)
    assert row.received_at == RECEIVED_AT
    assert await entries(bureau) == [filed(filing)]


async def test_posting_twice_changes_nothing(bureau: Bureau) -> None:
    """Every attempt after the first finds its work done."""
    filing = complaint()
    first = posting(filing, filed(filing), entry(2))
    second = posting(filing, entry(3), entry(4), status=Status.ASSIGNED)
    for each in (first, first, second, second, first):
        assert await bureau.journal.record(each) == ON_RECORD
    assert [stored.sequence for stored in await entries(bureau)] == [1, 2, 3, 4]
    (row,) = await bureau.rows(complaints)
    assert (row.status, row.sequence) == ("assigned", 4)


async def test_a_late_posting_adds_its_entries_and_leaves_the_row_ahead(bureau: Bureau) -> None:
    """The row never goes back to an older summary."""
    filing = complaint()
    await bureau.journal.record(opening(filing))
    await bureau.journal.record(posting(filing, entry(3), status=Status.INVESTIGATING))
    await bureau.journal.record(posting(filing, entry(2), status=Status.ASSIGNED))
    assert [stored.sequence for stored in await entries(bureau)] == [1, 2, 3]
    (row,) = await bureau.rows(complaints)
    assert (row.status, row.sequence) == ("investigating", 3)


async def test_a_posting_without_entries_changes_nothing(bureau: Bureau) -> None:
    """Effects may come after the entries that caused them are written."""
    filing = complaint()
    await bureau.journal.record(opening(filing))
    assert await bureau.journal.record(posting(filing, sequence=1)) == ON_RECORD
    assert len(await entries(bureau)) == 1


async def test_a_posting_before_the_complaint_is_on_file_is_an_error_that_passes(bureau: Bureau) -> None:
    """It is tried again until the first posting has been written."""
    filing = complaint()
    with pytest.raises(AmendsError) as refused:
        await bureau.journal.record(posting(filing, entry(2)))
    assert refused.value.code is ErrorCode.UNKNOWN_REFERENCE
    assert await entries(bureau) == []
    await bureau.journal.record(opening(filing))
    assert await bureau.journal.record(posting(filing, entry(2))) == ON_RECORD


async def test_a_complaint_that_the_server_forgot_is_not_written_again(bureau: Bureau) -> None:
    """Another origin for a reference on file: the posting says so and writes nothing."""
    filing = complaint()
    await bureau.journal.record(opening(filing))
    again = posting(filing, filed(filing), entry(2), status=Status.ASSIGNED, origin="run-2")
    assert await bureau.journal.record(again) == Posted(already_on_file=True)
    assert [stored.sequence for stored in await entries(bureau)] == [1]
    (row,) = await bureau.rows(complaints)
    assert (row.status, row.origin_run_id) == ("received", ORIGIN)


async def test_postings_of_one_complaint_at_once_are_all_kept(bureau: Bureau) -> None:
    """Whoever comes first, every entry is there once and the row is that of the last."""
    filing = complaint()
    await bureau.journal.record(opening(filing))
    postings = [posting(filing, entry(number), entry(number + 1)) for number in range(2, 20)]
    await asyncio.gather(*(bureau.journal.record(each) for each in [*postings, *reversed(postings)]))
    assert [stored.sequence for stored in await entries(bureau)] == list(range(1, 21))
    assert [row.sequence for row in await bureau.rows(complaints)] == [20]


async def test_one_complaint_filed_at_once_by_two_workers_is_on_file_once(bureau: Bureau) -> None:
    """Both attempts succeed."""
    filing = complaint()
    assert await asyncio.gather(*(bureau.journal.record(opening(filing)) for _ in range(8))) == [ON_RECORD] * 8
    assert len(await bureau.rows(complaints)) == 1
    assert len(await entries(bureau)) == 1


async def test_any_text_that_the_contract_lets_in_can_be_stored(bureau: Bureau) -> None:
    """Quotes, backslashes, control characters, emoji, and what looks like an escaped NUL."""
    wild = "'\"\\ \\u0000 %s :x {y} $1 \x01\x1f\x7f\u2028\ufffe\U0001f600 退款\r\n\tÄ"
    filing = complaint(text=wild, name=wild[:50], subject=wild[:50])
    await bureau.journal.record(posting(filing, filed(filing), entry(2, Noted(text=wild))))
    assert await entries(bureau) == [filed(filing), entry(2, Noted(text=wild))]
    assert [row.text for row in await bureau.rows(complaints)] == [filing.text]


@pytest.mark.parametrize("field", ["text", "name", "email", "subject", "key"])
def test_the_contract_refuses_the_one_character_that_postgresql_cannot_store(field: str) -> None:
    """Else such a complaint would be accepted and its journal never written."""
    with pytest.raises(ValidationError, match="NUL"):
        complaint(**{field: "a\0@b"})  # type: ignore[arg-type]  # every field tried here is a text
