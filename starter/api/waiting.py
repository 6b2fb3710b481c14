"""`?wait=projection`: an answer that comes when lists and searches have what was written."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from fastapi import Query
from pydantic import Field

from starter.projection import PATIENCE

Wait: TypeAlias = Annotated[
    Literal["projection"] | None,
    Query(
        description="Answer when lists, searches and the timeline have it too, usually a tenth of a second later. "
        f"After {PATIENCE.total_seconds():.0f} s the answer comes anyway, with `projected: false`.",
    ),
]

Projected: TypeAlias = Annotated[
    bool | None,
    Field(description="Asked for with `wait=projection`: whether lists, searches and the timeline have it already."),
]
