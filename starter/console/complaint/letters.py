"""The letters about a complaint: to whom, what became of each, and the text of one that somebody wants to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NotRequired, TypedDict

from infra.db.tables import MailStatus
from starter.console.complaint.pieces import Line, words
from starter.console.complaint.wording import Wording
from starter.read_model import MessageRow
from workflows.contract.vocabulary import Role

_LOOKS = {
    MailStatus.PENDING: ("schedule_send", ""),
    MailStatus.SENT: ("done", "good"),
    MailStatus.NO_ADDRESS: ("person_off", "warn"),
    MailStatus.REJECTED: ("error", "bad"),
}

_KEY_OF_A_SURVEY = re.compile(r"(/survey/)\S+")


class Letter(TypedDict):
    """A letter without its text."""

    id: str
    subject: str
    to: Line
    address: str
    icon: str
    tone: str
    status: str
    at: str
    full: str
    notice: str
    error: NotRequired[str]


def letters(messages: Iterable[MessageRow], wording: Wording) -> list[Letter]:
    """As they are listed."""
    return [_letter(message, wording) for message in messages]


def readable(body: str) -> str:
    """The text of a letter without the key by which its reader answers a survey: nobody else is to answer for them."""
    return _KEY_OF_A_SURVEY.sub(r"\1…", body)


def _letter(message: MessageRow, wording: Wording) -> Letter:
    status = MailStatus(message.status)
    icon, tone = _LOOKS[status]
    moment = message.sent_at or message.created_at
    letter = Letter(
        id=message.message_id,
        subject=message.subject,
        to=wording.person(message.staff) if message.staff else words(wording.word("role", Role.COMPLAINANT)),
        address=message.recipient or "",
        icon=icon,
        tone=tone,
        status=wording.say(f"complaint.letters.{status.value}"),
        at=wording.moments.short(moment),
        full=wording.moments.full(moment),
        notice=wording.known("complaint.notice", message.notice),
    )
    if message.last_error and status is not MailStatus.SENT:
        letter["error"] = message.last_error
    return letter
