"""Redress as people write it on one line: `refund:120:CNY`, `voucher:50:EUR:for the delay`, `apology:by telephone`."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError

from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import RedressKind

_EXPECTED = "expected KIND[:AMOUNT:CURRENCY][:NOTE], such as refund:120:CNY or apology"
_LOOKS_LIKE_MONEY = re.compile(r"[A-Z]{3}")
"""A currency where one is expected: what stands before it was meant as an amount, and must not become a note."""


def parse_redress(written: str) -> Redress:
    """One redress.

    Raises:
        AmendsError: `invalid_input`, with the form that is expected.
    """
    kind, _, rest = (part.strip() for part in written.partition(":"))
    if kind not in set(RedressKind):
        raise _fault(f"{_EXPECTED}; kinds are {', '.join(RedressKind)}, got {kind[:40]!r}")
    fields: dict[str, object] = {"kind": kind}
    amount, _, after = rest.partition(":")
    if (number := _number(amount)) is not None:
        currency, _, note = (part.strip() for part in after.partition(":"))
        if not currency:
            raise _fault(f"the amount {amount} needs a currency; {_EXPECTED}")
        fields |= {"amount": number, "currency": currency.upper(), "note": note or None}
    elif _LOOKS_LIKE_MONEY.fullmatch(after.partition(":")[0].strip()):
        raise _fault(f"{amount.strip()[:40]!r} is no amount; {_EXPECTED}")
    else:
        fields["note"] = rest or None
    try:
        return Redress.model_validate(fields)
    except ValidationError as error:
        fault = invalid_input(error)
        raise _fault(f"{fault.field}: {fault.message}; {_EXPECTED}") from error


def _number(written: str) -> Decimal | None:
    try:
        return Decimal(written.strip())
    except InvalidOperation:
        return None


def _fault(message: str) -> AmendsError:
    return AmendsError(ErrorCode.INVALID_INPUT, message, "redress")
