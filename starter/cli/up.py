"""`amends up`: the embedded servers, a worker and the HTTP API in the foreground."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import timedelta
from typing import Annotated, Any

import typer

from infra.connections import Connections, connect_temporal, resolve
from infra.devstack.errors import DevStackError
from infra.devstack.stack import Stack
from infra.logging import LogLevel
from infra.settings import Settings
from starter.cli.gentle_end import ending_gently
from starter.cli.keeping import READY_TIME_LIMIT, kept_up, until_api_answers
from starter.cli.migrate import prepare_database
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, say, stdout, table
from starter.polling import Polling
from workflows.contract.names import SEARCH_ATTRIBUTES

_PASSWORD = re.compile(r"(?<=://)([^:/@]+):[^@]*(?=@)")
_CHECK_INTERVAL = timedelta(milliseconds=100)

app = typer.Typer(add_completion=False)


@app.command()
def up(
    with_worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Keep a worker running too.")] = True,
    with_api: Annotated[bool, typer.Option("--api/--no-api", help="Keep the HTTP API running too.")] = True,
    as_json: AsJson = False,
) -> None:
    """Start the embedded servers, a worker and the HTTP API, and keep them up.

    PostgreSQL, Temporal with its Web UI and a mail sink, on the data of the last time; ports move if they are taken.
    Ctrl-C or SIGTERM stops everything. If it is up already, its addresses are printed and nothing else happens. With
    --json one line is printed once all is ready. State and logs are in AMENDS_STATE_DIR.
    """

    async def work(settings: Settings) -> None:
        with ending_gently():
            try:
                await _up(settings, with_worker=with_worker, with_api=with_api, as_json=as_json)
            except asyncio.CancelledError:
                say("Stopped.")

    run(work, as_json=as_json, log_level=LogLevel.INFO)


async def _up(settings: Settings, *, with_worker: bool, with_api: bool, as_json: bool) -> None:
    deadline = time.monotonic() + READY_TIME_LIMIT.total_seconds()
    while True:
        if Stack.running(settings.state_dir):
            return await _say_where(settings, with_worker=with_worker, with_api=with_api, as_json=as_json)
        try:
            return await _keep_up(settings, with_worker=with_worker, with_api=with_api, as_json=as_json)
        except DevStackError as error:
            # Somebody else is starting it at this moment, and will have addresses soon.
            if error.code != "stack_running" or time.monotonic() > deadline:
                raise
        await asyncio.sleep(_CHECK_INTERVAL.total_seconds())


async def _say_where(settings: Settings, *, with_worker: bool, with_api: bool, as_json: bool) -> None:
    connections = resolve(settings)
    if with_worker:
        temporal = await connect_temporal(connections.temporal)
        await Polling(temporal, settings.task_queue).until_a_worker_polls(time_limit=READY_TIME_LIMIT)
    if with_api:
        await _until_api_answers(settings)
    _print(resolve(settings), as_json=as_json)


async def _until_api_answers(settings: Settings) -> None:
    """Wait for the API that the process which holds the stack keeps, if it keeps one: it may be about to start it."""
    deadline = time.monotonic() + READY_TIME_LIMIT.total_seconds()
    while (stack := Stack.running(settings.state_dir)) and time.monotonic() < deadline:
        if stack.api:
            await until_api_answers(stack.api)
        if stack.api_is_settled:
            return
        await asyncio.sleep(_CHECK_INTERVAL.total_seconds())


async def _keep_up(settings: Settings, *, with_worker: bool, with_api: bool, as_json: bool) -> None:
    servers = Stack.start(settings.state_dir, search_attributes=SEARCH_ATTRIBUTES, on_step=say)
    async with servers:
        connections = resolve(settings)
        await prepare_database(settings, connections.database_owner)
        temporal = await connect_temporal(connections.temporal)
        async with kept_up(settings, servers, temporal, with_worker=with_worker, with_api=with_api):
            _print(resolve(settings), as_json=as_json)
            await asyncio.Event().wait()


def _print(connections: Connections, *, as_json: bool) -> None:
    where: dict[str, Any] = {
        "temporal": connections.temporal.address,
        "temporal_ui": connections.stack.temporal_ui if connections.stack and not connections.profile else None,
        "api": connections.stack.api if connections.stack else None,
        "database": connections.database,
        "smtp": connections.smtp,
        "state_dir": str(connections.settings.state_dir),
    }
    if as_json:
        print_json(where)
        return
    shown = table("Amends is up.", "", "")
    shown.show_header = False
    for name, address in where.items():
        add_row(shown, name.replace("_", " "), _PASSWORD.sub(r"\1", address) if address else None)
    stdout().print(shown)
    typer.echo("File a complaint with `amends file`, see all with `amends list`. The database's password: `up --json`.")
