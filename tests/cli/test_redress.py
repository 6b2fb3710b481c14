from __future__ import annotations

from decimal import Decimal

import pytest

from starter.intake.redress import parse_redress
from workflows.contract.errors import AmendsError
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import RedressKind


@pytest.mark.parametrize(
    ("written", "redress"),
    [
        ("refund:120:CNY", Redress(kind=RedressKind.REFUND, amount=Decimal(120), currency="CNY")),
        (
            "voucher:9.99:eur:for the delay",
            Redress(kind=RedressKind.VOUCHER, amount=Decimal("9.99"), currency="EUR", note="for the delay"),
        ),
        ("apology", Redress(kind=RedressKind.APOLOGY)),
        ("apology:by telephone: twice", Redress(kind=RedressKind.APOLOGY, note="by telephone: twice")),
    ],
)
def test_redress_is_read_from_one_line(written: str, redress: Redress) -> None:
    assert parse_redress(written) == redress


@pytest.mark.parametrize(
    "written",
    [
        "",
        "gold:1:CNY",
        "refund:120",
        "refund:-5:CNY",
        "refund:1.999:CNY",
        "refund:5:YUAN",
        "refund:NaN:CNY",
        "refund:abc:CNY",
    ],
)
def test_a_line_that_is_no_redress_says_what_is_expected(written: str) -> None:
    with pytest.raises(AmendsError, match="refund:120:CNY") as refused:
        parse_redress(written)
    assert refused.value.field == "redress"
