"""The embedded stack's survey secret: made once at random, kept in the state directory, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import SecretStr

from workflows.contract.errors import AmendsError, ErrorCode

SECRET_BYTES = 32
FILE_NAME = "survey-secret"


def kept_survey_secret(state_dir: Path) -> SecretStr:
    """The secret of this state directory. Processes that ask for the first time together get the same one.

    Raises:
        AmendsError: `setup`, when the file cannot be read or made, or is empty.
    """
    path = state_dir / FILE_NAME
    try:
        if not path.exists():
            _make(path)
        secret = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise AmendsError(ErrorCode.SETUP, f"cannot keep the survey secret in {path}: {error.strerror}") from error
    if not secret:
        raise AmendsError(ErrorCode.SETUP, f"{path} is empty: remove it, and survey links sent so far become void")
    return SecretStr(secret)


def _make(path: Path) -> None:
    with NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix=f"{path.name}.") as draft:  # mode 600
        draft.write(secrets.token_hex(SECRET_BYTES))
        draft.flush()
        os.fsync(draft.fileno())
        try:
            # Unlike a rename this never replaces what another process has made meanwhile.
            os.link(draft.name, path)
        except FileExistsError:
            return
