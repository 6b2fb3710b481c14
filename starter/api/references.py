"""Complaints in paths: found for the caller, or unknown to them."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends, Path

from starter.access.caller import Scope
from starter.api.door import Calling, TheDoor
from starter.read_model import ComplaintFile, ComplaintRow
from starter.seeing import visible, visible_file
from workflows.contract.errors import ErrorCode
from workflows.contract.reference import reference_for

ONE = "/complaints/{reference}"
"""The path of a complaint; its parameter is asked for by `SeenComplaint` and `SeenFile`."""

EXAMPLE = reference_for("web", "form-20260302-0815")
REFUSALS = (ErrorCode.REFERENCE_MISTYPED, ErrorCode.UNKNOWN_REFERENCE)

Reference: TypeAlias = Annotated[
    str,
    Path(description="Of the complaint; lower case, blanks and missing hyphens are forgiven.", examples=[EXAMPLE]),
]


async def _seen(door: TheDoor, caller: Calling, reference: Reference) -> ComplaintRow:
    caller.require(Scope.READ)
    return await visible(door.engine, door.desk, caller, reference, see_all=door.settings.see_all)


async def _seen_file(door: TheDoor, caller: Calling, reference: Reference) -> ComplaintFile:
    caller.require(Scope.READ)
    return await visible_file(door.engine, door.desk, caller, reference, see_all=door.settings.see_all)


SeenComplaint = Annotated[ComplaintRow, Depends(_seen)]
"""Its row. Raises AmendsError `not_permitted`, `reference_mistyped`, `unknown_reference`."""

SeenFile = Annotated[ComplaintFile, Depends(_seen_file)]
"""With what the complainant wrote. Raises the same."""
