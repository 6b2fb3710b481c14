"""`amends contract`: JSON Schemas of everything that other systems send and receive, and the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from infra.settings import Settings
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import print_json
from starter.feed import Change
from starter.webhooks.payload import Delivery
from workflows.contract.commands import COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry
from workflows.contract.filing import FileComplaint, Start
from workflows.contract.views import ComplaintView, Filing, Receipt, Summary

OPENAPI = "openapi"
"""The file of the HTTP API's own document; all others are JSON Schemas."""

app = typer.Typer(add_completion=False, no_args_is_help=True)

_SENT: tuple[type[BaseModel], ...] = (Start, FileComplaint)
_VIEWS: tuple[type[BaseModel], ...] = (Filing, Receipt, ComplaintView, Summary)


@app.callback()
def contract() -> None:
    """Publish what other systems code against."""


@app.command()
def export(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="For one file each; without it, all go to stdout."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the JSON Schemas of the start, the commands, the events, the views and the webhooks, and openapi.json.

    Commands are described as they are sent (defaults may be left out), events and views as they are received.
    """

    async def work(_: Settings) -> None:
        documents = {**schemas(), OPENAPI: openapi()}
        if directory is None:
            print_json(documents)
            return
        written = _write(directory, documents)
        print_json(written) if as_json else typer.echo(f"{len(written)} documents are in {directory}.")

    run(work, as_json=as_json)


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by the name of its file, without its ending."""
    views = {f"views/{model.__name__}": _schema(model, "serialization") for model in _VIEWS}
    return {
        **{model.__name__: _schema(model, "validation") for model in _SENT},
        **{f"commands/{name}": _schema(model, "validation") for name, model in COMMANDS.items()},
        "events/Entry": _schema(Entry, "serialization"),
        "events/Change": _schema(Change, "serialization"),
        "webhooks/Delivery": _schema(Delivery, "serialization"),
        **views,
    }


def openapi() -> dict[str, Any]:
    """The OpenAPI document of the HTTP API."""
    # Not at the top: whoever asks for another command should not wait until FastAPI has been loaded.
    from starter.api.app import described  # noqa: PLC0415 - see above

    return described().openapi()


def _schema(model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(mode=mode)}


def _write(directory: Path, documents: dict[str, dict[str, Any]]) -> Sequence[str]:
    paths = [directory / (f"{name}.json" if name == OPENAPI else f"{name}.schema.json") for name in documents]
    try:
        for path, document in zip(paths, documents.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"cannot write to {directory}: {error.strerror}", "directory"
        ) from error
    return [str(path) for path in paths]
