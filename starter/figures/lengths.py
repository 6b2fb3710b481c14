"""How long things took: the median, and what nine in ten took at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Double, WithinGroup, cast, extract, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ColumnElement

_SHARES = (0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Length:
    """Half of all took at most the median, nine in ten at most `p90`; by the calendar, with nights and holidays."""

    median: timedelta
    p90: timedelta

    @classmethod
    def of(cls, seconds: Sequence[float] | None) -> Length | None:
        """From what `lengths` answers; none, if there was nothing that took any time."""
        return cls(*(timedelta(seconds=each) for each in seconds)) if seconds else None


def lengths(begins: ColumnElement[datetime], ends: ColumnElement[datetime]) -> WithinGroup[Sequence[float]]:
    """Both in seconds, of the rows on which both moments are."""
    shares = cast(literal(list(_SHARES), ARRAY(Double)), ARRAY(Double))
    return func.percentile_cont(shares).within_group(extract("epoch", ends - begins))
