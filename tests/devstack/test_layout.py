"""The state directory's own files, without servers."""

import stat
from pathlib import Path

from infra.devstack.layout import StateDir, write_private
from infra.devstack.lock import Lock, is_locked


def test_a_directory_whose_making_was_interrupted_is_still_removed_whole(tmp_path: Path) -> None:
    """The draft of the marker does not count as somebody else's file."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / ".amends.half").touch()
    state = StateDir(tmp_path / "state")
    state.create()
    (state.root / "export.json").touch()
    state.remove()
    assert not state.root.exists()


def test_where_other_things_lay_before_only_the_stacks_own_are_removed(tmp_path: Path) -> None:
    """Names that merely begin alike are somebody else's."""
    foreign = ["letter.txt", "mailbox", "stack.jsonl"]
    for name in foreign:
        (tmp_path / name).touch()
    state = StateDir(tmp_path)
    state.create()
    for ours in (
        state.lock,
        state.addresses,
        state.temporal_db,
        tmp_path / "temporal.db-wal",
        tmp_path / "ports.json.x1",
    ):
        ours.touch()
    state.remove()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == foreign


def test_a_private_file_is_replaced_at_once_and_closed_to_others(tmp_path: Path) -> None:
    """Whatever the old file's mode was."""
    path = tmp_path / "secret.json"
    path.touch(mode=0o644)
    write_private(path, "密码")
    assert path.read_text(encoding="utf-8") == "密码"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    """Until it is released; looking does not take it."""
    path = tmp_path / "lock"
    assert not is_locked(path)
    first, second = Lock(path), Lock(path)
    assert first.acquire()
    assert not second.acquire()
    assert is_locked(path)
    first.release()
    assert not is_locked(path)
    assert second.acquire()
