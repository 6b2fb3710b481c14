"""What a complainant gets when a complaint is justified."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from workflows.contract.base import Line, Model
from workflows.contract.vocabulary import RedressKind


class Redress(Model):
    """One thing the complainant gets; money has an amount and a currency."""

    kind: RedressKind
    amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] = Decimal(0)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    note: Line | None = None


def total(redress: Iterable[Redress]) -> Decimal:
    """All amounts together; a proposal has one currency."""
    return sum((each.amount for each in redress), Decimal(0))
