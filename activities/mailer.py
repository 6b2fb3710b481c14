"""Hands mails to the mail server over a few SMTP connections that are kept open, because opening one costs most."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic

import aiosmtplib

from activities.mail import Mail, RejectedError, on_the_wire

REPLY_TIME_LIMIT = timedelta(seconds=5)
"""For the answer to any one SMTP command."""

IDLE_TIME_LIMIT = timedelta(seconds=20)
"""Mail servers hang up on idle clients, some after half a minute."""

TLS_PORT = 465
"""Encrypted from the first byte (RFC 8314)."""

RESPITE = timedelta(seconds=1)
"""After a failed connection nobody tries again for so long: a dead mail server must not hold up what waits for it."""

_CLOSING_CHANNEL = 421
_NO_SUCH_ADDRESS = (550, 551, 553)
_BAD_ADDRESS = "5.1."
_PERMANENT = range(500, 600)


class NotTakenError(Exception):
    """The mail server cannot be reached or does not take the mail now; the same mail may be sent again later."""


class Mailer:
    """A small pool of connections to one mail server. It belongs to the event loop it is used in.

    Args:
        server: host:port.
        sender: the address in `From`, and of the envelope.
        user: for servers that want a login, with its password.
        connections: mails under way at the same time.
    """

    def __init__(
        self, server: str, sender: str, *, user: str | None = None, password: str | None = None, connections: int = 4
    ) -> None:
        host, _, port = server.rpartition(":")
        self._server = server
        self._host = host.strip("[]")
        self._port = int(port)
        self._sender = sender
        self._user = user
        self._password = password
        self._free = asyncio.Semaphore(connections)
        self._idle: list[tuple[aiosmtplib.SMTP, float]] = []
        self._dead_until = 0.0

    async def send(self, mail: Mail) -> None:
        """Return once the mail server has taken responsibility for the mail.

        Raises:
            NotTakenError: not now; try again later.
            RejectedError: not to this address.
        """
        content = on_the_wire(mail, self._sender)
        try:
            async with self._free:
                await self._transfer(mail.recipient, content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            refusal = error.recipients[0]
            if _is_final(refusal):
                raise RejectedError(_reply(refusal)) from None
            raise NotTakenError(_reply(refusal)) from None
        except aiosmtplib.SMTPResponseException as error:
            raise NotTakenError(_reply(error)) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotTakenError(f"{self._server}: {error or type(error).__name__}") from None

    async def close(self) -> None:
        """Close every idle connection."""
        while self._idle:
            connection, _ = self._idle.pop()
            connection.close()

    async def _transfer(self, recipient: str, content: bytes) -> None:
        reused = self._take_idle()
        if reused is not None:
            try:
                async with self._returning(reused):
                    await self._hand_over(reused, recipient, content)
            except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPResponseException) as error:
                if isinstance(error, aiosmtplib.SMTPResponseException) and error.code != _CLOSING_CHANNEL:
                    raise
                # The server hung up in the meantime: once more, on a new connection.
            else:
                return
        async with self._returning(await self._connect()) as connection:
            await self._hand_over(connection, recipient, content)

    async def _hand_over(self, connection: aiosmtplib.SMTP, recipient: str, content: bytes) -> None:
        options = [] if recipient.isascii() else ["smtputf8"]
        await connection.sendmail(self._sender, [recipient], content, mail_options=options)

    def _take_idle(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            connection, since = self._idle.pop()
            if connection.is_connected and monotonic() - since < IDLE_TIME_LIMIT.total_seconds():
                return connection
            connection.close()
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        if monotonic() < self._dead_until:
            raise ConnectionError("could not be reached a moment ago")
        connection = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            local_hostname=self._sender.rpartition("@")[2],  # else it would ask the name server, and block on it
            use_tls=self._port == TLS_PORT,  # on other ports the connection is encrypted where the server offers it
            timeout=REPLY_TIME_LIMIT.total_seconds(),
        )
        try:
            await connection.connect()
        except (aiosmtplib.SMTPException, OSError):
            self._dead_until = monotonic() + RESPITE.total_seconds()
            raise
        return connection

    @asynccontextmanager
    async def _returning(self, connection: aiosmtplib.SMTP) -> AsyncIterator[aiosmtplib.SMTP]:
        """Keep the connection for the next mail, unless something went wrong on it other than a refusal."""
        sound = False
        try:
            yield connection
            sound = True
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            sound = connection.is_connected
            raise
        finally:
            if sound:
                self._idle.append((connection, monotonic()))
            else:
                connection.close()


def _is_final(refusal: aiosmtplib.SMTPResponseException) -> bool:
    """Whether the address is at fault. A server may refuse for its own reasons (relaying, spam) with 550 too, and says
    so in the enhanced code: then an operator can help, and the mail must not be given up.
    """
    enhanced = refusal.message.split(" ")[0]
    if enhanced.startswith(_BAD_ADDRESS):
        return refusal.code in _PERMANENT
    return refusal.code in _NO_SUCH_ADDRESS and not enhanced.startswith("5.")


def _reply(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {error.message}"
