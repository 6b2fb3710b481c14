"""What lies where in a state directory, and how a file in it is written: at once, and readable by its owner alone."""

import os
import shutil
from pathlib import Path
from tempfile import NamedTemporaryFile

from infra.devstack.errors import DevStackError

MARKER_TEXT = "Amends made this directory and keeps its embedded servers' data here.\n"


class StateDir:
    """The paths of one state directory. Nothing is created by naming them."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.marker = self.root / ".amends"
        self.lock = self.root / "stack.lock"
        self.addresses = self.root / "stack.json"
        self.ports = self.root / "ports.json"
        self.postgres_record = self.root / "postgres.json"
        self.postgres = self.root / "postgres"
        self.temporal_db = self.root / "temporal.db"
        self.mail = self.root / "mail"
        self.logs = self.root / "logs"

    def create(self) -> None:
        """Make the directory. One that was new or empty gets the marker that lets `remove` take it away whole.

        Raises:
            DevStackError: `state_of_another_user`.
        """
        # Others may pass through, so that PostgreSQL's account can reach its data, but neither list nor read.
        self.root.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.lock.exists() and self.lock.stat().st_uid != os.geteuid():
            raise DevStackError(
                "state_of_another_user",
                f"the embedded stack of {self.root} belongs to another user: start Amends as that user, "
                "or set AMENDS_STATE_DIR to a directory of your own",
            )
        if all(_is_or_draft_of(entry, self.marker) for entry in self.root.iterdir()):
            write_private(self.marker, MARKER_TEXT)
        for directory in (self.logs, self.mail):
            directory.mkdir(mode=0o700, exist_ok=True)

    def remove(self) -> None:
        """Remove the directory, or only the stack's own entries where other things lay before it came."""
        ours = self.marker.exists()
        entries = self.root.iterdir() if ours else (entry for entry in self.root.iterdir() if self._owns(entry))
        last = [self.lock, self.marker]  # held till the end, and while the marker is there, a repeat removes the rest
        for entry in sorted(entries, key=lambda entry: last.index(entry) + 1 if entry in last else 0):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        if ours:
            self.root.rmdir()

    def _owns(self, entry: Path) -> bool:
        files = (self.lock, self.addresses, self.ports, self.postgres_record)
        return (
            entry in (self.postgres, self.mail, self.logs)
            or any(_is_or_draft_of(entry, file) for file in files)
            or entry.name.startswith(self.temporal_db.name)  # SQLite adds -wal and -shm
        )


def _is_or_draft_of(entry: Path, file: Path) -> bool:
    """Whether `entry` is `file`, or what a killed `write_private` left of it."""
    return entry == file or entry.name.startswith(f"{file.name}.")


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step; mode 600, on the disk when this returns."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f"{path.name}.", delete=False) as draft:
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(path)
