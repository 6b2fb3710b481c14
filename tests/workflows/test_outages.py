"""While a server is away: commands are answered, deadlines kept, and what was promised is written and sent later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.support.conditions import until
from tests.support.desk import Desk, working
from tests.support.mail import MailServer
from tests.workflows.case import Case, complaint
from tests.workflows.long_lives import write_long_notes
from tests.workflows.people import AGENT, COMPLAINANT, HEAD
from workflows.contract import commands as ask
from workflows.contract.views import ClockState
from workflows.contract.vocabulary import Status


async def test_without_a_mail_server_all_goes_on_and_the_mail_comes_later(desk: Desk, mail_server: MailServer) -> None:
    """Nobody waits for a letter to leave, and no letter leaves twice."""
    async with working(desk.with_settings(task_queue="no-mail", smtp=mail_server.address)) as silent:
        case = Case(silent, complaint("no-mail"))
        await mail_server.stop()
        await silent.client.file(case.complaint)
        await until(lambda: _has_happened(case, "assigned"), "it is assigned")
        await silent.client.command(case.reference, ask.Escalate(actor=HEAD, reason="No letter leaves the house."))
        await until(lambda: _has_happened(case, "escalated"), "the journal knows of the escalation")
        assert {message.status for message in await case.messages()} == {"pending"}
        await mail_server.start()
        await case.settle()
    messages = await case.messages()
    assert [(message.notice, message.status) for message in messages] == [
        ("acknowledgement", "sent"),
        ("assignment", "sent"),
        ("escalation", "sent"),
    ]
    delivered = [mail.message_id for mail in mail_server.sink.messages()]
    assert sorted(delivered) == sorted(message.message_id for message in messages)


async def test_without_the_database_commands_are_answered_and_deadlines_kept(new_case: Callable[..., Case]) -> None:
    """A limit that runs out meanwhile is breached at its due time and noticed then, not when the database is back."""
    due_at = datetime.now(UTC) + timedelta(seconds=3)
    case = new_case(received_at=due_at - timedelta(hours=24))
    await case.file()
    await case.desk.stack.stop_postgres()
    try:
        receipt = await case.desk.client.command(case.reference, ask.AddNote(actor=AGENT, text="I cannot look it up."))
        await case.desk.client.signal(case.reference, ask.AddNote(actor=AGENT, text="Nor can I."))
        await until(lambda: _is_breached(case, "first_reply"), "the breach is noticed")
        accepted = await case.desk.client.command(case.reference, ask.Accept(actor=AGENT))
        back_at = datetime.now(UTC)
    finally:
        await case.desk.stack.start_postgres()
    await case.settle()
    assert receipt.events == ("noted",)
    journal = await case.journal()
    breach = next(event for event in journal if event.type == "clock_breached" and event.data["clock"] == "first_reply")
    assert datetime.fromisoformat(str(breach.data["due_at"])) == due_at
    assert due_at <= breach.at < back_at
    assert [event.type for event in journal].count("noted") == 2
    assert [event.sequence for event in journal] == list(range(1, accepted.sequence + 1))
    assert (await case.row()).status is Status.INVESTIGATING
    assert {message.status for message in await case.messages()} == {"sent"}


async def test_a_complaint_can_be_filed_without_the_database(desk: Desk) -> None:
    """Assessment and acknowledgement follow when it is back."""
    async with working(desk.with_settings(task_queue="no-database")) as cold:
        case = Case(cold, complaint("no-database"))
        await desk.stack.stop_postgres()
        try:
            await cold.client.file(case.complaint)
            note = ask.AddNote(actor=AGENT, text="She calls from a train.")
            assert (await cold.client.command(case.reference, note)).status is Status.RECEIVED
        finally:
            await desk.stack.start_postgres()
        await case.settle()
    assert await case.story() == ["filed", "noted", "classified", "assigned"]
    assert [message.notice for message in await case.messages()] == ["acknowledgement", "assignment"]


async def test_an_outage_can_gather_more_than_one_posting_holds(new_case: Callable[..., Case]) -> None:
    """Three megabytes of notes, where Temporal takes two at a time."""
    case = new_case()
    await case.file()
    await case.desk.stack.stop_postgres()
    try:
        await write_long_notes(case, 20)
        withdraw = ask.Withdraw(actor=COMPLAINANT, reason="It has settled itself.")
        last = await case.desk.client.command(case.reference, withdraw)
    finally:
        await case.desk.stack.start_postgres()
    await case.settle()
    assert [event.sequence for event in await case.journal()] == list(range(1, last.sequence + 1))
    assert [message.notice for message in await case.messages()] == ["acknowledgement", "assignment", "closing"]


async def _has_happened(case: Case, event_type: str) -> bool:
    return event_type in await case.story()


async def _is_breached(case: Case, clock_name: str) -> bool:
    return any(clock.name == clock_name and clock.state is ClockState.BREACHED for clock in (await case.view()).clocks)
