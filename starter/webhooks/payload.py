"""What the endpoints of subscribers are sent: a change, as the stream tells it."""

from __future__ import annotations

from pydantic import Field

from starter.feed import Change
from workflows.contract.base import Instant, Model


class Delivery(Model):
    """The body of a webhook. The header `webhook-id` is the event's id, also in every repeat."""

    type: str = Field(description="`complaint.` and the type of the event.", examples=["complaint.filed"])
    timestamp: Instant = Field(description="When it happened, as `at`.")
    data: Change
