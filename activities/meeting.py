"""Records cross-department meetings and invites to them."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from activities.letters import Letter, LetterWriter, OnFile
from activities.posting import PostOffice
from activities.staff import StaffDirectory
from infra.db.tables import invitations, meetings
from workflows.contract.effects import ConveneMeeting, Notice
from workflows.contract.ports import MeetingPort, Posted, Posting

_RECORD_MEETING = insert(meetings).on_conflict_do_nothing()
_RECORD_INVITATION = insert(invitations).on_conflict_do_nothing()


class MeetingActivities(MeetingPort):
    """Bringing departments together."""

    def __init__(self, post_office: PostOffice, letters: LetterWriter, staff: StaffDirectory) -> None:
        self._post_office = post_office
        self._letters = letters
        self._staff = staff

    @activity.defn
    async def convene_meeting(self, posting: Posting) -> Posted:
        """Record each meeting once, with whom it was called for, and send the invitations."""
        convened = [effect for effect in posting.effects if isinstance(effect, ConveneMeeting)]

        async def compose(about: OnFile) -> list[Letter]:
            return [letter for meeting in convened for letter in await self._invite(about, meeting)]

        async def record(connection: AsyncConnection) -> None:
            for meeting in convened:
                await _record(connection, posting.reference, meeting)

        return await self._post_office.post(posting, compose, record)

    async def _invite(self, about: OnFile, meeting: ConveneMeeting) -> list[Letter]:
        facts = {"number": str(meeting.number), "chair": meeting.chair, "agenda": meeting.agenda}
        if meeting.starts_at is not None:
            facts["starts_at"] = meeting.starts_at.isoformat()
        return [
            self._letters.write(about, Notice.INVITATION, meeting.sequence, reader, facts)
            for reader in await self._staff.members(meeting.invited, about)
        ]


async def _record(connection: AsyncConnection, reference: str, meeting: ConveneMeeting) -> None:
    key = {"reference": reference, "number": meeting.number}
    about = {"chair": meeting.chair, "agenda": meeting.agenda, "starts_at": meeting.starts_at, "called_at": func.now()}
    await connection.execute(_RECORD_MEETING.values(key | about))
    if meeting.invited:
        await connection.execute(_RECORD_INVITATION, [key | {"subject": subject} for subject in meeting.invited])
