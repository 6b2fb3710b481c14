"""What the tables and the mail sink say of a complaint after everything is over, and what must be true of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db.tables import MailStatus, archive, complaints, events, outbox
from infra.db.transaction import transact
from infra.devstack.mail_sink import MailSink, StoredMail
from tests.support.conditions import eventually

NOTICE_OF = {
    "filed": "acknowledgement",
    "assigned": "assignment",
    "proposed": "approval_request",
    "executed": "survey",
    "rung_reached": "escalation",
}
"""By which notice people are told of an event of the standard path or of a ladder."""


@dataclass(frozen=True)
class Record:
    """One complaint as PostgreSQL has it: its row, journal, messages and archived runs."""

    complaint: Any
    journal: list[Any]
    messages: list[Any]
    archived_runs: list[Any]

    @classmethod
    async def read(cls, engine: AsyncEngine, reference: str) -> Record:
        """Everything about one complaint."""

        async def rows(table: Any, order: Any) -> list[Any]:
            query = select(table).where(table.c.reference == reference).order_by(order)
            return list((await transact(engine, lambda connection: connection.execute(query))).all())

        return cls(
            complaint=next(iter(await rows(complaints, complaints.c.reference)), None),
            journal=await rows(events, events.c.sequence),
            messages=await rows(outbox, outbox.c.message_id),
            archived_runs=await rows(archive, archive.c.ordinal),
        )

    @property
    def story(self) -> list[tuple[str, str, str]]:
        """What happened, by which command, at whose request; not when, for there a crash makes a difference."""
        return [(event.type, event.command_id, event.actor["subject"]) for event in self.journal]

    @property
    def notices(self) -> Counter[tuple[str, int, str | None]]:
        """Who was told what by which event; nobody's name stands for the complainant."""
        return Counter((message.notice, message.sequence, message.staff) for message in self.messages)

    def entries(self, event_type: str) -> list[Any]:
        """The journal's entries of one type."""
        return [event for event in self.journal if event.type == event_type]

    def check_journal(self) -> None:
        """No gap, no double, and the row that people look at is the one after the last entry."""
        numbers = [event.sequence for event in self.journal]
        assert numbers == list(range(1, len(numbers) + 1))
        assert self.complaint.sequence == numbers[-1]

    def check_notices(self) -> None:
        """Every event that concerns somebody has told them, and nothing else has been written."""
        told = {(message.sequence, message.notice) for message in self.messages}
        assert told == {(event.sequence, NOTICE_OF[event.type]) for event in self.journal if event.type in NOTICE_OF}


async def until_settled(engine: AsyncEngine, reference: str, sequence: int) -> None:
    """Wait until event number `sequence` of a complaint is written, and every mail up to it is known to be sent."""
    unsent = select(func.count()).where(outbox.c.reference == reference, outbox.c.status == MailStatus.PENDING)
    query = select(complaints.c.sequence, unsent.scalar_subquery()).where(complaints.c.reference == reference)

    async def look() -> bool:
        row = (await transact(engine, lambda connection: connection.execute(query))).one_or_none()
        return row is not None and row[0] >= sequence and row[1] == 0

    await eventually(look, f"event {sequence} of {reference} is written and its mails are sent")


def check_delivery(records: Iterable[Record], sink: MailSink) -> None:
    """Each message is in the sink exactly once, keyed by Message-ID, and a repeat never came under another one."""
    messages = [message for record in records for message in record.messages]
    assert messages
    assert {message.status for message in messages} == {"sent"}
    mails = sink.messages()
    assert sorted(mail.message_id for mail in mails) == sorted(message.message_id for message in messages)
    written = Counter((mail.recipients, mail.subject, _text(mail)) for mail in mails)
    assert written.most_common(1)[0][1] == 1


def _text(mail: StoredMail) -> str:
    """Of an invitation, the part that is no calendar's."""
    text = mail.read().get_body(("plain",))
    assert text
    return str(text.get_content())
