"""`amends file`: one complaint from the shell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from infra.settings import Settings
from starter.cli.doors import open_desk
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import print_json
from starter.intake.columns import Defaults, complaint_of
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.views import Filing
from workflows.contract.vocabulary import Channel, Language

SOURCE = "shell"

app = typer.Typer(add_completion=False)


@app.command()
def file(
    *,
    channel: Annotated[Channel, typer.Option(help="How it came in.")],
    text: Annotated[str | None, typer.Option(help="What the complainant says.")] = None,
    text_file: Annotated[
        str | None, typer.Option(metavar="PATH", help="A UTF-8 file that holds the text; - reads standard input.")
    ] = None,
    language: Annotated[Language | None, typer.Option(help="Guessed from the script when left out.")] = None,
    subject: Annotated[str | None, typer.Option(help="A heading.")] = None,
    name: Annotated[str | None, typer.Option(help="Who complains.")] = None,
    email: Annotated[str | None, typer.Option(help="Where the complainant gets answers.")] = None,
    phone: Annotated[str | None, typer.Option(help="The complainant's telephone.")] = None,
    remedy: Annotated[str | None, typer.Option(help="What the complainant wants.")] = None,
    product: Annotated[str | None, typer.Option(help="What it is about.")] = None,
    source: Annotated[str, typer.Option(help="The system it comes from.")] = SOURCE,
    key: Annotated[
        str | None,
        typer.Option(help="Its key there; the same key, the same complaint.", show_default="new"),
    ] = None,
    received_at: Annotated[
        str | None, typer.Option(help="When it was received, such as 2026-03-01T09:30:00+08:00; clocks start then.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """File one complaint.

    Filing is safe to repeat with the same --source and --key: it gives the complaint that is there.
    """

    async def work(settings: Settings) -> None:
        fields = {
            "source": source,
            "source_key": key or str(uuid4()),
            "channel": channel.value,
            "text": _text(text, text_file),
            "subject": subject,
            "name": name,
            "email": email,
            "phone": phone,
            "remedy_sought": remedy,
            "product": product,
            "received_at": received_at,
        }
        given = {field: value for field, value in fields.items() if value is not None}
        complaint = complaint_of(given, Defaults(source=SOURCE, language=language))
        filing = await (await open_desk(settings)).file(complaint)
        print_json(filing) if as_json else _print(filing, complaint)

    run(work, as_json=as_json)


def _text(text: str | None, path: str | None) -> str:
    if (text is None) == (path is None):
        raise AmendsError(ErrorCode.INVALID_INPUT, "give the text either with --text or with --text-file", "text")
    if text is not None or path is None:
        return text or ""
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"cannot read {path}: {error.strerror}", "text_file") from error
    except UnicodeDecodeError as error:
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"{path} is not UTF-8 text; save it as UTF-8", "text_file"
        ) from error


def _print(filing: Filing, complaint: FileComplaint) -> None:
    if filing.duplicate:
        typer.echo(f"This complaint is on file already: {filing.reference} (same source and key).")
    else:
        typer.echo(f"Filed as {filing.reference} (in {_LANGUAGES[complaint.language]}).")
    typer.echo(f"See it with `amends show {filing.reference}`.")


_LANGUAGES = {Language.EN: "English", Language.ZH: "Chinese"}
