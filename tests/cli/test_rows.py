from __future__ import annotations

import pytest

from starter.intake.rows import LINE_MAX_BYTES, BadRow, Row
from tests.cli.files import read, rows_of
from workflows.contract.errors import AmendsError, ErrorCode


def test_csv_rows_know_the_line_they_start_on() -> None:
    """Fields with line breaks move the lines after them."""
    rows = read('source_key,text\n1,"two\nlines"\n\n2,one\n')
    assert rows == [Row(2, {"source_key": "1", "text": "two\nlines"}), Row(5, {"source_key": "2", "text": "one"})]


def test_ndjson_is_recognised_by_its_first_character() -> None:
    rows = rows_of('\n{"source_key": 7, "text": "a"}\n{"source_key": 8}\n')
    assert rows.columns is None
    assert list(rows) == [Row(2, {"source_key": 7, "text": "a"}), Row(3, {"source_key": 8})]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(mark: bytes) -> None:
    assert rows_of(mark + "编号,text\n1,快递丢了\n".encode()).columns == ("编号", "text")
    assert read(mark + b'{"a": 1}\n') == [Row(1, {"a": 1})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_the_header_uses(delimiter: str) -> None:
    assert read(f"a{delimiter}b\n1{delimiter}2\n") == [Row(2, {"a": "1", "b": "2"})]


def test_other_encodings_are_read_when_named() -> None:
    assert read("编号,内容\n1,要求退款\n", "gb18030") == [Row(2, {"编号": "1", "内容": "要求退款"})]


def test_a_wrong_number_of_columns_is_a_bad_row_and_the_next_is_read() -> None:
    first, second = read("a,b\n1\n1,2\n")
    assert isinstance(first, BadRow)
    assert (first.line, first.reason) == (2, "expected 2 columns as in the header, found 1")
    assert second == Row(3, {"a": "1", "b": "2"})


def test_a_quotation_mark_that_is_never_closed_is_reported_where_it_opens() -> None:
    (row,) = read('a,b\n1,"never closed\n2,x\n')
    assert isinstance(row, BadRow)
    assert row.line == 2
    assert "quotation mark" in row.reason


def test_broken_json_is_a_bad_row_and_the_next_is_read() -> None:
    rows = read('{"a": 1}\n{"a": \n[1]\n' + "[" * 100_000 + '\n{"a": 2}\n')
    assert [(row.line, isinstance(row, BadRow)) for row in rows] == [
        (1, False),
        (2, True),
        (3, True),
        (4, True),
        (5, False),
    ]


def test_a_huge_field_is_read_whole() -> None:
    """Three megabytes are for the contract to refuse, not for the reader."""
    (row,) = read("a,b\n1," + "x" * 3_000_000 + "\n")
    assert isinstance(row, Row)
    assert len(row.values["b"]) == 3_000_000


def test_a_line_that_never_ends_does_not_fill_the_memory() -> None:
    """In NDJSON the next line is found again; in CSV nobody knows where the next record starts."""
    endless = b"x" * (LINE_MAX_BYTES + 10)
    json_rows = read(b'{"a": 1}\n{"a": "' + endless + b'"}\n{"a": 2}\n')
    assert [(row.line, isinstance(row, BadRow)) for row in json_rows] == [(1, False), (2, True), (3, False)]
    csv_rows = read(b"a,b\n1,2\n1," + endless + b"\n3,4\n")
    assert [(row.line, isinstance(row, BadRow)) for row in csv_rows] == [(2, False), (3, True)]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(AmendsError, match="empty") as refused:
        rows_of(content)
    assert refused.value.code is ErrorCode.INVALID_INPUT


def test_a_header_alone_holds_no_rows() -> None:
    assert read("a,b\n") == []


@pytest.mark.parametrize("encoding", ["utf-16", "no-such-encoding"])
def test_an_encoding_that_cannot_be_read_by_lines_is_refused(encoding: str) -> None:
    with pytest.raises(AmendsError, match="cannot read") as refused:
        rows_of(b"a,b\n", encoding)
    assert refused.value.field == "encoding"


def test_how_far_the_reading_is_can_be_seen_meanwhile() -> None:
    content = b"a,b\n1,2\n3,4\n"
    rows = rows_of(content)
    next(iter(rows))
    assert rows.bytes_read == len(b"a,b\n1,2\n")
