"""`amends outbox`: the messages that Amends wrote, sent or not."""

from __future__ import annotations

from typing import Annotated

import typer

from infra.settings import Settings
from starter.cli.completion import references
from starter.cli.doors import open_database
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import add_row, plain, print_json, stdout, table
from starter.read_model import Message, MessageRow, ReadModel
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference

app = typer.Typer(add_completion=False)


@app.command()
def outbox(
    reference: Annotated[
        str | None, typer.Argument(metavar="[REF]", autocompletion=references, help="Of this complaint only.")
    ] = None,
    show: Annotated[str | None, typer.Option(metavar="MESSAGE_ID", help="Read this message.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the messages to complainants and staff, or read one.

    Those that could not be delivered say why: a person has to find another way to reach the reader.
    """

    async def work(settings: Settings) -> None:
        wanted = parse_reference(reference) if reference else None
        async with open_database(settings) as engine:
            model = ReadModel(engine)
            if show is not None:
                message = await _find(model, show, wanted)
                print_json(message) if as_json else _print_message(message)
            else:
                messages = await model.messages(wanted, limit)
                print_json(messages) if as_json else _print_list(messages)

    run(work, as_json=as_json)


async def _find(model: ReadModel, message_id: str, reference: str | None) -> Message:
    written = message_id.strip()
    message = await model.message(written) or await model.message(f"<{written}>")
    if message is None or reference not in (None, message.reference):
        raise AmendsError(ErrorCode.INVALID_INPUT, "no message has this id; `amends outbox` lists them", "message_id")
    return message


def _print_list(messages: list[MessageRow]) -> None:
    if not messages:
        typer.echo("No message.")
        return
    shown = table(None, "written", "reference", "notice", "to", "status", "subject", "message id")
    shown.columns[-1].no_wrap = True  # it is there to be copied
    for row in messages:
        to = row.staff or row.recipient or row.audience
        status = f"{row.status}: {row.last_error}" if row.last_error else row.status
        add_row(shown, row.created_at, row.reference, row.notice, to, status, row.subject, row.message_id)
    stdout().print(shown)


def _print_message(message: Message) -> None:
    shown = table(None, "", "")
    shown.show_header = False
    for name in ("message_id", "reference", "notice", "recipient", "status", "created_at", "sent_at", "last_error"):
        value = getattr(message, name)
        if value is not None:
            add_row(shown, name.replace("_", " "), value)
    add_row(shown, "subject", message.subject)
    console = stdout()
    console.print(shown)
    console.print()
    console.print(plain(message.body))
