"""Secrets of the embedded stack: made once at random, kept in the state directory, readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from workflows.contract.errors import AmendsError, ErrorCode


def kept_once(path: Path, make: Callable[[], str], *, what: str, loss: str) -> str:
    """What the file says. Processes that ask for the first time together get the same.

    Args:
        path: the file; its directory is there.
        make: the secret in ASCII, when there is none yet.
        what: what it is, for messages.
        loss: what becomes void with it, for messages.

    Raises:
        AmendsError: `setup`, when the file cannot be read or made, or is empty.
    """
    try:
        if not path.exists():
            _write(path, make())
        secret = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise AmendsError(ErrorCode.SETUP, f"cannot keep {what} in {path}: {error.strerror}") from error
    if not secret:
        raise AmendsError(ErrorCode.SETUP, f"{path} is empty: remove it, and {loss} become void")
    return secret


def _write(path: Path, secret: str) -> None:
    with NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix=f"{path.name}.") as draft:  # mode 600
        draft.write(secret)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            # Unlike a rename this never replaces what another process has made meanwhile.
            os.link(draft.name, path)
        except FileExistsError:
            return
