"""Finds out when people can meet, invites them to cross-department meetings, and records what became of those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity

from activities.diaries import availability
from activities.invitation import InvitationWriter
from activities.posting import PostOffice
from activities.staff import StaffDirectory
from infra.db.tables import invitations, meetings
from infra.db.transaction import autocommit, transact
from infra.letters.writer import Letter, LetterWriter, OnFile, Reader
from infra.working_calendars import WorkingCalendars
from workflows.contract.effects import CancelMeeting, FindTime, InviteToMeeting, MeetingStatus, Notice
from workflows.contract.ports import MeetingPort, Posted, Posting
from workflows.contract.replies import Availability

_NOTICES = {
    MeetingStatus.CALLED: Notice.INVITATION,
    MeetingStatus.RESCHEDULED: Notice.MEETING_RESCHEDULED,
    MeetingStatus.CALLED_AGAIN: Notice.MEETING_CALLED_AGAIN,
    MeetingStatus.CANCELLED: Notice.MEETING_CANCELLED,
}

_NEW = insert(meetings)
_RECORD_INVITATION = insert(invitations).on_conflict_do_nothing()
_TOLD = ("chair", "agenda", "starts_at", "ends_at", "call", "revision", "status")
_UPDATE_MEETING = _NEW.on_conflict_do_update(
    index_elements=meetings.primary_key,
    set_={column: _NEW.excluded[column] for column in _TOLD},
    where=meetings.c.revision < _NEW.excluded.revision,
).returning(meetings.c.number)


class MeetingActivities(MeetingPort):
    """Bringing departments together.

    Args:
        engine: the application's connections, for the directory.
        post_office: stores and sends.
        letters: writes the mails.
        staff: who is invited.
        invitations: writes what the mails put into calendars.
        calendars: what those invited follow.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        post_office: PostOffice,
        letters: LetterWriter,
        staff: StaffDirectory,
        *,
        invitations: InvitationWriter,
        calendars: WorkingCalendars,
    ) -> None:
        self._engine = autocommit(engine)
        self._post_office = post_office
        self._letters = letters
        self._invitations = invitations
        self._staff = staff
        self._calendars = calendars

    @activity.defn
    async def find_time(self, posting: Posting) -> Posted:
        """Reply with everybody's calendar and absences, as the directory has them now."""
        wanted = [effect for effect in posting.effects if isinstance(effect, FindTime)]
        posted = await self._post_office.post(posting, _nothing)
        if posted.already_on_file:
            return posted

        async def ask(connection: AsyncConnection) -> tuple[Availability, ...]:
            return tuple([await availability(connection, each, self._calendars) for each in wanted])

        return posted.model_copy(update={"replies": await transact(self._engine, ask)})

    @activity.defn
    async def invite_to_meeting(self, posting: Posting) -> Posted:
        """Bring each meeting's record up to date, and send its time to the chair and everybody invited."""
        return await self._tell(posting, [each for each in posting.effects if isinstance(each, InviteToMeeting)])

    @activity.defn
    async def cancel_meeting(self, posting: Posting) -> Posted:
        """Mark each meeting as cancelled, and tell the chair and everybody invited."""
        return await self._tell(posting, [each for each in posting.effects if isinstance(each, CancelMeeting)])

    async def _tell(self, posting: Posting, told: Sequence[InviteToMeeting | CancelMeeting]) -> Posted:
        async def compose(about: OnFile) -> list[Letter]:
            return [letter for meeting in told for letter in await self._compose(about, meeting)]

        async def record(connection: AsyncConnection) -> None:
            for meeting in told:
                await _bring_up_to_date(connection, posting.reference, meeting)

        return await self._post_office.post(posting, compose, record)

    async def _compose(self, about: OnFile, meeting: InviteToMeeting | CancelMeeting) -> list[Letter]:
        people = await self._staff.members((meeting.chair, *meeting.invited), about)
        written_at = datetime.now(UTC)
        calendars = {
            language: self._invitations.write(about.reference, meeting, people, language, written_at)
            for language in {person.language for person in people}
        }
        facts = _facts(meeting, people)
        notice = _NOTICES[meeting.status]
        return [
            self._letters.write(about, notice, meeting.sequence, person, facts, calendar=calendars[person.language])
            for person in people
        ]


async def _nothing(_about: OnFile) -> Sequence[Letter]:
    return ()


def _facts(meeting: InviteToMeeting | CancelMeeting, people: Sequence[Reader]) -> dict[str, str]:
    chair, *others = (person.called for person in people)  # the chair was asked for first
    facts = {
        "number": str(meeting.number),
        "chair": chair,
        "invited": "\n".join(others),
        "agenda": meeting.agenda,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
    }
    if isinstance(meeting, CancelMeeting) and meeting.reason:
        facts["reason"] = meeting.reason
    return facts


async def _bring_up_to_date(
    connection: AsyncConnection, reference: str, meeting: InviteToMeeting | CancelMeeting
) -> None:
    """Unless something newer has been told of the meeting already: a posting may be repeated at any time."""
    key = {"reference": reference, "number": meeting.number}
    told = {column: getattr(meeting, column) for column in _TOLD}
    updated = await connection.execute(_UPDATE_MEETING.values(key | told | {"called_at": func.now()}))
    if updated.first() is None:
        return
    await connection.execute(
        delete(invitations).where(invitations.c.reference == reference, invitations.c.number == meeting.number)
    )
    if meeting.invited:
        await connection.execute(_RECORD_INVITATION, [key | {"subject": subject} for subject in meeting.invited])
