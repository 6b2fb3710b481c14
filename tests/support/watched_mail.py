"""A mail sink that tells a test of each mail the moment it is stored, before its sender hears that it was taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email import message_from_bytes
from pathlib import Path

from infra.devstack.mail_sink import MailSink


class WatchedMailSink(MailSink):
    """The embedded sink, with somebody who looks on.

    Args:
        directory: where the mails are kept.
        on_mail: gets the Message-ID.
    """

    def __init__(self, directory: Path, on_mail: Callable[[str], None]) -> None:
        super().__init__(directory)
        self._on_mail = on_mail

    def receive(self, recipients: Sequence[str], content: bytes) -> bool:
        """Store it, and tell."""
        is_new = super().receive(recipients, content)
        self._on_mail(message_from_bytes(content)["Message-ID"].strip())
        return is_new
