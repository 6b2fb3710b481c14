"""`amends inbox --as USER`: what somebody has to do, the most urgent first, with the line that does it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, cast

import typer
from typer._click import Parameter
from typer.core import TyperGroup
from typer.main import get_command

from infra.settings import Settings
from starter.cli import act
from starter.cli.completion import people
from starter.cli.doors import open_database
from starter.cli.giving import AUTHENTICATED_BY
from starter.cli.options import AsJson
from starter.cli.running import run
from starter.cli.terminal import add_row, print_json, stdout, table, written
from starter.inbox import Inbox, Item
from starter.staff import actor_of
from workflows.contract.vocabulary import DutyKind

app = typer.Typer(add_completion=False)

TO_DO: dict[DutyKind, str] = {
    DutyKind.ACCEPT: "accept it",
    DutyKind.ASSIGN: "find somebody to handle it",
    DutyKind.TAKE_OVER: "take it over: an interest bars its owner",
    DutyKind.CLASSIFY: "say what it is about",
    DutyKind.HANDLE: "solve it",
    DutyKind.ANSWER: "go on: there is an answer, or the wait is over",
    DutyKind.ATTEND: "go to its meeting",
    DutyKind.VOTE: "vote on a motion",
    DutyKind.MINUTES: "record the minutes of its meeting",
    DutyKind.DECIDE: "say what its meeting decides",
    DutyKind.APPROVE: "decide on the proposal",
    DutyKind.EXECUTE: "carry the solution out",
    DutyKind.TASK: "do a task",
    DutyKind.CONFIRM: "call back: is it solved?",
    DutyKind.ESCALATED: "see to it: you were called on",
}

_NUMBERED = {DutyKind.TASK: "task", DutyKind.VOTE: "motion"}
"""What the command calls the number of a duty."""


@app.command()
def inbox(
    user: Annotated[
        str, typer.Option("--as", metavar="USER", autocompletion=people, help="Whose: somebody on the staff.")
    ],
    *,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what needs somebody, the most urgent first.

    Their own duties, those of their role and department, and those of everybody absent whom they stand in for.
    """

    async def work(settings: Settings) -> None:
        async with open_database(settings) as engine:
            actor = await actor_of(engine, user, authenticated_by=AUTHENTICATED_BY)
            items = await Inbox(engine).of(actor, limit)
        now = datetime.now(UTC)
        if as_json:
            print_json([_as_json(item, user, now) for item in items])
        else:
            _print(items, user, now, limit)

    run(work, as_json=as_json)


def line_for(item: Item, user: str) -> str:
    """The line that does it, with a blank for each option that has to be filled in."""
    if item.duty.command is None:
        return shlex.join(["amends", "show", item.reference])
    known = {"as_user": user, _NUMBERED.get(item.duty): str(item.number)}
    line = ["amends", "act", item.reference, item.duty.command.replace("_", "-")]
    for option in _required(line[-1]):
        line += [option.opts[0], shlex.quote(known[option.name])] if option.name in known else [_blank(option)]
    if item.duty is DutyKind.MINUTES:
        line.append("--present …")  # without it, nobody came
    return " ".join(line)


def _required(subcommand: str) -> list[Parameter]:
    """The options that `amends act REF` cannot do without; `--as` first."""
    offered = _acts().commands[subcommand].params
    return sorted((each for each in offered if each.required), key=lambda each: each.name != "as_user")


@cache
def _acts() -> TyperGroup:
    return cast("TyperGroup", get_command(act.app))


def _blank(option: Parameter) -> str:
    """Such as `--reason …` or `--solved/--not-solved`; neither does harm in a shell."""
    return "/".join((option.opts[0], *option.secondary_opts)) if option.secondary_opts else f"{option.opts[0]} …"


def _as_json(item: Item, user: str, now: datetime) -> dict[str, object]:
    remaining = item.due_at - now if item.due_at else None
    return {**item.model_dump(mode="json", exclude={"place"}), "remaining": remaining, "line": line_for(item, user)}


def _print(items: Sequence[Item], user: str, now: datetime, limit: int) -> None:
    if not items:
        typer.echo(f"Nothing needs {user} now.")
        return
    shown = table(None, "time left", "reference", "to do", "complaint", "severity", "department", "status")
    for item in items:
        about = (item.subject or item.excerpt, item.severity, item.department, item.status)
        add_row(shown, _remaining(item.due_at, now), item.reference, _to_do(item), *about)
    stdout().print(shown)
    typer.echo("\nTo do it, in the same order:\n")  # apart, so that no table folds what is to be copied
    for item in items:
        typer.echo(line_for(item, user))
    if len(items) == limit:
        typer.echo(f"\nThe {limit} most urgent; more with --limit.")


def _remaining(due_at: datetime | None, now: datetime) -> str:
    """In words, so that it needs no colour."""
    if due_at is None:
        return "no limit"
    left = timedelta(seconds=(due_at - now) // timedelta(seconds=1))
    return written(left) if left >= timedelta(0) else f"overdue by {written(-left)}"


def _to_do(item: Item) -> str:
    about = f" ({item.about})" if item.about else ""
    behalf = f", for {item.on_behalf_of}" if item.on_behalf_of else ""
    return f"{TO_DO[item.duty]}{about}{behalf}"
