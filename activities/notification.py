"""Tells complainants and staff what happened, and sees to it that what the mail server did not take is delivered."""

from __future__ import annotations

from datetime import UTC, datetime

from temporalio import activity

from activities.letters import Letter, LetterWriter, OnFile
from activities.outbox import Outbox
from activities.posting import PostOffice
from activities.staff import StaffDirectory, complainant
from workflows.contract.effects import Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.ports import Delivered, NotificationPort, Posted, Posting, Undelivered


class NotificationActivities(NotificationPort):
    """Telling people."""

    def __init__(self, post_office: PostOffice, outbox: Outbox, letters: LetterWriter, staff: StaffDirectory) -> None:
        self._post_office = post_office
        self._outbox = outbox
        self._letters = letters
        self._staff = staff

    @activity.defn
    async def notify(self, posting: Posting) -> Posted:
        """Store one letter for each notice, and send them."""
        notices = [effect for effect in posting.effects if isinstance(effect, Notify)]

        async def compose(about: OnFile) -> list[Letter]:
            subjects = [notice.to for notice in notices if notice.to is not None]
            staff = {reader.subject: reader for reader in await self._staff.members(subjects, about)}
            return [
                self._letters.write(
                    about, each.notice, each.sequence, staff[each.to] if each.to else complainant(about), each.facts
                )
                for each in notices
            ]

        return await self._post_office.post(posting, compose)

    @activity.defn
    async def deliver(self, undelivered: Undelivered) -> Delivered:
        """Send again, until nothing is left.

        Raises:
            AmendsError: `unreachable`, while the mail server has not taken all of them.
        """
        delivery = await self._outbox.retry(undelivered.message_ids)
        if delivery.open:
            # Without the server's words: they quote the address. They are in the outbox.
            raise AmendsError(
                ErrorCode.UNREACHABLE,
                f"the mail server has not taken {len(delivery.open)} of {len(undelivered.message_ids)} mails yet; "
                "the outbox says why",
            )
        return Delivered(at=delivery.last_sent_at or datetime.now(UTC))
