"""How values become payloads."""

from __future__ import annotations

from datetime import UTC, datetime

from temporalio.contrib.pydantic import pydantic_data_converter

from infra.payloads import DATA_CONVERTER, PayloadConverter
from workflows.contract.ports import Delivered

DELIVERED = Delivered(at=datetime(2026, 3, 2, 9, tzinfo=UTC))


async def test_payloads_are_those_of_the_pydantic_support_of_the_sdk() -> None:
    """Whoever speaks to Amends with it, and every history that is kept, stays readable."""
    values = [DELIVERED, None, b"bytes", "词", {"at": DELIVERED}]
    payloads = await DATA_CONVERTER.encode(values)
    assert payloads == await pydantic_data_converter.encode(values)
    assert await DATA_CONVERTER.decode(payloads[:1], [Delivered]) == [DELIVERED]


def test_what_reads_payloads_is_built_once() -> None:
    """However many converters the SDK makes."""
    encoding = b"json/plain"
    assert PayloadConverter().converters[encoding] is PayloadConverter().converters[encoding]
