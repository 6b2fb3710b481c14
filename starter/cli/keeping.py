"""Keeps a worker and the doors up beside the embedded servers, and says when they really do their work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx2
from temporalio.client import Client

from infra.devstack.ports import PortName, is_free
from infra.devstack.stack import START_TRIES, Stack
from infra.settings import Settings, variable_of
from starter.cli.kept_process import API, CONSOLE, PROGRAMS, WORKER, KeptProcess, Program
from starter.cli.terminal import say
from starter.polling import Polling
from workflows.contract.errors import AmendsError, ErrorCode

READY_TIME_LIMIT = timedelta(seconds=60)
_INTERVAL = timedelta(milliseconds=100)
_ANSWER_TIME_LIMIT = timedelta(seconds=2)


@dataclass(frozen=True)
class Door:
    """A program that answers over HTTP. `host` and `port` are the settings that say where; its port has its name."""

    program: Program
    name: PortName
    title: str
    host: str
    port: str


API_DOOR = Door(API, "api", "HTTP API", "api_host", "api_port")
CONSOLE_DOOR = Door(CONSOLE, "console", "web console", "console_host", "console_port")
DOORS = (API_DOOR, CONSOLE_DOOR)


@asynccontextmanager
async def kept_up(
    settings: Settings, servers: Stack, temporal: Client, wanted: Collection[Program] = PROGRAMS
) -> AsyncIterator[None]:
    """The programs that are wanted, up while the block lasts; it begins when they are ready.

    Raises:
        AmendsError: `setup`, with its reason, when one does not start; `no_answer`, when it does, but is not ready.
    """
    polling = Polling(temporal, settings.task_queue)
    known = await polling.polls()
    worker = KeptProcess(settings.state_dir, WORKER)
    kept: list[KeptProcess] = []
    async with AsyncExitStack() as stack:
        if WORKER in wanted:
            kept.append(worker)
            stack.push_async_callback(worker.stop)
            await worker.start()
        doors = [door for door in DOORS if door.program in wanted]
        addresses: dict[PortName, str] = {}
        for door, (process, address) in zip(doors, await _started(settings, servers, doors, stack), strict=True):
            kept.append(process)
            addresses[door.name] = address
        servers.publish_doors(addresses)
        try:
            async with asyncio.TaskGroup() as group:
                keeping = [group.create_task(process.keep_up()) for process in kept]
                if WORKER in wanted:
                    await polling.until_a_new_poll(known, time_limit=READY_TIME_LIMIT, advice=worker.last_words)
                    say("A worker is ready.")
                for door in doors:
                    say(f"The {door.title} is ready on {addresses[door.name]}")
                yield
                for task in keeping:
                    task.cancel()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None


async def _started(
    settings: Settings, servers: Stack, doors: Collection[Door], stack: AsyncExitStack
) -> list[tuple[KeptProcess, str]]:
    """All doors, answering: started beside one another, because each takes a second or two."""
    try:
        async with asyncio.TaskGroup() as group:
            starts = [group.create_task(_started_door(settings, servers, door, stack)) for door in doors]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [start.result() for start in starts]


async def _started_door(
    settings: Settings, servers: Stack, door: Door, stack: AsyncExitStack
) -> tuple[KeptProcess, str]:
    """A door, answering, and its address: at another port if somebody has just taken the one that was free."""
    for tries_left in reversed(range(START_TRIES)):
        address = await _address(settings, servers, door)
        process = _process_at(settings, door, address)
        await process.start()
        stack.push_async_callback(process.stop)
        # Somebody else may have been quicker, and answer at the same port.
        answering = asyncio.create_task(until_it_answers(door, address, process.pid))
        ended = asyncio.create_task(process.exited())
        await asyncio.wait((answering, ended), return_when=asyncio.FIRST_COMPLETED)
        has_ended = ended.done()
        ended.cancel()
        if not has_ended:
            await answering
            return process, address
        answering.cancel()
        port = int(address.rpartition(":")[2])
        if not tries_left or _is_chosen(settings, door) or is_free(port):
            break
    raise process.does_not_start()


async def until_it_answers(door: Door, address: str, pid: int | None = None) -> None:
    """Wait until a door answers, if told which one the process of this number.

    Raises:
        AmendsError: `no_answer` after `READY_TIME_LIMIT`.
    """
    deadline = time.monotonic() + READY_TIME_LIMIT.total_seconds()
    # Without the environment: its proxies are for other hosts than this one.
    async with httpx2.AsyncClient(trust_env=False, timeout=_ANSWER_TIME_LIMIT.total_seconds()) as client:
        while (answering := await _answering(client, address)) is None or pid not in (None, answering):
            if time.monotonic() > deadline:
                log = f"logs/{door.program.name}.log"
                raise AmendsError(ErrorCode.NO_ANSWER, f"the {door.title} at {address} does not answer: see {log}")
            await asyncio.sleep(_INTERVAL.total_seconds())


async def _answering(client: httpx2.AsyncClient, address: str) -> int | None:
    """The number of the process that answers, if one does that is a door."""
    try:
        pid: int = (await client.get(f"{address}/healthz")).json()["pid"]
    except (httpx2.HTTPError, ValueError, LookupError, TypeError):
        return None
    return pid


async def _address(settings: Settings, servers: Stack, door: Door) -> str:
    """Where the settings say, else at the port of the last time, elsewhere if that is taken by somebody else."""
    await KeptProcess(settings.state_dir, door.program).stop_orphans()
    chosen, host = getattr(settings, door.port), getattr(settings, door.host)
    port = chosen if _is_chosen(settings, door) else servers.free_port(door.name)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_chosen(settings: Settings, door: Door) -> bool:
    return door.port in settings.model_fields_set and getattr(settings, door.port) != 0


def _process_at(settings: Settings, door: Door, address: str) -> KeptProcess:
    host, _, port = address.removeprefix("http://").rpartition(":")
    where = {variable_of(door.host): host.strip("[]"), variable_of(door.port): port}
    return KeptProcess(settings.state_dir, door.program, where)
