"""`amends demo`: the main job live, on servers of its own."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.organisation import load_organisation
from infra.policies import load_policy
from infra.process import EXIT_FAILED, EXIT_INTERRUPTED
from infra.settings import Settings
from starter.cli.gentle_end import ending_gently
from starter.cli.running import run
from starter.cli.terminal import say, stdout
from starter.client import AmendsClient
from starter.demo.board import Board
from starter.demo.data import complaints_in
from starter.demo.director import Director
from starter.demo.people import People
from starter.demo.report import print_endings, print_where_to_look
from starter.demo.scenes import Scene, scenes_of, written_scenes
from starter.demo.show import shown
from starter.demo.stage import Stage, keep_to_embedded_servers, open_stage
from starter.demo.tally import Ending, endings, summary_line

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Complaints of this CSV or NDJSON file instead of the written ones."),
    ] = None,
    leave: Annotated[
        bool, typer.Option("--exit", help="End when all is done; exit code 0 if all went as expected.")
    ] = False,
) -> None:
    """Run the main job live: complaints from all channels, and staff who act on them.

    Starts the embedded servers and a worker under the policy `demo`, whose limits are seconds; then stays up until
    Ctrl-C for a closer look. With --exit the last line is
    `demo: <n> complaints, <n> archived, <n> escalated to executives, <n> lost`.
    """
    keep_to_embedded_servers()

    async def work(settings: Settings) -> int:
        with ending_gently():
            try:
                return await _demo(settings, _scenes(data), leave=leave)
            except asyncio.CancelledError:
                say("Stopped before the end.")
                return EXIT_INTERRUPTED

    run(work, as_json=False)


async def _demo(settings: Settings, scenes: tuple[Scene, ...], *, leave: bool) -> int:
    async with open_stage(settings) as stage:
        found = await _play(settings, stage, scenes)
        print_endings(stdout(), found)
        if not leave:
            print_where_to_look(stdout(), stage.connections, found)
            typer.echo(f"\n{summary_line(found)}")
            await _until_interrupted()
    if leave:
        typer.echo(summary_line(found))
    return EXIT_FAILED if any(ending.faults for ending in found) else 0


def _scenes(data: Path | None) -> tuple[Scene, ...]:
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    return scenes_of(complaints_in(data), name) if data else written_scenes(name)


async def _play(settings: Settings, stage: Stage, scenes: tuple[Scene, ...]) -> tuple[Ending, ...]:
    board = Board(stage.engine)
    people = People(load_organisation(settings.organisation))
    client = AmendsClient(stage.temporal, task_queue=settings.task_queue)
    following = asyncio.create_task(board.follow())
    try:
        async with shown(stdout(), scenes, board, load_policy(settings.policy)):
            played = await Director(client, board, people).play(scenes)
            await board.refresh()
    finally:
        following.cancel()
    return await endings(played, board, stage.temporal)


async def _until_interrupted() -> None:
    say("Ctrl-C stops everything.")
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    say("Stopping.")
