"""How a command of the shell becomes a process of Amends: it is replaced by it, with its signals and exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NoReturn

from infra.settings import variable_of


def become(program: tuple[str, ...], settings: Mapping[str, object]) -> NoReturn:
    """Go on as `program`.

    Args:
        program: arguments of the interpreter.
        settings: by their fields, what to use instead of the environment; none is left as it is there.
    """
    for field, value in settings.items():
        if value is not None:
            os.environ[variable_of(field)] = str(value)
    sys.stdout.flush()
    sys.stderr.flush()
    # Replacing this process, not starting a child: signals and exit code are the program's own.
    os.execv(sys.executable, [sys.executable, *program])  # noqa: S606 - our own interpreter, nothing from outside
