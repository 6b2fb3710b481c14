"""What there is at addresses that lead nowhere."""

from __future__ import annotations

from starter.console.frame import staff_page
from starter.console.visit import Visit
from workflows.contract.errors import AmendsError, ErrorCode


@staff_page("/{path:path}", "frame.nowhere")
async def nowhere(visit: Visit) -> None:
    """Says so."""
    raise AmendsError(ErrorCode.UNKNOWN_PATH, f"/{visit.query['path']}")
