"""Keeps a worker and the HTTP API up beside the embedded servers, and says when they really do their work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import httpx2
from temporalio.client import Client

from infra.devstack.ports import is_free
from infra.devstack.stack import START_TRIES, Stack
from infra.settings import Settings, variable_of
from starter.cli.kept_process import API, WORKER, KeptProcess
from starter.cli.terminal import say
from starter.polling import Polling
from workflows.contract.errors import AmendsError, ErrorCode

READY_TIME_LIMIT = timedelta(seconds=60)
_INTERVAL = timedelta(milliseconds=100)
_ANSWER_TIME_LIMIT = timedelta(seconds=2)


@asynccontextmanager
async def kept_up(
    settings: Settings, servers: Stack, temporal: Client, *, with_worker: bool, with_api: bool
) -> AsyncIterator[None]:
    """A worker and the API, up while the block lasts; it begins when they are ready.

    Raises:
        AmendsError: `setup`, with its reason, when one does not start; `no_answer`, when it does, but is not ready.
    """
    polling = Polling(temporal, settings.task_queue)
    known = await polling.polls()
    worker = KeptProcess(settings.state_dir, WORKER)
    kept: list[KeptProcess] = []
    async with AsyncExitStack() as stack:
        if with_worker:
            kept.append(worker)
            stack.push_async_callback(worker.stop)
            await worker.start()
        api, address = await _started_api(settings, servers, stack) if with_api else (None, None)
        servers.publish_api(address)
        if api is not None:
            kept.append(api)
        try:
            async with asyncio.TaskGroup() as group:
                keeping = [group.create_task(process.keep_up()) for process in kept]
                if with_worker:
                    await polling.until_a_new_poll(known, time_limit=READY_TIME_LIMIT, advice=worker.last_words)
                    say("A worker is ready.")
                if address:
                    say(f"The HTTP API is ready on {address}")
                yield
                for task in keeping:
                    task.cancel()
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None


async def _started_api(settings: Settings, servers: Stack, stack: AsyncExitStack) -> tuple[KeptProcess, str]:
    """The API, answering, and its address: at another port if somebody has just taken the one that was free."""
    for tries_left in reversed(range(START_TRIES)):
        address = await _api_address(settings, servers)
        api = _api_at(settings, address)
        await api.start()
        stack.push_async_callback(api.stop)
        # Somebody else may have been quicker, and answer at the same port.
        answering = asyncio.create_task(until_api_answers(address, api.pid))
        ended = asyncio.create_task(api.exited())
        await asyncio.wait((answering, ended), return_when=asyncio.FIRST_COMPLETED)
        has_ended = ended.done()
        ended.cancel()
        if not has_ended:
            await answering
            return api, address
        answering.cancel()
        port = int(address.rpartition(":")[2])
        if not tries_left or _is_chosen(settings) or is_free(port):
            break
    raise api.does_not_start()


async def until_api_answers(address: str, pid: int | None = None) -> None:
    """Wait until the API answers, if told which one the process of this number.

    Raises:
        AmendsError: `no_answer` after `READY_TIME_LIMIT`.
    """
    deadline = time.monotonic() + READY_TIME_LIMIT.total_seconds()
    # Without the environment: its proxies are for other hosts than this one.
    async with httpx2.AsyncClient(trust_env=False, timeout=_ANSWER_TIME_LIMIT.total_seconds()) as client:
        while (answering := await _answering(client, address)) is None or pid not in (None, answering):
            if time.monotonic() > deadline:
                raise AmendsError(ErrorCode.NO_ANSWER, f"the HTTP API at {address} does not answer: see logs/api.log")
            await asyncio.sleep(_INTERVAL.total_seconds())


async def _answering(client: httpx2.AsyncClient, address: str) -> int | None:
    """The number of the process that answers, if one does that is an API."""
    try:
        pid: int = (await client.get(f"{address}/healthz")).json()["pid"]
    except (httpx2.HTTPError, ValueError, LookupError, TypeError):
        return None
    return pid


async def _api_address(settings: Settings, servers: Stack) -> str:
    """Where the settings say, else at the port of the last time, elsewhere if that is taken by somebody else."""
    await KeptProcess(settings.state_dir, API).stop_orphans()
    port = settings.api_port if _is_chosen(settings) else servers.free_api_port()
    host = f"[{settings.api_host}]" if ":" in settings.api_host else settings.api_host
    return f"http://{host}:{port}"


def _is_chosen(settings: Settings) -> bool:
    return "api_port" in settings.model_fields_set and settings.api_port != 0


def _api_at(settings: Settings, address: str) -> KeptProcess:
    host, _, port = address.removeprefix("http://").rpartition(":")
    where = {variable_of("api_host"): host.strip("[]"), variable_of("api_port"): port}
    return KeptProcess(settings.state_dir, API, where)
