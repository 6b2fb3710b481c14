"""Fixtures that tests of several folders share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from workers.garbage import collect_rarely

pytest_plugins = ["tests.support.postgres", "tests.support.mail"]

# Started in the background or under nohup, pytest ignores these signals, and so would every program that it starts;
# what is tested is how programs end that were started by hand.
for _number, _as_by_hand in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _as_by_hand)

_LONGEST_FIRST = ("e2e", "cli", "console", "api", "devstack", "workflows")
"""Folders whose files take minutes. Were they last, one process would be busy with one of them and the others idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes long first; within a folder the order stays."""
    folders = Path(__file__).parent
    rank = {folder: number for number, folder in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.relative_to(folders).parts[0], len(rank)))


def pytest_collection_finish() -> None:
    """As in a worker: in a process that holds all tests, looking through everything takes longer than the engine lets a
    workflow take, which then fails.
    """
    collect_rarely()
