"""The embedded stack's survey secret: made once at random, kept in the state directory, readable by its owner alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import SecretStr

from infra.kept_once import kept_once

SECRET_BYTES = 32
FILE_NAME = "survey-secret"


def kept_survey_secret(state_dir: Path) -> SecretStr:
    """The secret of this state directory. Processes that ask for the first time together get the same one.

    Raises:
        AmendsError: `setup`, when the file cannot be read or made, or is empty.
    """
    path = state_dir / FILE_NAME
    return SecretStr(
        kept_once(
            path,
            lambda: secrets.token_hex(SECRET_BYTES),
            what="the survey secret",
            loss="survey links sent so far",
        )
    )
