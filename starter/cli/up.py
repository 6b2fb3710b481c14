"""`amends up`: the embedded servers, a worker, the HTTP API and the web console in the foreground."""

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
from starter.cli.keeping import DOORS, READY_TIME_LIMIT, Door, kept_up, until_it_answers
from starter.cli.kept_process import API, CONSOLE, WORKER, Program
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
    with_console: Annotated[bool, typer.Option("--console/--no-console", help="Keep the console running too.")] = True,
    as_json: AsJson = False,
) -> None:
    """Start the embedded servers, a worker, the HTTP API and the web console, and keep them up.

    PostgreSQL, Temporal with its Web UI and a mail sink, on the data of the last time; ports move if they are taken.
    Ctrl-C or SIGTERM stops everything. If it is up already, its addresses are printed and nothing else happens. With
    --json one line is printed once all is ready. State and logs are in AMENDS_STATE_DIR.
    """
    chosen = {WORKER: with_worker, API: with_api, CONSOLE: with_console}
    wanted = frozenset(program for program, is_wanted in chosen.items() if is_wanted)

    async def work(settings: Settings) -> None:
        with ending_gently():
            try:
                await _up(settings, wanted, as_json=as_json)
            except asyncio.CancelledError:
                say("Stopped.")

    run(work, as_json=as_json, log_level=LogLevel.INFO)


async def _up(settings: Settings, wanted: frozenset[Program], *, as_json: bool) -> None:
    deadline = time.monotonic() + READY_TIME_LIMIT.total_seconds()
    while True:
        if Stack.running(settings.state_dir):
            return await _say_where(settings, wanted, as_json=as_json)
        try:
            return await _keep_up(settings, wanted, as_json=as_json)
        except DevStackError as error:
            # Somebody else is starting it at this moment, and will have addresses soon.
            if error.code != "stack_running" or time.monotonic() > deadline:
                raise
        await asyncio.sleep(_CHECK_INTERVAL.total_seconds())


async def _say_where(settings: Settings, wanted: frozenset[Program], *, as_json: bool) -> None:
    connections = resolve(settings)
    if WORKER in wanted:
        temporal = await connect_temporal(connections.temporal)
        await Polling(temporal, settings.task_queue).until_a_worker_polls(time_limit=READY_TIME_LIMIT)
    for door in DOORS:
        if door.program in wanted:
            await _until_it_answers(settings, door)
    _print(resolve(settings), as_json=as_json)


async def _until_it_answers(settings: Settings, door: Door) -> None:
    """Wait for a door that the process which holds the stack keeps, if it keeps it: it may be about to start it."""
    deadline = time.monotonic() + READY_TIME_LIMIT.total_seconds()
    while (stack := Stack.running(settings.state_dir)) and time.monotonic() < deadline:
        if address := getattr(stack, door.name):
            await until_it_answers(door, address)
        if stack.doors_are_settled:
            return
        await asyncio.sleep(_CHECK_INTERVAL.total_seconds())


async def _keep_up(settings: Settings, wanted: frozenset[Program], *, as_json: bool) -> None:
    servers = Stack.start(settings.state_dir, search_attributes=SEARCH_ATTRIBUTES, on_step=say)
    async with servers:
        connections = resolve(settings)
        await prepare_database(settings, connections.database_owner)
        temporal = await connect_temporal(connections.temporal)
        async with kept_up(settings, servers, temporal, wanted):
            _print(resolve(settings), as_json=as_json)
            await asyncio.Event().wait()


def _print(connections: Connections, *, as_json: bool) -> None:
    where: dict[str, Any] = {
        "temporal": connections.temporal.address,
        "temporal_ui": connections.stack.temporal_ui if connections.stack and not connections.profile else None,
        "api": connections.stack.api if connections.stack else None,
        "console": connections.stack.console if connections.stack else None,
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
