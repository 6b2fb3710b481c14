from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from starter.intake.cfpb import cfpb_complaint, is_cfpb
from starter.intake.rows import Row, Rows
from workflows.contract.errors import AmendsError
from workflows.contract.vocabulary import Channel, Language

EXPORT = os.environ.get("CFPB_EXPORT")
"""Path of a real export, for whoever has one."""

RECORD = {
    "Date received": "2019/9/24",
    "Product": "Debt collection",
    "Sub-product": "I do not know",
    "Issue": "Attempts to collect debt not owed",
    "Sub-issue": "Debt is not yours",
    "Submitted via": "Web",
    "Consumer complaint narrative": "They try to collect a debt that is not mine.",
    "Complaint ID": "3400001",
}


def test_the_export_is_recognised_by_its_header() -> None:
    assert is_cfpb(tuple(RECORD))
    assert not is_cfpb(("text", "source_key"))
    assert not is_cfpb(None)


def test_a_record_becomes_a_complaint_received_now() -> None:
    complaint = cfpb_complaint(RECORD, received_at_from_file=False)
    assert (complaint.source, complaint.source_key) == ("cfpb", "3400001")
    assert (complaint.channel, complaint.language) == (Channel.WEB, Language.EN)
    assert complaint.product == "Debt collection"
    assert complaint.subject == "Attempts to collect debt not owed: Debt is not yours"
    assert complaint.received_at is None


@pytest.mark.parametrize("written", ["2019/9/24", "2019-09-24", "09/24/2019", "09/24/19"])
def test_the_date_counts_when_it_is_asked_for(written: str) -> None:
    complaint = cfpb_complaint({**RECORD, "Date received": written}, received_at_from_file=True)
    assert complaint.received_at == datetime(2019, 9, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("submitted_via", "channel"),
    [
        ("Phone", Channel.HOTLINE),
        ("Postal mail", Channel.LETTER),
        ("Fax", Channel.LETTER),
        ("Referral", Channel.REGULATOR),
    ],
)
def test_the_channel_follows_how_it_was_submitted(submitted_via: str, channel: Channel) -> None:
    complaint = cfpb_complaint({**RECORD, "Submitted via": submitted_via}, received_at_from_file=False)
    assert complaint.channel is channel


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"Consumer complaint narrative": ""}, "text"),
        ({"Complaint ID": ""}, "source_key"),
        ({"Submitted via": "Pigeon"}, "Submitted via"),
        ({"Date received": "yesterday"}, "Date received"),
    ],
)
def test_a_faulty_record_names_the_field(values: dict[str, str], field: str) -> None:
    with pytest.raises(AmendsError) as refused:
        cfpb_complaint({**RECORD, **values}, received_at_from_file=True)
    assert refused.value.field == field


@pytest.mark.skipif(EXPORT is None, reason="CFPB_EXPORT names no file")
def test_every_record_of_the_real_export_is_a_complaint_of_its_own() -> None:
    with Path(EXPORT or "").open("rb") as stream:
        rows = Rows(stream)
        assert is_cfpb(rows.columns)
        read = [cfpb_complaint(row.values, received_at_from_file=True) for row in rows if isinstance(row, Row)]
    assert len({complaint.reference for complaint in read}) == len(read) > 0
