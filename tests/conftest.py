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

_WAITING = ("e2e", "cli", "devstack", "webhooks")
_BUSY = ("console", "api", "workflows")
"""Folders whose files take longest, those first that take longer. In some they wait most of the time, for limits that
pass and programs that start; in all others they compute.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, else one process would be busy with them at the end and the others idle;
    and have some wait while others compute. Within a file the order stays.
    """
    tests_of: dict[Path, list[pytest.Item]] = {}
    for item in items:
        tests_of.setdefault(item.path, []).append(item)
    waiting = _ranked([path for path in tests_of if _folder(path) in _WAITING], _WAITING)
    busy = _ranked([path for path in tests_of if _folder(path) not in _WAITING], _BUSY)
    places = {path: place / len(files) for files in (waiting, busy) for place, path in enumerate(files)}
    items[:] = [item for path in sorted(places, key=places.__getitem__) for item in tests_of[path]]


def _ranked(files: list[Path], folders: tuple[str, ...]) -> list[Path]:
    rank = {folder: number for number, folder in enumerate(folders)}
    return sorted(files, key=lambda path: rank.get(_folder(path), len(rank)))


def _folder(path: Path) -> str:
    return path.relative_to(Path(__file__).parent).parts[0]


def pytest_collection_finish() -> None:
    """As in a worker: in a process that holds all tests, looking through everything takes longer than the engine lets a
    workflow take, which then fails.
    """
    collect_rarely()
