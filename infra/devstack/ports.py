"""Which ports the servers listen on: the usual ones, remembered from run to run, moved where something else sits."""

import socket
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from secrets import choice
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from infra.devstack.layout import StateDir, write_private

HOST = "127.0.0.1"

_FOR_SERVERS = range(10_000, 32_768)
"""Below those that systems give to outgoing connections: of these one could sit where a server is to be started again,
be it that of a client who tries to reach it meanwhile.
"""

PortName = Literal["postgres", "temporal", "temporal_ui", "smtp", "api", "console"]


class Ports(BaseModel):
    """The TCP ports of one stack, all on the loopback interface."""

    model_config = ConfigDict(frozen=True)

    postgres: int = 54329
    temporal: int = 7233
    temporal_ui: int = 8233
    smtp: int = 2525
    api: int = 8000
    console: int = 8080

    @classmethod
    def remembered(cls, state: StateDir) -> Self:
        """The ports of the last run, or the usual ones."""
        return cls.model_validate_json(state.ports.read_bytes()) if state.ports.exists() else cls()

    @classmethod
    def unused(cls) -> Self:
        """Ports that nothing uses now, for a stack that stays out of the way of the usual one."""
        return cls.model_validate(dict(zip(cls.model_fields, _unused_ports(len(cls.model_fields)), strict=True)))

    def remember(self, state: StateDir) -> None:
        """Keep these ports for the next run."""
        write_private(state.ports, self.model_dump_json())

    def settled(self, names: Iterable[PortName]) -> Self:
        """The same ports, those of `names` that are taken replaced by free ones."""
        taken = [name for name in names if not is_free(getattr(self, name))]
        return self.model_copy(update=dict(zip(taken, _unused_ports(len(taken)), strict=True)))


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback interface now."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:  # macOS lets one bind over a listener on all interfaces
            return False
    with socket.socket() as probe:
        # As the servers do: connections of the last run that still linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _unused_ports(count: int) -> list[int]:
    with ExitStack() as held:  # all at once, so that no port is given twice
        ports: list[int] = []
        while len(ports) < count:
            port, probe = choice(_FOR_SERVERS), held.enter_context(socket.socket())
            with suppress(OSError):
                probe.bind((HOST, port))
                ports.append(port)
        return ports
