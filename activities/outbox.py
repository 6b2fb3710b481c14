"""The outbox: letters stored with the posting that causes them, handed to the mail server once that is committed.

Whoever stores or retries a letter claims it for the length of `LEASE`, so that no two workers send it at once. A worker
that dies before sending leaves it to the next one after that; one that dies between sending and recording it causes a
repeat with the same Message-ID.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from pydantic_core import to_json
from sqlalchemy import ARRAY, Column, Text, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.journal import Found, Session
from activities.mail import Mail, RejectedError
from activities.mailer import Mailer, NotTakenError
from activities.posting_sql import IS_UNCLAIMED, LEASE_END, MAIL, NOW
from activities.together import Together
from infra.db.ready import Ready
from infra.db.recordset import recordset
from infra.db.tables import MailStatus, outbox
from infra.db.transaction import inquire
from infra.letters.writer import Letter

DELIVERY_TIME_LIMIT = timedelta(seconds=8)
"""For all mails of one posting together; shorter than the workflow's time limit for an attempt."""

_named = outbox.c.message_id == func.any(bindparam("message_ids", type_=ARRAY(Text)))
_CLAIM = Ready(
    select(update(outbox).where(_named, IS_UNCLAIMED).values(claimed_until=LEASE_END).returning(*MAIL).cte("claimed"))
)
_STATE = Ready(select(outbox.c.message_id, outbox.c.status, outbox.c.sent_at).where(_named))

_attempt = recordset("attempts", *(Column(name, Text) for name in ("message_id", "status", "error"))).c
_RECORDED = (
    update(outbox)
    .where(outbox.c.message_id == _attempt.message_id, outbox.c.status == MailStatus.PENDING)
    .values(
        status=_attempt.status,
        attempts=outbox.c.attempts + 1,
        last_error=_attempt.error,
        sent_at=case((_attempt.status == MailStatus.SENT, NOW)),
        claimed_until=None,
    )
    .returning(outbox.c.message_id)
    .cte("recorded")
)
_RECORD = Ready(select(_RECORDED))


@dataclass(frozen=True, slots=True)
class Stored:
    """What is to be done after the commit: the mails to send, and the ids of those another worker has in hand."""

    mails: tuple[Mail, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far the delivery of some letters has come: those that must still be sent, and when the last was."""

    open: tuple[str, ...]
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Attempt:
    message_id: str
    status: MailStatus
    error: str | None


class Outbox:
    """Letters on their way. A letter without an address, or whose address is rejected, stays to be seen by people."""

    def __init__(self, engine: AsyncEngine, mailer: Mailer) -> None:
        self._engine = engine
        self._mailer = mailer
        self._recording = Together(self._record)

    async def to_send(self, session: Session, letters: Sequence[Letter], claimed: Sequence[Found]) -> Stored:
        """What is to be done about letters that were stored, of which those in `claimed` are the caller's to send."""
        others = {letter.message_id for letter in letters} - {row["message_id"] for row in claimed}
        elsewhere = (await self._state(session, others)).open if others else ()
        return Stored(_mails(claimed), elsewhere)

    async def send(self, stored: Stored) -> tuple[str, ...]:
        """Send what was stored, after its transaction; returns the ids that the mail server did not take."""
        attempts = await self._attempt_all(stored.mails)
        return (*stored.elsewhere, *(each.message_id for each in attempts if each.status is MailStatus.PENDING))

    async def retry(self, message_ids: Sequence[str]) -> Delivery:
        """Send those of the letters that nobody is sending and that are not sent yet; says what is left."""
        claimed = await inquire(self._engine, lambda session: _CLAIM.ask(session, message_ids=list(message_ids)))
        await self._attempt_all(_mails(claimed))
        return await inquire(self._engine, lambda session: self._state(session, message_ids))

    async def _state(self, session: Session, message_ids: Iterable[str]) -> Delivery:
        rows = await _STATE.ask(session, message_ids=list(message_ids))
        done = {row["message_id"] for row in rows if row["status"] != MailStatus.PENDING}
        sent_at = [row["sent_at"] for row in rows if row["sent_at"] is not None]
        return Delivery(tuple(name for name in message_ids if name not in done), max(sent_at, default=None))

    async def _attempt_all(self, mails: Sequence[Mail]) -> list[_Attempt]:
        """Mails to different readers side by side, those to one reader in the order of their events."""
        if not mails:
            return []
        deadline = asyncio.get_running_loop().time() + DELIVERY_TIME_LIMIT.total_seconds()
        by_reader = groupby(sorted(mails, key=lambda mail: mail.recipient), key=lambda mail: mail.recipient)
        rounds = await asyncio.gather(*(self._attempt_in_order(tuple(group), deadline) for _, group in by_reader))
        attempts = [attempt for attempts in rounds for attempt in attempts]
        await self._recording.join(attempts)
        return attempts

    async def _record(self, attempts: Sequence[_Attempt]) -> None:
        """One statement for all mails that were attempted meanwhile, whichever postings they belong to."""
        # A mail whose claim had lapsed may have been attempted twice: what is final counts.
        final_last = sorted(attempts, key=lambda attempt: attempt.status is not MailStatus.PENDING)
        by_mail = {attempt.message_id: attempt for attempt in final_last}
        said = to_json(list(by_mail.values())).decode()
        await inquire(self._engine, lambda session: _RECORD.ask(session, attempts=said))

    async def _attempt_in_order(self, mails: Sequence[Mail], deadline: float) -> list[_Attempt]:
        attempts: list[_Attempt] = []
        for mail in mails:
            if attempts and attempts[-1].status is MailStatus.PENDING:
                attempts.append(_Attempt(mail.message_id, MailStatus.PENDING, "waits for the mail before it"))
            else:
                attempts.append(await self._attempt(mail, deadline))
        return attempts

    async def _attempt(self, mail: Mail, deadline: float) -> _Attempt:
        try:
            async with asyncio.timeout_at(deadline):
                await self._mailer.send(mail)
        except RejectedError as error:
            return _Attempt(mail.message_id, MailStatus.REJECTED, str(error))
        except NotTakenError as error:
            return _Attempt(mail.message_id, MailStatus.PENDING, str(error))
        except TimeoutError:
            return _Attempt(mail.message_id, MailStatus.PENDING, f"not taken within {DELIVERY_TIME_LIMIT}")
        return _Attempt(mail.message_id, MailStatus.SENT, None)


def _mails(rows: Sequence[Found]) -> tuple[Mail, ...]:
    """Those of the rows that can be sent, in the order of their events."""
    return tuple(
        Mail(row["message_id"], row["recipient"], row["language"], row["subject"], row["body"], row["calendar"])
        for row in sorted(rows, key=itemgetter("sequence"))
        if row["status"] == MailStatus.PENDING
    )
