"""`amends up`: the embedded servers and a worker in the foreground."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Annotated, Any

import typer

from infra.connections import Connections, connect_temporal, resolve
from infra.devstack.errors import DevStackError
from infra.devstack.stack import Stack
from infra.logging import LogLevel
from infra.settings import Settings
from starter.cli.gentle_end import ending_gently
from starter.cli.migrate import prepare_database
from starter.cli.options import AsJson
from starter.cli.readiness import Polling
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, say, stdout, table
from starter.cli.worker_process import WorkerProcess
from workflows.contract.names import SEARCH_ATTRIBUTES

READY_TIME_LIMIT = timedelta(seconds=60)
_PASSWORD = re.compile(r"(?<=://)([^:/@]+):[^@]*(?=@)")
_CHECK_INTERVAL = timedelta(milliseconds=100)

app = typer.Typer(add_completion=False)


@app.command()
def up(
    with_worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Keep a worker running too.")] = True,
    as_json: AsJson = False,
) -> None:
    """Start the embedded servers and a worker, and keep them up.

    PostgreSQL, Temporal with its Web UI and a mail sink, on the data of the last time; ports move if they are taken.
    Ctrl-C or SIGTERM stops everything. If it is up already, its addresses are printed and nothing else happens. With
    --json one line is printed once all is ready. State and logs are in AMENDS_STATE_DIR.
    """

    async def work(settings: Settings) -> None:
        with ending_gently():
            try:
                await _up(settings, with_worker=with_worker, as_json=as_json)
            except asyncio.CancelledError:
                say("Stopped.")

    run(work, as_json=as_json, log_level=LogLevel.INFO)


async def _up(settings: Settings, *, with_worker: bool, as_json: bool) -> None:
    deadline = time.monotonic() + READY_TIME_LIMIT.total_seconds()
    while True:
        if Stack.running(settings.state_dir):
            return await _say_where(settings, with_worker=with_worker, as_json=as_json)
        try:
            return await _keep_up(settings, with_worker=with_worker, as_json=as_json)
        except DevStackError as error:
            # Somebody else is starting it at this moment, and will have addresses soon.
            if error.code != "stack_running" or time.monotonic() > deadline:
                raise
        await asyncio.sleep(_CHECK_INTERVAL.total_seconds())


async def _say_where(settings: Settings, *, with_worker: bool, as_json: bool) -> None:
    connections = resolve(settings)
    if with_worker:
        temporal = await connect_temporal(connections.temporal)
        await Polling(temporal, settings.task_queue).until_a_worker_polls(time_limit=READY_TIME_LIMIT)
    _print(connections, as_json=as_json)


async def _keep_up(settings: Settings, *, with_worker: bool, as_json: bool) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            Stack.start(settings.state_dir, search_attributes=SEARCH_ATTRIBUTES, on_step=say)
        )
        connections = resolve(settings)
        await prepare_database(settings, connections.database_owner)
        if with_worker:
            worker = WorkerProcess(settings.state_dir)
            stack.push_async_callback(worker.stop)
            await _keep_worker_up(worker, connections, as_json=as_json)
        else:
            _print(connections, as_json=as_json)
            await asyncio.Event().wait()


async def _keep_worker_up(worker: WorkerProcess, connections: Connections, *, as_json: bool) -> None:
    polling = Polling(await connect_temporal(connections.temporal), connections.settings.task_queue)
    known = await polling.polls()
    await worker.start()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.keep_up())
            await polling.until_a_new_poll(known, time_limit=READY_TIME_LIMIT, advice=worker.last_words)
            say("A worker is ready.")
            _print(connections, as_json=as_json)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _print(connections: Connections, *, as_json: bool) -> None:
    where: dict[str, Any] = {
        "temporal": connections.temporal.address,
        "temporal_ui": connections.stack.temporal_ui if connections.stack and not connections.profile else None,
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
