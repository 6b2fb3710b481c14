from __future__ import annotations

from pathlib import Path

import pytest

from infra.documents import read_document
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import Complainant


def refusal_of(path: Path) -> str:
    with pytest.raises(AmendsError) as refusal:
        read_document(path, Complainant)
    assert refusal.value.code is ErrorCode.INVALID_INPUT
    assert str(path) in str(refusal.value)
    return str(refusal.value)


def test_a_document_becomes_its_model(tmp_path: Path) -> None:
    """Chinese needs no escapes."""
    path = tmp_path / "person.yaml"
    path.write_text("name: 王芳\nemail: wang.fang@mail.example\n", encoding="utf-8")
    assert read_document(path, Complainant) == Complainant(name="王芳", email="wang.fang@mail.example")


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """The operating system's reason is kept."""
    assert "No such file" in refusal_of(tmp_path / "none.yaml")


def test_another_encoding_is_named(tmp_path: Path) -> None:
    """A file saved by an old editor in China is not guessed at."""
    path = tmp_path / "gbk.yaml"
    path.write_bytes("name: 王芳".encode("gbk"))
    assert "UTF-8" in refusal_of(path)


def test_a_list_at_the_top_is_refused(tmp_path: Path) -> None:
    """Documents are mappings."""
    path = tmp_path / "list.yaml"
    path.write_text("- name", encoding="utf-8")
    assert "mapping" in refusal_of(path)


def test_yaml_cannot_make_objects(tmp_path: Path) -> None:
    """Tags that would run code are errors, not code."""
    path = tmp_path / "tag.yaml"
    path.write_text("name: !!python/object/apply:os.getcwd []", encoding="utf-8")
    assert "constructor" in refusal_of(path)


def test_keys_that_are_lists_are_refused_like_any_other(tmp_path: Path) -> None:
    """Odd YAML gets a sentence, not a traceback."""
    path = tmp_path / "odd.yaml"
    path.write_text("? [a, b]\n: c\n", encoding="utf-8")
    assert "line 1" in refusal_of(path)


def test_a_date_that_no_calendar_has_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "dates.yaml"
    path.write_text("name: x\nday: 2026-02-30\n", encoding="utf-8")
    assert "line 2, column 6: 2026-02-30: day is out of range for month" in refusal_of(path)
