"""Letters can be looked at before anybody gets them."""

from __future__ import annotations

from datetime import UTC

from infra.db.tables import Audience
from infra.letters.samples import samples
from workflows.contract.effects import Notice


def test_every_notice_is_shown_in_every_language_as_its_reader_gets_it() -> None:
    found = list(samples(UTC))
    assert {sample.notice for sample in found} == set(Notice)
    for sample in found:
        for letter in sample.letters.values():
            assert letter is not None, sample.notice
            assert letter.subject
            assert "7K2M-9QXD-4TBC" in letter.body
            assert (letter.staff is not None) is (sample.audience is Audience.STAFF)
