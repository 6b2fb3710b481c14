"""Names that other systems and the Temporal server know: workflow, queue, ids, search attributes, queries."""

from __future__ import annotations

WORKFLOW_TYPE = "Complaint"
DEFAULT_TASK_QUEUE = "amends"
VIEW_QUERY = "view"
PREVIEW_QUERY = "preview"
ALLOWED_QUERY = "allowed"

SEARCH_ATTRIBUTES = {"AmendsChannel": "Keyword", "AmendsLanguage": "Keyword"}
"""What Temporal itself can search by, set with the start (free). Later changes would cost an event and a write to the
visibility store each, so people search the read model. Never personal data: the server sees these in clear text."""


def workflow_id(reference: str) -> str:
    """The workflow id of a complaint; it holds no personal data because it is readable to all who run the server."""
    return f"complaint-{reference}"


def reference_of(complaint_workflow_id: str) -> str:
    """The reference inside a workflow id."""
    return complaint_workflow_id.removeprefix("complaint-")
