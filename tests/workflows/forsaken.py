"""A client whose server was there when it connected, and is gone."""

from __future__ import annotations

from datetime import timedelta

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from infra.devstack.binaries import temporal_binary
from starter.client import AmendsClient


async def forsaken_client(patience: timedelta) -> AmendsClient:
    """Such a client; it lives on the loop that it was made on."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_binary()),
        dev_server_log_level="error",
        data_converter=pydantic_data_converter,
    ) as environment:
        return AmendsClient(environment.client, task_queue="amends", patience=patience)
