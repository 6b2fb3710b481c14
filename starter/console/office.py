"""What the console's pages need of the outside world, one of each for a process."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.connections import Connections
from infra.settings import Settings
from starter.access.admission import Admission
from starter.access.caller import Caller
from starter.access.faults import CredentialFaultError
from starter.client import AmendsClient
from starter.console.news import News
from starter.console.pages import Pages
from starter.console.sessions import Session, Sessions
from workflows.contract.errors import AmendsError, ErrorCode


@dataclass(frozen=True)
class Office:
    """Connections and what is built on them.

    Attributes:
        counting: the same tables with more patience, for what counts hundreds of thousands of rows.
    """

    settings: Settings
    connections: Connections
    temporal: Client
    engine: AsyncEngine
    counting: AsyncEngine
    desk: AmendsClient
    admission: Admission
    sessions: Sessions
    pages: Pages
    news: News

    async def admit(self, session: Session, *, request_id: str) -> Caller:
        """Whoever a session is of, as the directory knows them now.

        Raises:
            AmendsError: `unauthenticated`, when the session has ended or they are not on the staff any more;
                `unreachable`, when it cannot be known.
        """
        if not await self.sessions.is_open(session):
            raise AmendsError(ErrorCode.UNAUTHENTICATED, "your session has ended: log in again")
        try:
            caller = await self.admission.admit(session.person, authenticated_by=session.known_by)
        except CredentialFaultError as fault:
            raise AmendsError(ErrorCode.UNAUTHENTICATED, "you are not on the staff here any more") from fault
        return caller.during(request_id)
