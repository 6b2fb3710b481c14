from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.masking import mask_personal_data, mask_text
from workflows.contract.filing import Complainant

LOG = logging.getLogger(__name__)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail from wang.fang+desk@mail.example, again", "mail from <e-mail>, again"),
        ("邮箱：wang@例子.example。", "邮箱：<e-mail>。"),
        ("电话13800138000找我", "电话<digits>找我"),
        ("call +44 20 7946 0958 or 020-7946-0958", "call <digits> or <digits>"),
        ("身份证11010519491231002X", "身份证<digits>"),
        ("card 4111 1111 1111 1111", "card <digits>"),
    ],
)
def test_what_reaches_a_person_is_hidden(text: str, masked: str) -> None:
    """Addresses, telephone, card and identity numbers, in the forms both languages write them."""
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "run 01234567-1234-4321-8765-123456789012 of K234-5678-9ABC",
        "due at 2026-11-22T05:07:00.123456Z, noticed 2026-11-22 05:07:01",
        "attempt 3 of 10, 120 ms, port 7233, 123456 bytes",
    ],
)
def test_what_operators_need_is_kept(text: str) -> None:
    """Ids, references, moments and counts look a little like numbers of people."""
    assert mask_text(text) == text


def test_values_that_errors_quote_are_hidden() -> None:
    """pydantic, PostgreSQL and SQLAlchemy all repeat what they were given."""
    text = (
        "email [type=string_pattern_mismatch, input_value='Wang Fang, Ba\\nker Street', input_type=str]\n"
        "DETAIL:  Failing row contains (7, Wang Fang,\nthe soup was cold).\n"
        "[SQL: INSERT INTO complaints]\n[parameters: ('Wang Fang', 'the soup')]\n(Background on this error at …)"
    )
    masked = mask_text(text)
    assert "Wang" not in masked
    assert "soup" not in masked
    assert "INSERT INTO complaints" in masked
    assert "string_pattern_mismatch" in masked


def test_every_kind_of_value_is_looked_into() -> None:
    """Fields may be collections, numbers, moments, errors or whole models."""
    masked = mask_personal_data(
        LOG,
        "info",
        {
            "event": "told wang@mail.example",
            "to": ["wang@mail.example", ("13800138000",)],
            "by": {"mail": "wang@mail.example"},
            "error": ValueError("no such person wang@mail.example"),
            "who": Complainant(name="Wang Fang"),
            "file": Path("wang@mail.example.csv"),
            "amount": Decimal("12.50"),
            "took": timedelta(milliseconds=1500),
            "at": datetime(2026, 11, 22, tzinfo=UTC),
            "id": UUID(int=7),
            "rows": 1_000_000_000,
        },
    )
    assert masked == {
        "event": "told <e-mail>",
        "to": ["<e-mail>", ["<digits>"]],
        "by": {"mail": "<e-mail>"},
        "error": "no such person <e-mail>",
        "who": "<Complainant>",
        "file": "<e-mail>",
        "amount": "12.50",
        "took": 1.5,
        "at": "2026-11-22 00:00:00+00:00",
        "id": "00000000-0000-0000-0000-000000000007",
        "rows": 1_000_000_000,
    }


def test_a_whole_complaint_is_cut() -> None:
    """A text that slipped in shows its length and its first lines at most; a traceback stays whole."""
    masked = mask_personal_data(LOG, "info", {"event": "x" * 3000, "exception": "y" * 3000})
    assert len(masked["event"]) < 600
    assert masked["event"].endswith("(3000 characters)")
    assert len(masked["exception"]) == 3000


@given(st.text(max_size=300), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
@settings(max_examples=100, deadline=None)
def test_no_mobile_number_survives(around: str, number: str) -> None:
    """Wherever it stands in a text."""
    assert number not in mask_text(f"{around} {number} {around}")


def test_long_lines_without_blanks_take_no_time() -> None:
    """The patterns cannot be made to search the same text over and over."""
    for text in ("投诉" * 50_000, "1-" * 50_000, "a" * 100_000, "input_value=" * 10_000, "A1B2-" * 20_000):
        began = time.process_time()
        mask_text(text)
        assert time.process_time() - began < 2
