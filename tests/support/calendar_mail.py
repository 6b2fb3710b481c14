"""What a mail puts into its reader's calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart

from tests.support.icalendar_reader import Component, read_icalendar


def calendar_part(mail: EmailMessage) -> MIMEPart:
    """The part for calendars, beside a text that says the same."""
    assert mail.get_content_type() == "multipart/alternative"
    text, calendar = mail.iter_parts()
    assert (text.get_content_type(), calendar.get_content_type()) == ("text/plain", "text/calendar")
    return calendar


def text_of(mail: EmailMessage) -> str:
    """What is read where calendars are not understood."""
    text = next(mail.iter_parts()).get_payload(decode=True)
    assert isinstance(text, bytes)
    return text.decode().replace("\r\n", "\n")


def event_in(mail: EmailMessage, method: str) -> Component:
    """The event that the mail brings, told with that method in the header and in the object (RFC 6047, 2.4)."""
    part = calendar_part(mail)
    assert part.get_param("method") == method
    assert part.get_content_charset() == "utf-8"
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    whole = read_icalendar(content)
    assert (whole.name, whole.one("VERSION").value, whole.one("METHOD").value) == ("VCALENDAR", "2.0", method)
    assert "Amends" in whole.one("PRODID").value
    (event,) = whole.components
    assert event.name == "VEVENT"
    return event


def begins(event: Component) -> datetime:
    """When."""
    return datetime.strptime(event.one("DTSTART").value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
