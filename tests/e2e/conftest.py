"""A real stack for the session, with tables and staff; and what tests have counted, printed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from infra.devstack.layout import StateDir
from infra.devstack.ports import Ports
from infra.devstack.stack import Stack
from tests.support.desk import Desk, running_desk


@pytest.fixture(scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """The servers, on ports of their own; tests bring their workers. Complaints are told apart by source and key."""
    state_dir = tmp_path_factory.mktemp("desk") / "state"
    state = StateDir(state_dir)
    state.create()
    Ports.unused().remember(state)
    async with running_desk(state_dir) as desk:
        yield desk
    await Stack.purge(state_dir)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests gave to `record_property`: counts that are worth reading even when all is well."""
    counted = [
        f"{name}: {value}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if "tests/e2e/" in report.nodeid
        for name, value in report.user_properties
    ]
    if counted:
        terminalreporter.section("counted end to end")
        for line in counted:
            terminalreporter.write_line(line)
