"""What the corpus shows besides the paths: refusals, repeats, a cancellation, outages, and a filing already on file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.workflows.case import Case
from tests.workflows.malformed import MALFORMED
from tests.workflows.people import AGENT, COMPLAINANT, ENGINEER
from workflows.contract import commands as ask

SHORT_AND_MALFORMED = ("unknown name", "no argument", "null", "bytes", "not JSON", "unknown field with NUL")


async def database_down(case: Case) -> None:
    """Commands, signals and a cancellation, while nothing can be assessed or written."""
    await case.desk.stack.stop_postgres()
    try:
        await case.desk.client.file(case.complaint)
        await case.desk.client.command(case.reference, ask.AddNote(actor=AGENT, text="I cannot look it up."))
        await case.desk.client.signal(case.reference, ask.AddNote(actor=AGENT, text="Nor can I."))
        await case.workflow.cancel()
    finally:
        await case.desk.stack.start_postgres()
    await case.settle()
    await case.give(ask.Withdraw(actor=COMPLAINANT, reason="It has settled itself."))


async def signals(case: Case) -> None:
    """Good ones, refused ones, unreadable ones and repeated ones."""
    await case.file()
    for number in range(3):
        await case.workflow.signal("note", ask.AddNote(actor=AGENT, text=f"Call {number}"))
    await case.signal("accept", ask.Accept(actor=ENGINEER))
    for kind in SHORT_AND_MALFORMED:
        await case.signal(MALFORMED[kind].name, *MALFORMED[kind].arguments)
    note = ask.AddNote(actor=AGENT, text="Once and for all.", command_id="once")
    await case.give(note)
    await case.signal("note", note)


async def cancelled(case: Case) -> None:
    """An operator's slip, and the complaint goes on."""
    await case.file()
    await case.workflow.cancel()
    await case.settle()
    await case.give(ask.Accept(actor=AGENT))


async def already_on_file(case: Case) -> None:
    """Filed again after the server has forgotten it."""
    await case.file()
    await case.forget()
    await case.file()


SCENES: dict[str, Callable[[Case], Awaitable[None]]] = {
    "database_down": database_down,
    "signals": signals,
    "cancelled": cancelled,
    "already_on_file": already_on_file,
}
