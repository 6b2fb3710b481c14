"""A lock that the kernel releases when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path


class Lock:
    """An exclusive lock on a file, which is made if need be, or on a directory that exists."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; says whether it is now held."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_RDONLY | (0 if self._path.is_dir() else os.O_CREAT), 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = self._is_still(descriptor)
        except (BlockingIOError, FileNotFoundError):
            held = False
        if held:
            self._descriptor = descriptor
        else:
            os.close(descriptor)
        return held

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _is_still(self, descriptor: int) -> bool:
        """Whether the locked file is the one at the path: its last holder may have removed it meanwhile."""
        return os.path.samestat(os.fstat(descriptor), self._path.stat())


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock on `path`."""
    if not path.exists():
        return False
    probe = Lock(path)
    free = probe.acquire()
    probe.release()
    return not free
