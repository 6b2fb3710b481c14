"""The account that PostgreSQL runs as: the user's own, or `nobody` for root, as whom it refuses to run."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from infra.devstack.errors import DevStackError

UNPRIVILEGED_USER = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """An existing operating-system account."""

    user_id: int
    group_id: int

    @classmethod
    def for_servers(cls) -> Self:
        """The account for servers that refuse to run as root.

        Raises:
            DevStackError: `no_unprivileged_user`.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        try:
            entry = pwd.getpwnam(UNPRIVILEGED_USER)
        except KeyError:
            raise DevStackError(
                "no_unprivileged_user",
                f"PostgreSQL does not run as root, and this system has no user {UNPRIVILEGED_USER!r} to run it as: "
                "start Amends as an ordinary user",
            ) from None
        return cls(entry.pw_uid, entry.pw_gid)

    @property
    def is_current(self) -> bool:
        """Whether this process runs as this account already."""
        return self.user_id == os.geteuid()

    def identity(self) -> dict[str, Any]:
        """The arguments of `subprocess.Popen` that run a program as this account."""
        if self.is_current:
            return {}
        return {"user": self.user_id, "group": self.group_id, "extra_groups": []}

    def can_use(self, path: Path) -> bool:
        """Whether this account may enter the directory, or run the program, at `path`: tried, not guessed."""
        if self.is_current:
            return os.access(path, os.X_OK)
        test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(test, cwd="/", check=False, **self.identity()).returncode == 0  # noqa: S603 - a fixed command

    def own(self, directory: Path) -> None:
        """Make `directory` if need be, this account's and closed to all others."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if not self.is_current:
            os.chown(directory, self.user_id, self.group_id)
