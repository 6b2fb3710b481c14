"""Where PostgreSQL's data and programs lie, and what the state directory remembers of them.

As root, PostgreSQL runs as `nobody`, who may not be able to enter the state directory or the virtual environment (both
often lie under a closed home directory). Then data and programs go to a directory of their own under /var/tmp.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from infra.devstack.account import Account
from infra.devstack.errors import DevStackError
from infra.devstack.layout import StateDir, write_private

OUTSIDE = Path("/var/tmp")  # noqa: S108 - survives a reboot; the directory made here is checked to be our own
_DIGEST_LENGTH = 16
_PASSWORD_BYTES = 24


def _password() -> str:
    return secrets.token_hex(_PASSWORD_BYTES)


class PostgresRecord(BaseModel):
    """What must be remembered between runs: where the data lies, and the passwords of the three roles."""

    model_config = ConfigDict(frozen=True)

    home: Path
    initialised: bool = False
    admin_password: str = Field(default_factory=_password, repr=False)
    owner_password: str = Field(default_factory=_password, repr=False)
    app_password: str = Field(default_factory=_password, repr=False)

    @classmethod
    def read(cls, state: StateDir) -> Self | None:
        """The record of an earlier run, or none."""
        try:
            return cls.model_validate_json(state.postgres_record.read_bytes())
        except FileNotFoundError:
            return None

    def write(self, state: StateDir) -> None:
        """Keep the record in the state directory."""
        write_private(state.postgres_record, self.model_dump_json(indent=2))


class PostgresHome:
    """The directory with PostgreSQL's cluster and, where need be, a copy of its programs."""

    def __init__(self, path: Path, account: Account) -> None:
        self.path = path
        self.account = account
        self.cluster = path / "cluster"
        self.data = self.cluster / "data"
        self._copies = path / "programs"

    @staticmethod
    def choose(state: StateDir, account: Account) -> Path:
        """The place for a new home: in the state directory if the account can enter it."""
        if account.can_use(state.root):
            return state.postgres
        digest = hashlib.sha256(os.fsencode(state.root)).hexdigest()[:_DIGEST_LENGTH]
        return OUTSIDE / f"amends-{digest}"

    def create(self) -> None:
        """Make the directories.

        Raises:
            DevStackError: `home_not_ours`; anybody may have put something of that name under /var/tmp.
        """
        self.path.mkdir(mode=0o700, exist_ok=True)
        if self.path.is_symlink() or self.path.stat().st_uid != os.geteuid():
            raise DevStackError(
                "home_not_ours", f"{self.path} was expected to be new or our own, and is another user's: remove it"
            )
        self.path.chmod(0o711)  # the account passes through, whatever the umask
        self.account.own(self.cluster)

    def programs(self, bin_directory: Path) -> Path:
        """Where the account finds the programs of `bin_directory`: there, or in a copy, once `install` has made it."""
        if self.account.can_use(bin_directory / "postgres"):
            return bin_directory
        return self._copies / bin_directory.relative_to(bin_directory.parents[2])

    def install(self, bin_directory: Path) -> None:
        """Copy the programs if the account cannot run them where they are."""
        if self.programs(bin_directory) == bin_directory:
            return
        shutil.rmtree(self._copies, ignore_errors=True)  # of an earlier version, or half made
        installation, package = bin_directory.parent, bin_directory.parents[1]
        # Wheels keep libraries beside their package (Linux) or in it (macOS); programs find them by relative paths.
        libraries = (package.with_name(f"{package.name}.libs"), package / ".dylibs")
        for tree in (installation, *(directory for directory in libraries if directory.exists())):
            shutil.copytree(
                tree,
                self._copies / tree.relative_to(package.parent),
                symlinks=True,
                ignore=shutil.ignore_patterns("include"),
            )
        subprocess.run(["chmod", "-R", "a+rX", self._copies], check=True)  # noqa: S603, S607 - fixed, on our own copy

    def forget_process(self) -> None:
        """Let a server start whose predecessor was killed; call it once that one is known to be gone.

        After a reboot the process id in its lock file may be anybody's, and PostgreSQL would refuse for ever. It
        accepts its parent's id there, and still looks at the shared memory that the file names: a session may live on.
        """
        lock_file = self.data / "postmaster.pid"
        if lock_file.exists():
            _, *rest = lock_file.read_text(encoding="utf-8").splitlines(keepends=True) or [""]
            lock_file.write_text("".join([f"{os.getpid()}\n", *rest]), encoding="utf-8")
