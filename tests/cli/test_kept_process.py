"""What is kept beside the servers says why it does not start."""

from __future__ import annotations

from pathlib import Path

from infra.devstack.layout import StateDir
from starter.cli.kept_process import KeptProcess, Program
from workflows.contract.errors import ErrorCode

FAILING = Program("failing", ("-c", "import os; raise SystemExit(os.environ['REASON'])"))


async def test_its_last_words_are_those_of_its_last_start(tmp_path: Path) -> None:
    """What it said of a fault that has been mended would lead people astray."""
    state = StateDir(tmp_path / "state")
    state.create()
    refusals = []
    for reason in ("the first reason", "the second reason"):
        process = KeptProcess(state.root, FAILING, {"REASON": reason})
        await process.start()
        assert await process.exited() == 1
        refusals.append(process.does_not_start())
    first, second = refusals
    assert first.code is ErrorCode.SETUP
    assert "the first reason" in first.message
    assert "the second reason" in second.message
    assert "the first reason" not in second.message
