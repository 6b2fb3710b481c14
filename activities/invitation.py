"""A meeting as mail programs know it: an iCalendar object (RFC 5545) that invites or cancels (RFC 5546)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress
from icalendar.enums import CLASS, PARTSTAT, ROLE, STATUS

from infra.letters.writer import Reader
from workflows.contract.effects import CancelMeeting, InviteToMeeting
from workflows.contract.vocabulary import Language

_PRODUCT = "-//Amends//Amends//EN"

_SUMMARY = {Language.ZH: "投诉 {reference} 跨部门会议", Language.EN: "Meeting about complaint {reference}"}
"""Nothing of the complainant's: calendars are shared more widely than complaints."""

_IN_AN_ADDRESS = "@!$'*+"
"""What a `mailto:` need not encode of a mail address, besides letters, digits and `-._~` (RFC 6068)."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""No text may hold them (RFC 5545, 3.3.11), or some programs take them for the end of a line."""


class InvitationWriter:
    """Writes the calendar parts of mails about meetings.

    Args:
        organizer: the mail address of the desk, which mail programs send answers to.
        mail_domain: the right-hand side of every UID.
    """

    def __init__(self, organizer: str, mail_domain: str) -> None:
        self._organizer = organizer
        self._mail_domain = mail_domain

    def write(
        self,
        reference: str,
        meeting: InviteToMeeting | CancelMeeting,
        people: Sequence[Reader],
        language: Language,
        written_at: datetime,
    ) -> str:
        """The object with the method REQUEST or CANCEL, the same for all of `people` who read that language; the chair
        is one of them. All that is ever told of one meeting has one UID, and rises in SEQUENCE.
        """
        is_cancelled = isinstance(meeting, CancelMeeting)
        chair = next(person for person in people if person.subject == meeting.chair)
        calendar = Calendar()
        calendar.prodid = _PRODUCT
        calendar.version = "2.0"
        calendar.method = "CANCEL" if is_cancelled else "REQUEST"
        calendar.add_component(
            Event.new(
                uid=f"{reference}.meeting.{meeting.number}@{self._mail_domain}",
                sequence=meeting.revision,
                stamp=written_at,
                start=meeting.starts_at,
                end=meeting.ends_at,
                summary=_SUMMARY[language].format(reference=reference),
                description=_text(meeting.agenda),
                organizer=vCalAddress.new(_mailto(self._organizer), cn=_name(chair)),
                attendees=[
                    vCalAddress.new(
                        _mailto(person.email),
                        cn=_name(person),
                        role=ROLE.CHAIR if person is chair else ROLE.REQ_PARTICIPANT,
                        partstat=PARTSTAT.NEEDS_ACTION,
                        rsvp=not is_cancelled,
                    )
                    for person in people
                    if person.email
                ],
                status=STATUS.CANCELLED if is_cancelled else STATUS.CONFIRMED,
                classification=CLASS.CONFIDENTIAL,
            )
        )
        return str(calendar.to_ical(), "utf-8")


def _mailto(address: str) -> str:
    return "mailto:" + quote(address, safe=_IN_AN_ADDRESS)


def _text(written: str) -> str:
    return _CONTROL.sub(" ", written.replace("\r\n", "\n").replace("\r", "\n"))


def _name(person: Reader) -> str:
    """On one line and without quotation marks: not all programs know how a parameter escapes them (RFC 6868)."""
    return " ".join(_CONTROL.sub(" ", person.called).replace('"', "'").split())
