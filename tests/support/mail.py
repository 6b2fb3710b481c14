"""A real SMTP server that tests can take down, bring up, let refuse and let fall silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from infra.devstack.mail_sink import MailSink, StoredMail
from infra.devstack.ports import HOST
from infra.devstack.smtp_server import serving


class MailServer:
    """The embedded mail sink; it keeps its port from start to start."""

    def __init__(self, directory: Path) -> None:
        self.sink = MailSink(directory)
        self._port = 0
        self._running = AsyncExitStack()

    @property
    def address(self) -> str:
        """host:port."""
        return f"{HOST}:{self._port}"

    async def start(self) -> None:
        """Take mail."""
        self._port = await self._running.enter_async_context(serving(self.sink, self._port))

    async def stop(self) -> None:
        """Hang up on everybody and stop listening."""
        await self._running.aclose()

    def mails_to(self, recipient: str) -> list[StoredMail]:
        """What arrived for one address, in the order of arrival."""
        return [mail for mail in self.sink.messages() if mail.recipients == (recipient,)]


@pytest.fixture
async def mail_server(tmp_path: Path) -> AsyncIterator[MailServer]:
    """A mail server that is up."""
    server = MailServer(tmp_path / "mail")
    await server.start()
    yield server
    await server.stop()


class RefusingMailServer:
    """Answers the next recipients with `refusals`, then takes every mail; counts connections."""

    def __init__(self) -> None:
        self.address = ""
        self.refusals: list[str] = []
        self.taken: list[tuple[str, str]] = []
        self.connections = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """A new connection says hello."""
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Refuse, while there are refusals left."""
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the mail."""
        message = message_from_bytes(envelope.content, policy=default)
        self.taken.append((envelope.rcpt_tos[0], str(message["Subject"])))
        return "250 OK"


@dataclass(frozen=True)
class SilentMailServer:
    """Accepts connections, which sets `called`, and never says a word."""

    address: str
    called: asyncio.Event


@pytest.fixture
async def refusing_mail_server() -> AsyncIterator[RefusingMailServer]:
    """A mail server that refuses what it is told to."""
    handler = RefusingMailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop), HOST, 0)
    handler.address = f"{HOST}:{server.sockets[0].getsockname()[1]}"
    yield handler
    server.close()


@pytest.fixture
async def silent_mail_server() -> AsyncIterator[SilentMailServer]:
    """A mail server that nobody gets a word out of."""
    called = asyncio.Event()
    server = await asyncio.start_server(lambda _reader, _writer: called.set(), HOST, 0)
    yield SilentMailServer(f"{HOST}:{server.sockets[0].getsockname()[1]}", called)
    server.close()
