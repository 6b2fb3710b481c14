"""Sockets that processes answer people at."""

from __future__ import annotations

import socket

from workflows.contract.errors import AmendsError, ErrorCode

BACKLOG = 2048


def listening_on(host: str, port: int, *, field: str) -> socket.socket:
    """A socket that listens, so that its port is known and a taken one is said before anything else happens.

    Args:
        host: the interface.
        port: 0 for any that is free.
        field: of the settings, that names the port.

    Raises:
        AmendsError: `setup`, when the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only of sockets that say that they are TCP does asyncio send small parts at once; others wait 40 ms for more.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise AmendsError(
            ErrorCode.SETUP, f"cannot listen on {host}:{port} ({error.strerror}): choose another port", field
        ) from error
    return listening


def address_of(listening: socket.socket) -> str:
    """Where it is reached, `http://host:port`."""
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
