"""Keeps every mail that the desk sends, once per Message-ID, as one .eml file; a repeat is counted, not stored."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

_MAIL = ".eml"
_DRAFT = ".draft"
_REPEATS = ".repeats"
_RECIPIENT_HEADER = "Delivered-To"
_MESSAGE_ID = re.compile(rb"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?(\S+)", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


class NoMessageIdError(ValueError):
    """A mail came without the Message-ID that would tell its repeats from a new mail."""


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail that arrived. `recipients` are the envelope's: those it was really sent to."""

    file: Path
    message_id: str
    recipients: tuple[str, ...]
    subject: str
    received_at: datetime

    def read(self) -> EmailMessage:
        """The whole mail, decoded."""
        return _parse(self.file, headers_only=False)


class MailSink:
    """The mails in `directory`, which is made when the first one comes."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def receive(self, recipients: Sequence[str], content: bytes) -> bool:
        """Store a mail as it came over the wire; says whether it was new.

        Raises:
            NoMessageIdError: it has no Message-ID header.
        """
        headers = _END_OF_HEADERS.split(content, maxsplit=1)[0]
        found = _MESSAGE_ID.search(headers)
        if found is None:
            raise NoMessageIdError("the mail has no Message-ID header: set one that stays the same when it is repeated")
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.directory / (hashlib.sha256(found[1]).hexdigest() + _MAIL)
        if file.exists():
            with file.with_suffix(_REPEATS).open("a", encoding="ascii") as repeats:
                repeats.write(f"{datetime.now(UTC).isoformat()}\n")
            return False
        draft = file.with_suffix(_DRAFT)
        head = "".join(f"{_RECIPIENT_HEADER}: {recipient}\r\n" for recipient in recipients)
        with open(draft, "wb", opener=_for_its_owner) as written:
            written.write(head.encode() + content)
        draft.replace(file)
        return True

    def messages(self) -> list[StoredMail]:
        """All mails, in the order of their arrival."""
        mails = [_describe(file) for file in self.directory.glob(f"*{_MAIL}")]
        return sorted(mails, key=lambda mail: mail.received_at)

    def repeats(self) -> int:
        """How many times a mail came again that was here already."""
        return sum(len(file.read_bytes().splitlines()) for file in self.directory.glob(f"*{_REPEATS}"))


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _describe(file: Path) -> StoredMail:
    mail = _parse(file, headers_only=True)
    return StoredMail(
        file=file,
        message_id=str(mail["Message-ID"]).strip(),
        recipients=tuple(str(recipient) for recipient in mail.get_all(_RECIPIENT_HEADER, [])),
        subject=str(mail["Subject"] or ""),
        received_at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
    )


def _parse(file: Path, *, headers_only: bool) -> EmailMessage:
    with file.open("rb") as content:
        return BytesParser(policy=policy.default).parse(content, headersonly=headers_only)
