"""The corpus: histories recorded on a real server, one for each run of each scene, and a state that a run handed over.

What a release has recorded stays as it is: complaints that were open then are replayed by every later release.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowRunner

from starter.audit.runs import run_in_file
from workflows.complaint import Complaint
from workflows.state import VERSION

HISTORIES = Path(__file__).parent / "histories"
STATE_FILE = Path(__file__).parent / f"state_v{VERSION}.json"

_SUFFIX = ".json.gz"


def names() -> list[str]:
    """The recorded runs by name: scene and number."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in HISTORIES.glob(f"*{_SUFFIX}"))


def load(name: str) -> WorkflowHistory:
    """One recorded run."""
    run = run_in_file(HISTORIES / f"{name}{_SUFFIX}")
    return WorkflowHistory(run.workflow_id, run.events)


def save(name: str, history: WorkflowHistory, anonymous: Callable[[str], str]) -> None:
    """Keep a run as Temporal's own JSON. `anonymous` takes out what tells of the machine it was recorded on."""
    content = anonymous(history.to_json()).encode()
    (HISTORIES / f"{name}{_SUFFIX}").write_bytes(gzip.compress(content, mtime=0))


def replayer(runner: WorkflowRunner) -> Replayer:
    """Replays with the present code."""
    return Replayer(
        workflows=[Complaint], workflow_runner=runner, data_converter=pydantic_data_converter, build_id="corpus"
    )
