"""Histories of subscriptions, recorded on a real server; what a release has recorded stays as it is."""

from __future__ import annotations

import gzip
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowRunner

from starter.audit.runs import run_in_file
from workflows.webhook import Webhook

HISTORIES = Path(__file__).parent / "histories"

_SUFFIX = ".json.gz"


def names() -> list[str]:
    """The recorded runs."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in HISTORIES.glob(f"*{_SUFFIX}"))


def load(name: str) -> WorkflowHistory:
    """One of them."""
    run = run_in_file(HISTORIES / f"{name}{_SUFFIX}")
    return WorkflowHistory(run.workflow_id, run.events)


def save(name: str, content: str) -> None:
    """Keep one, as Temporal's own JSON."""
    HISTORIES.mkdir(exist_ok=True)
    (HISTORIES / f"{name}{_SUFFIX}").write_bytes(gzip.compress(content.encode(), mtime=0))


def replayer(runner: WorkflowRunner) -> Replayer:
    """Replays with the present code."""
    return Replayer(
        workflows=[Webhook], workflow_runner=runner, data_converter=pydantic_data_converter, build_id="corpus"
    )
