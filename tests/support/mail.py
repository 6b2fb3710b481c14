"""A real SMTP server that tests can take down, bring up, let refuse and let fall silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

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
