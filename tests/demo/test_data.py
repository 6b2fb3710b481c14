"""What `amends demo --data FILE` takes from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from starter.demo.data import COMPLAINTS_MAX, complaints_in
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Channel, Language

CFPB = "Date received,Product,Issue,Submitted via,Consumer complaint narrative,Complaint ID\n"


def file_with(directory: Path, text: str) -> Path:
    path = directory / "data.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_cfpb_export_is_recognised_by_its_header(tmp_path: Path) -> None:
    """Channel, product and text come from its own columns."""
    (complaint,) = complaints_in(file_with(tmp_path, CFPB + "2019-09-24,Mortgage,Fees,Phone,They charged me twice,7\n"))
    assert (complaint.channel, complaint.product, complaint.text) == (
        Channel.HOTLINE,
        "Mortgage",
        "They charged me twice",
    )


def test_only_the_first_of_a_long_file_are_taken(tmp_path: Path) -> None:
    lines = "".join(f"2019-09-24,Mortgage,Fees,Web,Complaint number {number},{number}\n" for number in range(200))
    complaints = complaints_in(file_with(tmp_path, CFPB + lines))
    assert len(complaints) == COMPLAINTS_MAX
    assert complaints[0].text == "Complaint number 0"


def test_a_file_with_nothing_but_texts_is_enough(tmp_path: Path) -> None:
    """The line is the key, the script tells the language."""
    english, chinese = complaints_in(file_with(tmp_path, "text\nThe kettle leaks\n水壶漏水，要求退款\n"))
    assert (english.language, chinese.language) == (Language.EN, Language.ZH)
    assert english.source_key != chinese.source_key


def test_a_line_that_cannot_be_filed_is_named_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file_with(tmp_path, "text,channel\nThe kettle leaks,pigeon\nThe lamp flickers,app\n")
    assert [complaint.text for complaint in complaints_in(path)] == ["The lamp flickers"]
    assert "line 2" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "text\n", "text,channel\nHello there,pigeon\n"])
def test_a_file_without_any_complaint_is_refused_before_anything_starts(tmp_path: Path, content: str) -> None:
    with pytest.raises(AmendsError) as refused:
        complaints_in(file_with(tmp_path, content))
    assert refused.value.code is ErrorCode.INVALID_INPUT
