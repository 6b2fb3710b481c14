"""The directory, typed: the one way in which shell, HTTP API and console read it and change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db import directory_store
from infra.db.transaction import transact
from infra.directory_changes import differences
from infra.organisation import Department, Member, Organisation
from starter.directory import announcing, authority, edits, reading
from starter.directory.announcing import Changes
from starter.directory.edits import MemberChanges
from starter.directory.views import DepartmentRow, HistoryRow, StaffFile, StaffRow, WantedStaff
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

HISTORY_LINES = 50


class Directory:
    """Departments and staff in PostgreSQL.

    Every change is one transaction with its lines in the journal, waits for the one before, and leaves an organisation
    that works or is refused. All methods raise AmendsError: `unreachable` and `setup`, when the database cannot answer;
    those that change, also `not_permitted` and `unknown_staff`, about the actor or whom it is about.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def members(self, wanted: WantedStaff | None = None) -> list[StaffRow]:
        """Those wanted, department by department, by name; without a wish, everybody on the staff."""
        now = datetime.now(UTC)
        return await transact(
            self._engine, lambda connection: reading.staff_rows(connection, wanted or WantedStaff(), now)
        )

    async def member(self, subject: str) -> StaffFile:
        """One person, also one who has left. Raises AmendsError `unknown_staff`, with the names that come close."""
        now = datetime.now(UTC)
        return await transact(self._engine, lambda connection: reading.staff_file(connection, subject, now))

    async def loads(self) -> dict[str, int]:
        """How many open complaints each of the staff owns; nobody who owns none is among them."""
        return await transact(self._engine, reading.loads)

    async def departments(self) -> list[DepartmentRow]:
        """The departments in which somebody is, by name."""
        return await transact(self._engine, reading.department_rows)

    async def history(self, about: str | None = None, limit: int = HISTORY_LINES) -> list[HistoryRow]:
        """At most `limit` changes, to one person or department or to all, the last first."""
        return await transact(self._engine, lambda connection: reading.journal(connection, about, limit))

    async def engage(self, member: Member, by: Actor) -> Changes:
        """Put somebody on the staff, also somebody who had left.

        Raises:
            AmendsError: `already_there`; `unknown_department`; `invalid_input`, as for a head, who is appointed.
        """

        def edit(organisation: Organisation, actor: Member) -> Organisation:
            authority.check_may_write(actor, None, member)
            return edits.engaged(organisation, member)

        return await self._change(edit, by)

    async def change(self, subject: str, changes: MemberChanges, by: Actor) -> Changes:
        """Give fields of somebody's record other values.

        Raises:
            AmendsError: `unknown_department`; `invalid_input`; `wrong_status`, for a head who is to be head no more.
        """

        def edit(organisation: Organisation, actor: Member) -> Organisation:
            before = edits.member_of(organisation, subject)
            authority.check_may_write(actor, before, before)
            after = edits.changed(organisation, subject, changes)
            authority.check_may_write(actor, before, after.member(subject))
            return after

        return await self._change(edit, by)

    async def leave(self, subject: str, by: Actor) -> Changes:
        """Take somebody off the staff. Those whose deputy they were have none then; the changes say who.

        Raises:
            AmendsError: `wrong_status`, for a head or the last executive, saying what has to be done before.
        """

        def edit(organisation: Organisation, actor: Member) -> Organisation:
            authority.check_may_write(actor, edits.member_of(organisation, subject), None)
            return edits.left(organisation, subject)

        return await self._change(edit, by)

    async def add_department(self, department: Department, head: str, by: Actor) -> Changes:
        """Found a department; its head moves into it.

        Raises:
            AmendsError: `already_there`; `wrong_status`, for somebody who heads another department.
        """

        def edit(organisation: Organisation, actor: Member) -> Organisation:
            authority.check_executive(actor, "found a department")
            return edits.department_added(organisation, department, head)

        return await self._change(edit, by)

    async def appoint(self, department: str, by: Actor, *, head: str | None = None, lead: str | None = None) -> Changes:
        """Make people of a department its head or lead; those who were that become agents.

        Raises:
            AmendsError: `unknown_department`; `unknown_staff`, also for people of other departments; `wrong_status`.
        """

        def edit(organisation: Organisation, actor: Member) -> Organisation:
            if head is not None:
                authority.check_executive(actor, "appoint a head")
                organisation = edits.appointed(organisation, department, head, Role.HEAD)
            if lead is not None:
                authority.check_leads(actor, department, f"appoint the lead of {department}")
                organisation = edits.appointed(organisation, department, lead, Role.LEAD)
            return organisation

        return await self._change(edit, by)

    async def replace(self, organisation: Organisation, by: Actor) -> Changes:
        """Make the directory say what an organisation's file says; who is not in it leaves. For executives."""

        def edit(_: Organisation, actor: Member) -> Organisation:
            authority.check_executive(actor, "replace the directory")
            return organisation

        return await self._change(edit, by)

    async def would_change(self, organisation: Organisation, by: Actor) -> Changes:
        """What `replace` would change now; refused as that would be."""
        present = await transact(self._engine, directory_store.load)
        authority.check_executive(edits.member_of(present, by.subject), "replace the directory")
        return differences(present, organisation)

    async def absent(
        self, subject: str, starts_at: datetime, ends_at: datetime, note: str | None, by: Actor
    ) -> Changes:
        """Say that somebody is absent, or will be. Everybody may say it of themselves.

        Raises:
            AmendsError: `invalid_input`, for an end that is past or before the start, or a note that is too long.
        """
        absence = announcing.absence_of(starts_at, ends_at, note)
        return await transact(self._engine, lambda connection: announcing.announce(connection, subject, absence, by))

    async def back(self, subject: str, by: Actor) -> Changes:
        """Say that somebody is there again before the time; or, of somebody who is there, that the next absence is off.

        Raises:
            AmendsError: `wrong_status`, when they are not absent and are not going to be.
        """
        return await transact(self._engine, lambda connection: announcing.come_back(connection, subject, by))

    async def _change(self, edit: Callable[[Organisation, Member], Organisation], by: Actor) -> Changes:
        """One change; `edit` gets the organisation as it is then, and the actor as it knows them."""

        def checked(organisation: Organisation) -> Organisation:
            return edit(organisation, edits.member_of(organisation, by.subject))

        return await transact(self._engine, lambda connection: directory_store.rewrite(connection, checked, by))
