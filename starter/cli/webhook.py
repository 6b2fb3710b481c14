"""`amends webhook`: subscriptions as operators see them, stopping them, their dead letters, sending things again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from infra.connections import connect_temporal, resolve
from infra.settings import Settings
from starter.cli.doors import open_database
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, stdout, table
from starter.feed import START, Feed
from starter.webhooks.dead_letters import DeadLetters
from starter.webhooks.models import DeadLetter, Subscription
from starter.webhooks.subscriptions import Subscriptions
from workflows.contract.errors import AmendsError, ErrorCode

app = typer.Typer(add_completion=False, no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="Its id, as in the list.")]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]


@app.callback()
def webhook() -> None:
    """See who has events sent to them, stop it, and send again what was not delivered."""


@app.command("list")
def list_subscriptions(as_json: AsJson = False) -> None:
    """List all subscriptions: how they stand, what waits, what died."""

    async def work(settings: Settings) -> None:
        async with _open(settings) as (subscriptions, _, _):
            rows = await subscriptions.listed()
        print_json(rows) if as_json else _print_subscriptions(rows)

    run(work, as_json=as_json)


@app.command()
def dead(subscription: Name, *, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List the events of a subscription that were not accepted in any try, those that died first coming first."""

    async def work(settings: Settings) -> None:
        async with _open(settings) as (_, letters, _):
            rows, following = await letters.listed(subscription, limit)
        print_json(rows) if as_json else _print_dead(rows, has_more=following is not None)

    run(work, as_json=as_json)


@app.command(epilog="Such as: amends webhook replay sub_5f0c1e9a77b3d240 --after 7K2M-9QXD-4TBC:4")
def replay(
    subscription: Name,
    *,
    event: Annotated[str | None, typer.Option(metavar="EVENT_ID", help="Only this dead letter.")] = None,
    after: Annotated[
        str | None, typer.Option(metavar="EVENT_ID", help="Everything after this event, or `start` for all there is.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try its dead letters again, all or one; or send everything after an event again, with the ids it had.

    One that has failed, or was gone, is resumed.
    """

    async def work(settings: Settings) -> None:
        if event is not None and after is not None:
            raise AmendsError(ErrorCode.INVALID_INPUT, "say --event or --after, not both")
        async with _open(settings) as (subscriptions, letters, feed):
            if after is not None:
                place = START if after == "start" else await feed.place_of(after)
                if place is None:
                    raise AmendsError(ErrorCode.INVALID_INPUT, "there is no such event", "after")
                await letters.replay_from(subscription, place)
                replayed = f"everything after {after}"
            else:
                replayed = f"{await letters.replay(subscription, event)} dead letters"
            about = await subscriptions.resume(subscription)
        print_json(about) if as_json else typer.echo(f"{subscription}: {replayed} will be sent to {about.url}")

    run(work, as_json=as_json)


@app.command()
def pause(subscription: Name, as_json: AsJson = False) -> None:
    """Send nothing until it is resumed; what happens meanwhile is sent then. One that has failed stays so."""
    _set(Subscriptions.pause, subscription, as_json=as_json)


@app.command()
def resume(subscription: Name, as_json: AsJson = False) -> None:
    """Send again, and at once: what was paused, what has failed, what was gone."""
    _set(Subscriptions.resume, subscription, as_json=as_json)


@app.command()
def remove(subscription: Name, as_json: AsJson = False) -> None:
    """Forget a subscription, with what waits and what died; the events themselves stay, for new subscriptions too."""

    async def work(settings: Settings) -> None:
        async with _open(settings) as (subscriptions, _, _):
            about = await subscriptions.one(subscription)
            await subscriptions.remove(subscription)
        print_json(about) if as_json else typer.echo(f"{subscription}: nothing is sent to {about.url} any more")

    run(work, as_json=as_json)


def _set(change: Callable[[Subscriptions, str], Awaitable[Subscription]], subscription: str, *, as_json: bool) -> None:
    async def work(settings: Settings) -> None:
        async with _open(settings) as (subscriptions, _, _):
            about = await change(subscriptions, subscription)
        print_json(about) if as_json else typer.echo(f"{subscription}: {about.state}")

    run(work, as_json=as_json)


@asynccontextmanager
async def _open(settings: Settings) -> AsyncIterator[tuple[Subscriptions, DeadLetters, Feed]]:
    """Those of everybody."""
    temporal = await connect_temporal(resolve(settings).temporal, lazy=True)
    async with open_database(settings) as engine:
        subscriptions = Subscriptions(engine, temporal, settings, caller=None)
        yield subscriptions, DeadLetters(engine, subscriptions), Feed(engine)


def _print_subscriptions(rows: list[Subscription]) -> None:
    if not rows:
        typer.echo("No subscription.")
        return
    shown = table(None, "subscription", "owner", "url", "state", "waiting", "dead", "last accepted", "last error")
    shown.columns[0].no_wrap = True  # it is there to be copied
    for row in rows:
        add_row(
            shown,
            row.subscription,
            row.owner,
            row.url,
            row.state,
            str(row.waiting),
            str(row.dead),
            row.accepted_at,
            row.last_error,
        )
    stdout().print(shown)


def _print_dead(rows: list[DeadLetter], *, has_more: bool) -> None:
    if not rows:
        typer.echo("No dead letter.")
        return
    shown = table(None, "event id", "type", "died", "tries", "last error")
    shown.columns[0].no_wrap = True  # it is there to be copied
    for row in rows:
        add_row(shown, row.event_id, row.type, row.died_at, str(row.attempts), row.last_error)
    stdout().print(shown)
    if has_more:
        typer.echo("There are more: --limit.")
