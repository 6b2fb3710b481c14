"""The activities on a real database and a real mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Row, Table, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.approval import ApprovalActivities
from activities.invitation import InvitationWriter
from activities.journal import JournalActivities
from activities.mailer import Mailer
from activities.meeting import MeetingActivities
from activities.notification import NotificationActivities
from activities.outbox import Outbox
from activities.posting import PostOffice
from activities.staff import StaffDirectory
from activities.survey import SurveyActivities
from infra.db.engine import make_owner_engine
from infra.letters.writer import LetterWriter
from infra.working_calendars import WorkingCalendars
from tests.support.mail import MailServer
from tests.support.postgres import Database

MAIL_DOMAIN = "desk.example"
SENDER = "complaints@desk.example"
PUBLIC_URL = "https://desk.example/"
SECRET = "long enough for a signature, and used here only"  # noqa: S105 - signs nothing that lasts


@dataclass(frozen=True)
class Bureau:
    """The activities as one worker holds them, and a view of what they have stored."""

    engine: AsyncEngine
    mailer: Mailer
    outbox: Outbox
    post_office: PostOffice
    letters: LetterWriter
    journal: JournalActivities
    notification: NotificationActivities
    approval: ApprovalActivities
    meeting: MeetingActivities
    survey: SurveyActivities

    async def rows(self, table: Table) -> list[Row[Any]]:
        """All rows of a table, by its primary key."""
        async with self.engine.connect() as connection:
            return list((await connection.execute(select(table).order_by(*table.primary_key))).all())

    async def run(self, statement: str) -> None:
        """Change something behind the activities' back."""
        async with self.engine.begin() as connection:
            await connection.execute(text(statement))

    async def let_claims_lapse(self) -> None:
        """What `LEASE` of waiting would bring about."""
        await self.run("UPDATE outbox SET claimed_until = now() - interval '1 second' WHERE claimed_until IS NOT NULL")


def make_bureau(engine: AsyncEngine, mail_address: str, *, outbox_engine: AsyncEngine | None = None) -> Bureau:
    """The activities of a new worker. Its outbox may have connections of its own, to be broken."""
    mailer = Mailer(mail_address, SENDER)
    outbox = Outbox(outbox_engine or engine, mailer)
    post_office = PostOffice(engine, outbox)
    letters = LetterWriter(MAIL_DOMAIN)
    calendars = WorkingCalendars("default")
    staff = StaffDirectory(engine, calendars)
    invitations = InvitationWriter(SENDER, MAIL_DOMAIN)
    return Bureau(
        engine=engine,
        mailer=mailer,
        outbox=outbox,
        post_office=post_office,
        letters=letters,
        journal=JournalActivities(engine),
        notification=NotificationActivities(post_office, outbox, letters, staff),
        approval=ApprovalActivities(post_office, letters, staff),
        meeting=MeetingActivities(engine, post_office, letters, staff, invitations=invitations, calendars=calendars),
        survey=SurveyActivities(post_office, letters, public_url=PUBLIC_URL, secret=SECRET),
    )


@pytest.fixture
async def bureau(engine: AsyncEngine, mail_server: MailServer) -> AsyncIterator[Bureau]:
    """The activities of one worker."""
    bureau = make_bureau(engine, mail_server.address)
    yield bureau
    await bureau.mailer.close()


@pytest.fixture
async def as_owner(database: Database) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """Runs a statement as the owner of the tables, who may do anything."""
    engine = make_owner_engine(database.owner_url)

    async def run(statement: str) -> None:
        async with engine.begin() as connection:
            await connection.execute(text(statement))

    yield run
    await engine.dispose()
