"""A workflow and an activity that log, for the tests: in a module of their own because the sandbox loads it anew."""

from __future__ import annotations

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def speak() -> None:
    """Log from an activity, with a field and with something that must not be shown."""
    activity.logger.info("heard %s", "wang@mail.example", extra={"department": "logistics"})


@workflow.defn
class Speaker:
    """Logs from the sandbox, in its run and in an update."""

    @workflow.run
    async def run(self) -> None:
        """Log, and wait for the activity."""
        workflow.logger.info("due in %d s", 24, extra={"clock": "first_reply"})
        await workflow.execute_activity(speak, start_to_close_timeout=timedelta(seconds=10))

    @workflow.update
    def knock(self) -> None:
        """Log from an update's handler."""
        workflow.logger.warning("knocked")
