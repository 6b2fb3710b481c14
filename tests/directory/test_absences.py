"""Absences: announced, ended early, taken back, seen in every view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from starter.directory import Directory, MemberChanges, WantedStaff
from tests.directory.conftest import Acting
from workflows.contract.errors import AmendsError, ErrorCode

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


async def test_who_is_absent_is_listed_with_who_acts_for_them(directory: Directory, acting: Acting) -> None:
    """And the deputy's own record says for whom; the deputy's deputy when both are absent."""
    by = await acting("gao.feng")
    await directory.change("he.jun", MemberChanges(deputy="ines.vogel"), by)
    await directory.absent("raj.patel", NOW - HOUR, NOW + HOUR, "training", by)
    assert [row.subject for row in await directory.members(WantedStaff(absent=True))] == ["raj.patel"]
    person = await directory.member("raj.patel")
    assert (person.absent_until, person.acting_deputy) == (NOW + HOUR, "he.jun")
    assert [absence.note for absence in person.absences] == ["training"]
    assert (await directory.member("he.jun")).stands_in_for == ("raj.patel",)
    await directory.absent("he.jun", NOW - HOUR, NOW + HOUR, None, by)
    assert (await directory.member("raj.patel")).acting_deputy == "ines.vogel"
    assert (await directory.member("ines.vogel")).stands_in_for == ("he.jun", "raj.patel")


async def test_coming_back_ends_what_is_or_takes_back_what_is_to_come(directory: Directory, acting: Acting) -> None:
    """Each is a line in the journal; with nothing left, it says so."""
    by = await acting("zhou.qi")
    assert len(await directory.absent("zhou.qi", NOW - HOUR, NOW + HOUR, None, by)) == 1
    assert await directory.absent("zhou.qi", NOW - HOUR, NOW + HOUR, None, by) == ()
    await directory.absent("zhou.qi", NOW + 2 * HOUR, NOW + 3 * HOUR, None, by)
    (ended,) = await directory.back("zhou.qi", by)
    assert ended.after
    assert ended.after["ends_at"] == (NOW + HOUR).isoformat().replace("+00:00", "Z")
    person = await directory.member("zhou.qi")
    assert person.absent_until is None
    assert [absence.starts_at for absence in person.absences] == [NOW + 2 * HOUR]
    await directory.back("zhou.qi", by)
    assert (await directory.member("zhou.qi")).absences == ()
    with pytest.raises(AmendsError) as refusal:
        await directory.back("zhou.qi", by)
    assert refusal.value.code is ErrorCode.WRONG_STATUS
    assert [line.action for line in await directory.history("zhou.qi", limit=4)] == ["back", "back", "absent", "absent"]


@pytest.mark.parametrize(
    ("hours", "note", "field"),
    [((2, 1), None, "ends_at"), ((1, 1), None, "ends_at"), ((-2, -1), None, "ends_at"), ((0, 1), "x" * 501, "note")],
)
async def test_an_absence_that_cannot_be_is_refused(
    directory: Directory, acting: Acting, hours: tuple[int, int], note: str | None, field: str
) -> None:
    """One that ends before it starts, or is over already."""
    starts_at, ends_at = (NOW + number * HOUR for number in hours)
    with pytest.raises(AmendsError) as refusal:
        await directory.absent("zhou.qi", starts_at, ends_at, note, await acting("zhou.qi"))
    assert (refusal.value.code, refusal.value.field) == (ErrorCode.INVALID_INPUT, field)
