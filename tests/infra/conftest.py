"""A Temporal server of its own for the tests of connections and logs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from infra.connections import TemporalServer
from infra.devstack.binaries import temporal_binary


@pytest.fixture(scope="session")
async def temporal_server() -> AsyncIterator[TemporalServer]:
    """A real server, up for the whole session."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_binary()), dev_server_log_level="error"
    ) as environment:
        yield TemporalServer(address=environment.client.service_client.config.target_host, named_by="the test")
