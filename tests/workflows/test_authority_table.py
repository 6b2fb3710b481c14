"""The page that says who may give which command, tried on real servers: what it refuses leaves no trace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from pathlib import Path

import pytest

from tests.core.authority_table import PAGE, read
from tests.core.situations import Situation
from tests.support.desk import Desk, working
from tests.workflows.case import Case, complaint
from tests.workflows.table_cases import PEOPLE, Payloads, Place, arrange, is_over_at_once, places
from workflows.contract.commands import BY_AMENDS, COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Status

SAYS = read(PAGE.read_text())

AT_ONCE, OF_ONE_COMPLAINT = 12, 4
"""Messages on their way. The server would let some wait for seconds if it had very many refused ones in hand."""

BETWEEN = {command.name for command in BY_AMENDS}

AFTERWARDS: dict[Place, str] = {
    Place(Status.ASSIGNED, Situation.PLAIN): """
        note: executive with an interest, attach: complainant, acknowledge: contractor, inform: owner,
        ask: head's deputy, record_answer: complainant, link: another department's agent, split: lead,
        escalate: another department's lead, extend: owner, amend_calendar: another department's head,
        adopt_policy: head's deputy, amend_staff: executive, assign: head
    """,
    Place(Status.INVESTIGATING, Situation.PLAIN): "declare_out_of_scope: owner",
    Place(Status.WAITING, Situation.PLAIN): "resume: complainant, take_over: head's deputy, reassign: head",
    Place(Status.APPROVING, Situation.PLAIN): "delegate: head, refuse: executive, classify: lead",
    Place(Status.EXECUTING, Situation.PLAIN): "withdraw: complainant",
    Place(Status.CONFIRMING, Situation.PLAIN): "confirm: colleague",
    Place(Status.CLOSED, Situation.PLAIN): "reopen: complainant",
    Place(Status.ASSIGNED, Situation.MEETING): "reschedule_meeting: head's deputy, cancel_meeting: owner",
    Place(Status.INVESTIGATING, Situation.MEETING): "vote: another department's head, record_minutes: lead",
    Place(Status.WAITING, Situation.CHILD): "leave_event: owner, close: head",
    Place(Status.ASSIGNED, Situation.BUSY): """
        complete_task: another department's agent, de_escalate: lead, broadcast: owner, lift_hold: lead of the lawyers
    """,
}
"""What is accepted, from whom, once all that has to be refused was."""


class Table:
    """Tries the page on complaints of one desk."""

    def __init__(self, desk: Desk, payloads: Payloads) -> None:
        self.desk = desk
        self.payloads = payloads
        self.accepted: set[str] = set()
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def new_case(self, key: str) -> Case:
        """Filed and assessed."""
        case = Case(self.desk, complaint(f"authority-{key}"))
        async with self._at_once:
            await case.file()
        return case

    async def hold_in(self, place: Place) -> None:
        """What the page says of one status and situation holds, in a complaint of its own."""
        case = await self.new_case(f"{place.status}-{place.situation}")
        child = await self.new_case(f"{place.status}-child") if place.situation is Situation.BUSY else None
        self.accepted |= await arrange(case, place, self.payloads, child)
        await self.hold(case, place.status, place.commands)
        for name, who in _afterwards(place):
            await self.desk.client.command(case.reference, self.payloads.command(name, who))
            self.accepted.add(name)

    async def hold(self, case: Case, status: Status, commands: list[str]) -> None:
        """Everybody is offered what they may, and what they may not is refused without a trace."""
        before, a_few = (await case.view()).summary, asyncio.Semaphore(OF_ONE_COMPLAINT)
        assert before.status is status

        async def with_others(try_it: Awaitable[None]) -> None:
            async with a_few, self._at_once:
                await try_it

        tries = (
            *(self._is_offered(case, status, commands, name) for name in PEOPLE),
            *(self._is_refused(case, *each) for each in self._to_refuse(status, commands)),
        )
        await asyncio.gather(*(with_others(each) for each in tries))
        assert (await case.view()).summary == before

    async def _is_offered(self, case: Case, status: Status, commands: list[str], name: str) -> None:
        offered = set(await self.desk.client.allowed(case.reference, PEOPLE[name]))
        seen = [command for command in commands if not is_over_at_once(command, status)]
        said = {command for command in seen if SAYS[command][name][status] is None}
        assert offered & set(seen) == said, (status, name)

    async def _is_refused(self, case: Case, command: str, name: str, code: ErrorCode) -> None:
        with pytest.raises(AmendsError) as refused:
            await self.desk.client.command(case.reference, self.payloads.command(command, name))
        assert refused.value.code is code, (command, name, refused.value)

    def _to_refuse(self, status: Status, commands: list[str]) -> Iterator[tuple[str, str, ErrorCode]]:
        """Who is refused what, and why. Of those for whom it is the status, whoever they are, one is enough."""
        for turn, command in enumerate(commands, start=list(Status).index(status)):
            refused = [(command, name, code) for name, its in SAYS[command].items() if (code := its[status])]
            is_for_all = len({code for *_, code in refused}) == 1 and len(refused) == len(PEOPLE)
            yield from [refused[turn % len(refused)]] if is_for_all else refused


def _afterwards(place: Place) -> Iterator[tuple[str, str]]:
    for act in filter(None, AFTERWARDS.get(place, "").split(",")):
        name, who = act.split(": ")
        yield name.strip(), who.strip()


async def test_the_page_holds_on_real_servers(desk: Desk, tmp_path: Path) -> None:
    """In every status, for everybody; and every command that people give is accepted from somebody."""
    payloads = Payloads(tmp_path)
    async with working(desk.with_settings(task_queue="authority", policy=payloads.policy)) as there:
        table = Table(there, payloads)
        other = await table.new_case("other")
        await there.client.command(other.reference, payloads.command("declare_major_event", "head"))
        payloads.other = other.reference
        await asyncio.gather(*(table.hold_in(place) for place in places()))
    assert table.accepted == COMMANDS.keys() - BETWEEN


async def test_the_page_holds_before_the_assessment(desk: Desk, tmp_path: Path) -> None:
    """Which waits for the database."""
    payloads = Payloads(tmp_path)
    async with working(desk.with_settings(task_queue="authority-early", policy=payloads.policy)) as cold:
        table, case = Table(cold, payloads), Case(cold, complaint("authority-received"))
        await desk.stack.stop_postgres()
        try:
            await cold.client.file(case.complaint)
            await table.hold(case, Status.RECEIVED, list(COMMANDS))
            await cold.client.command(case.reference, payloads.command("note", "another department's lead"))
        finally:
            await desk.stack.start_postgres()
        await case.settle()
    assert await case.story() == ["filed", "noted", "classified", "assigned"]
