"""The SMTP server in front of the mail sink: real SMTP on the loopback interface, in the loop of its caller."""

import asyncio
import errno
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakSet

import structlog

from infra.devstack.binaries import REMEDY
from infra.devstack.errors import DevStackError
from infra.devstack.mail_sink import MailSink, NoMessageIdError
from infra.devstack.ports import HOST

SERVER_NAME = "amends-mail-sink"
_SESSION_LOGGER = "mail.log"  # aiosmtpd's: below WARNING it writes people's addresses

log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving(sink: MailSink, port: int = 0) -> AsyncIterator[int]:
    """Take mail for `sink`; yields the port, which is another one if `port` is taken (0: any)."""
    try:
        from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - an optional dependency: only a stack that starts needs it
    except ModuleNotFoundError:
        raise DevStackError("aiosmtpd_missing", f"the mail sink's server is not installed: run {REMEDY}") from None
    logging.getLogger(_SESSION_LOGGER).setLevel(logging.WARNING)
    loop = asyncio.get_running_loop()
    sessions: WeakSet[Any] = WeakSet()

    def session() -> Any:
        smtp = SMTP(_Receiver(sink), hostname=SERVER_NAME, enable_SMTPUTF8=True, loop=loop)
        sessions.add(smtp)
        return smtp

    try:
        server = await loop.create_server(session, HOST, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        server = await loop.create_server(session, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for smtp in sessions:
            if smtp.transport is not None:
                smtp.transport.close()
        await server.wait_closed()


class _Receiver:
    """What aiosmtpd calls for each mail."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        try:
            new = self._sink.receive(envelope.rcpt_tos, envelope.content)
        except NoMessageIdError as error:
            return f"550 5.6.0 {error}"
        except OSError as error:
            log.exception("devstack.mail_not_stored")
            return f"451 4.3.0 cannot store the mail now: {error.strerror}"
        return "250 2.0.0 stored" if new else "250 2.0.0 stored before: counted as a repeat"
