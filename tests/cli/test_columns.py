from __future__ import annotations

from datetime import UTC, datetime

import pytest

from starter.intake.columns import Columns, Defaults, complaint_of, parse_map
from starter.intake.rows import Row
from tests.cli.files import read
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Channel, Language

DEFAULTS = Defaults(source="shop", channel=Channel.WEB)
FILED = {"source_key": "1", "text": "The parcel never came."}


def test_every_field_has_a_column_of_its_name() -> None:
    """Also the complainant's, by short and by long names."""
    complaint = Columns(Defaults(source="import")).complaint(
        {
            "Source": "crm",
            "source_key": "A-1",
            "CHANNEL": "Hotline",
            "language": "en",
            "text": "It broke.",
            "subject": "Broken",
            "name": "Ann",
            "complainant.email": "ann@example.org",
            "complainant_phone": "+44 1",
            "Remedy sought": "Refund",
            "product": "Kettle",
            "received_at": "2026-03-01T09:30:00+08:00",
        }
    )
    assert (complaint.source, complaint.source_key, complaint.channel) == ("crm", "A-1", Channel.HOTLINE)
    assert complaint.complainant.model_dump() == {"name": "Ann", "email": "ann@example.org", "phone": "+44 1"}
    assert (complaint.subject, complaint.remedy_sought, complaint.product) == ("Broken", "Refund", "Kettle")
    assert complaint.received_at == datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


def test_a_mapped_column_gives_its_field_and_its_namesake_does_not() -> None:
    columns = Columns(DEFAULTS, parse_map(["Ticket=source_key", "内容=text"]))
    complaint = columns.complaint({"Ticket": "9", "内容": "快递丢了", "text": "internal remark", "extra": "x"})
    assert (complaint.source_key, complaint.text, complaint.language) == ("9", "快递丢了", Language.ZH)
    assert columns.check_header(["Ticket", "内容", "text", "extra"]) == ("text", "extra")


def test_json_may_nest_the_complainant_and_number_its_keys() -> None:
    complaint = Columns(DEFAULTS).complaint({"source_key": 17, "text": "Late.", "complainant": {"name": "Bo"}})
    assert (complaint.source_key, complaint.complainant.name) == ("17", "Bo")


def test_empty_cells_say_nothing() -> None:
    complaint = Columns(DEFAULTS).complaint({**FILED, "channel": "", "email": "", "subject": None})
    assert (complaint.channel, complaint.complainant.email, complaint.subject) == (Channel.WEB, None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "?!"}, "text"),
        ({"text": "x" * 3_000_000}, "text"),
        ({"text": "null\0byte"}, "text"),
        ({"source_key": ""}, "source_key"),
        ({"channel": "pigeon"}, "channel"),
        ({"language": "fr"}, "language"),
        ({"email": "nobody"}, "complainant.email"),
        ({"received_at": "2026-03-01T09:30:00"}, "received_at"),
        ({"text": ["a", "list"]}, "text"),
        ({"text": "caf\udce9"}, "text"),
    ],
)
def test_what_cannot_be_filed_names_the_field(values: dict[str, object], field: str | None) -> None:
    with pytest.raises(AmendsError) as refused:
        Columns(DEFAULTS).complaint({**FILED, **values})
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, field)
    assert len(refused.value.message) < 500


def test_bytes_of_another_encoding_are_named_as_such() -> None:
    (row,) = read(b"source_key,text\n1," + "要求退款".encode("gb18030") + b"\n")
    assert isinstance(row, Row)
    with pytest.raises(AmendsError, match="--encoding"):
        Columns(DEFAULTS).complaint(row.values)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["source_key", "channel"], "no column gives text"),
        (["text", "channel"], "no column gives source_key"),
        (["text", "source_key"], "no column gives channel; name one with --map COLUMN=channel or use --channel"),
        (["text", "source_key", "channel", "Text"], "more than one column gives text"),
    ],
)
def test_a_header_that_cannot_do_is_refused_before_anything_is_filed(header: list[str], message: str) -> None:
    with pytest.raises(AmendsError, match=message):
        Columns(Defaults(source="x")).check_header(header)


def test_a_mapped_column_has_to_be_there() -> None:
    with pytest.raises(AmendsError, match="no column 'Ticket'"):
        Columns(DEFAULTS, parse_map(["Ticket=source_key"])).check_header(["text", "source_key"])


@pytest.mark.parametrize("pairs", [["text"], ["a=colour"], ["a=text", "b=text"], ["a=text", "a=subject"]])
def test_a_map_that_makes_no_sense_is_refused(pairs: list[str]) -> None:
    with pytest.raises(AmendsError) as refused:
        parse_map(pairs)
    assert refused.value.field == "map"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The courier was rude to 王芳 twice.", Language.EN),
        ("我的 iPhone 15 Pro Max 屏幕坏了", Language.ZH),
        ("退款", Language.ZH),
        ("???", Language.EN),
    ],
)
def test_the_language_is_guessed_from_the_script(text: str, language: Language) -> None:
    complaint = complaint_of({**FILED, "text": f"{text} 1"}, DEFAULTS)
    assert complaint.language is language
