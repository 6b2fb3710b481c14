"""Webhooks in the engine: the workflow of a subscription, and what it asks of the outside world."""

from __future__ import annotations

from enum import StrEnum

from temporalio import activity

from workflows.contract.base import Instant, Line, Model, Sparse

WEBHOOK_TYPE = "Webhook"

WAKE_SIGNAL = "wake"
"""Says that something about a subscription has changed that a resting workflow should look at."""


def webhook_workflow_id(subscription: str) -> str:
    """The workflow id of a subscription."""
    return f"webhook-{subscription}"


def webhook_task_queue(task_queue: str) -> str:
    """The queue of webhooks beside that of complaints: slow subscribers take no slots from complaints."""
    return f"{task_queue}-webhooks"


class Watch(Model):
    """The subscription that a workflow is there for."""

    subscription: Line


class Next(StrEnum):
    """What a workflow does when an activity has come back: have it go on at once, rest, or end."""

    GO_ON = "go_on"
    REST = "rest"
    END = "end"


class Watched(Sparse):
    """How a subscription stands. A rest ends at `until`, or when the workflow is woken; without a time only then."""

    next: Next
    until: Instant | None = None


class WebhookPort:
    """Sending events to the endpoint of a subscriber."""

    @activity.defn
    async def deliver_events(self, watch: Watch) -> Watched:
        """Send what there is and what comes, for a while; a worker that dies is followed by another."""
        raise NotImplementedError
