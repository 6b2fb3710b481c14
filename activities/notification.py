"""Tells complainants and staff what happened, and sees to it that what the mail server did not take is delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from temporalio import activity

from activities.outbox import Outbox
from activities.posting import PostOffice
from activities.staff import StaffDirectory, complainant
from infra.letters.writer import Letter, LetterWriter, OnFile, Reader
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.ports import Delivered, NotificationPort, Posted, Posting, Undelivered

_CANNOT_WAIT = frozenset({Notice.ESCALATION})
"""Until somebody is back from an absence."""


class NotificationActivities(NotificationPort):
    """Telling people."""

    def __init__(self, post_office: PostOffice, outbox: Outbox, letters: LetterWriter, staff: StaffDirectory) -> None:
        self._post_office = post_office
        self._outbox = outbox
        self._letters = letters
        self._staff = staff

    @activity.defn
    async def notify(self, posting: Posting) -> Posted:
        """Store a letter for each notice, and send them. What cannot wait goes to the deputies of those absent, too."""
        notices = [effect for effect in posting.effects if isinstance(effect, Notify)]

        async def compose(about: OnFile) -> list[Letter]:
            staff, acting = await self._readers(notices, about)
            own = [(each, staff[each.to] if each.to else complainant(about)) for each in notices]
            urgent = [each for each in notices if each.notice in _CANNOT_WAIT]
            deputies = [(each, acting[each.to]) for each in urgent if each.to and each.to in acting]
            letters = [
                self._letters.write(about, each.notice, each.sequence, reader, each.facts)
                for each, reader in (*deputies, *own)
            ]
            # A deputy may be told of the same event in their own right, and then gets that letter.
            return list({letter.message_id: letter for letter in letters}.values())

        return await self._post_office.post(posting, compose)

    async def _readers(
        self, notices: Sequence[Notify], about: OnFile
    ) -> tuple[Mapping[str, Reader], Mapping[str, Reader]]:
        """The members of staff to be told, and who acts for those among them who are absent."""
        subjects = [notice.to for notice in notices if notice.to is not None]
        staff = dict(zip(dict.fromkeys(subjects), await self._staff.members(subjects, about), strict=True))
        urgent = [notice.to for notice in notices if notice.to is not None and notice.notice in _CANNOT_WAIT]
        return staff, await self._staff.acting_for(urgent) if urgent else {}

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
