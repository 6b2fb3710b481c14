"""A mail, and its form on the wire: plain text, beside it the part that goes into calendars where there is one."""

from __future__ import annotations

import re
from base64 import encodebytes
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from aiosmtplib.email import parse_address

ADDRESSES_REMEMBERED = 1000
"""Found to be addresses: to read one takes as long as to write the mail, and staff get many."""

_SPECIAL = frozenset('()<>,;:"\\')
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


class RejectedError(Exception):
    """The mail can never reach this address: it is not one, or its server says that nobody is there."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address. Repeats carry the same `message_id`, by which receivers recognise them.

    `calendar` is an iCalendar object with a method: the receiver's mail program offers to put it into their calendar.
    """

    message_id: str
    recipient: str
    language: str
    subject: str
    body: str
    calendar: str | None = None


def on_the_wire(mail: Mail, sender: str) -> bytes:
    """The mail as it is handed to a mail server.

    Raises:
        RejectedError: what should be its address is none.
    """
    headers = {
        "Message-ID": mail.message_id,
        "From": sender,
        "To": _checked(mail.recipient),
        "Subject": _encoded(mail.subject),
        "Date": format_datetime(datetime.now(UTC)),
        "Content-Language": mail.language,
        "Auto-Submitted": "auto-generated",  # keeps out-of-office answers away (RFC 3834)
    }
    content = _plain(mail.body) if mail.calendar is None else _with_calendar(mail.body, mail.calendar)
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + content


def _plain(body: str) -> bytes:
    """By hand: the library's message classes take ten times as long."""
    head = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + encodebytes(body.replace("\n", "\r\n").encode()).replace(b"\n", b"\r\n")


def _with_calendar(body: str, calendar: str) -> bytes:
    """The text, and as its alternative the calendar part, its method repeated in the header (RFC 6047, 2.4)."""
    method = _METHOD.search(calendar)
    if method is None:
        raise ValueError("an iCalendar object that is mailed needs a METHOD")
    message = EmailMessage(policy=SMTP)
    message.set_content(body, cte="base64")
    message.add_alternative(calendar, subtype="calendar", cte="base64", params={"method": method[1]})
    return message.as_bytes()


@lru_cache(ADDRESSES_REMEMBERED)
def _checked(address: str) -> str:
    """The address, if the library's reading of it is the address itself: `a,b@example.org` would go to a local `a`."""
    # Versions of the standard library differ in what they make of the special characters (RFC 5322, 3.2.3).
    if not address.isprintable() or not _SPECIAL.isdisjoint(address) or parse_address(address) != address:
        raise RejectedError("not a mail address")
    return address


def _encoded(subject: str) -> str:
    """On one line, folded where it is long; a line break in it would be the start of another header."""
    line = " ".join(subject.splitlines())
    return Header(line, "us-ascii" if line.isascii() else "utf-8", header_name="Subject").encode(linesep="\r\n")
