"""Connections for webhooks: the address that a name stands for is looked up, checked, and then exactly it is called.

Checking a name first and connecting by name afterwards would ask twice, and the second answer may be another one.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

import httpcore2

from infra.webhooks.addresses import SETTING, is_public

KEEP_ALIVE_SECONDS = 30.0
IDLE_CONNECTIONS = 100


class ForbiddenAddressError(httpcore2.ConnectError):
    """A name stands for no address, or for one that webhooks may not go to; the message is for operators alone."""


class CheckedNetwork(httpcore2.AsyncNetworkBackend):
    """Connects to checked addresses only, the first that answers.

    Args:
        private_allowed: also those of private networks and of this machine.
        network: connects to addresses.
    """

    def __init__(self, network: httpcore2.AsyncNetworkBackend, *, private_allowed: bool) -> None:
        self._network = network
        self._private_allowed = private_allowed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection.

        Raises:
            ForbiddenAddressError: all addresses, or one of them, is none that webhooks may go to, or there is none.
            httpcore2.ConnectError: none answers.
        """
        fault: httpcore2.ConnectError | None = None
        for address in await self._addresses(host, port):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore2.ConnectError as error:
                fault = error
        raise fault or httpcore2.ConnectError(f"{host} stands for no address")

    async def sleep(self, seconds: float) -> None:
        """As httpcore wants it."""
        await self._network.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ForbiddenAddressError(f"{host} has no address ({error})") from error
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        for address in addresses:
            # Without its zone: a link-local address stays one.
            if not self._private_allowed and not is_public(ip_address(address.partition("%")[0])):
                raise ForbiddenAddressError(f"{host} stands for {address}, which is not public; see {SETTING}")
        return addresses


def connection_pool(*, private_allowed: bool) -> httpcore2.AsyncConnectionPool:
    """Connections that are kept for the next request. It follows no redirect, reads no proxy from the environment,
    keeps no cookies and unpacks nothing.
    """
    return httpcore2.AsyncConnectionPool(
        ssl_context=ssl.create_default_context(),
        max_connections=None,  # each subscription bounds its own
        max_keepalive_connections=IDLE_CONNECTIONS,
        keepalive_expiry=KEEP_ALIVE_SECONDS,
        network_backend=CheckedNetwork(httpcore2.AnyIOBackend(), private_allowed=private_allowed),
    )
