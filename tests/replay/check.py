"""`python -m tests.replay.check`: replay the whole corpus in a process of its own; exit code 0 if every run holds."""

from __future__ import annotations

import sys

from temporalio.worker import UnsandboxedWorkflowRunner

from infra.process import run_main
from tests.replay import corpus


async def main() -> int:
    """The number of runs that do not hold."""
    replayer = corpus.replayer(UnsandboxedWorkflowRunner())
    failures = 0
    for name in corpus.names():
        result = await replayer.replay_workflow(corpus.load(name), raise_on_replay_failure=False)
        if result.replay_failure:
            failures += 1
            sys.stderr.write(f"{name}: {result.replay_failure}\n")
    return failures


if __name__ == "__main__":
    run_main(main)
