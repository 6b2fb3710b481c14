"""Runs a rollout for the shell: complaint by complaint on stdout, Ctrl-C as a gentle end, the sum at the end."""

from __future__ import annotations

from collections.abc import Callable

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.process import EXIT_FAILED, EXIT_INTERRUPTED
from starter.cli.gentle_end import ending_gently
from starter.cli.terminal import plain, print_json, say, stdout, written
from starter.client import AmendsClient
from starter.policy.migration import changes_of
from starter.policy.open_complaints import OpenComplaint, Scope, open_complaints
from starter.policy.rollout import Change, Result, Rollout, Verdict
from starter.read_model import ReadModel
from workflows.contract.errors import AmendsError
from workflows.contract.events import Moved
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Status

_SAID = {
    Verdict.CHANGED: "changed",
    Verdict.WOULD_CHANGE: "would change",
    Verdict.ALREADY: "already so",
    Verdict.GONE: "archived meanwhile",
    Verdict.NOT_CONCERNED: "not concerned",
    Verdict.REFUSED: "refused",
    Verdict.FAILED: "failed",
}


async def roll_out(
    engine: AsyncEngine,
    client: AmendsClient,
    scope: Scope,
    *,
    template: Change,
    label: str,
    policy_of: Callable[[OpenComplaint], Policy | None],
    is_dry: bool,
    as_json: bool,
) -> int:
    """Give the change to all complaints in scope, or ask them; returns the exit code.

    Args:
        engine: the read model.
        client: the complaints.
        scope: which of them.
        template: the change; `changes_of` says under which id each complaint gets it.
        label: what complaints come under, `name@version` of the policy or calendar.
        policy_of: as `Rollout` takes it.
        is_dry: ask only.
        as_json: a line of JSON for each complaint, and one for the sum.

    Raises:
        AmendsError: `unreachable`, or `no_answer` when nobody answers any more.
    """
    rollout = Rollout(
        client,
        changes_of(template, label),
        policy_of=policy_of,
        on_result=print_json if as_json else _print,
        is_dry=is_dry,
    )
    try:
        with ending_gently():
            await rollout.run(open_complaints(engine, scope))
        if not rollout.interrupted:
            await _account_for(rollout, engine, scope, label)
    except AmendsError:
        say("It stopped early. Repeat the command when the cause is gone: it goes on where it stopped.")
        raise
    finally:
        _print_sum(rollout, label, as_json=as_json)
    if rollout.interrupted:
        say("Interrupted. Repeat the command: it goes on where it stopped.")
        return EXIT_INTERRUPTED
    return EXIT_FAILED if any(verdict.is_fault for verdict in rollout.tally) else 0


async def _account_for(rollout: Rollout, engine: AsyncEngine, scope: Scope, label: str) -> None:
    """What was asked for by its reference is answered for, also when it is not among the open complaints."""
    for reference in sorted(set(scope.only or ()) - rollout.seen):
        row = await ReadModel(engine).complaint(reference)
        if row is None or row.policy is None or row.status in (Status.CLOSED, Status.ARCHIVED):
            message = "no open complaint that has been assessed has this reference"
            rollout.report(Result(reference=reference, before="", verdict=Verdict.REFUSED, message=message))
        else:
            verdict = Verdict.ALREADY if row.policy == label else Verdict.NOT_CONCERNED
            rollout.report(Result(reference=reference, before=row.policy, verdict=verdict))


def _print(result: Result) -> None:
    message = f": {result.message}" if result.message else ""
    breaches = f"; {len(result.breached)} breached with it" if result.breached else ""
    is_change = result.verdict in (Verdict.CHANGED, Verdict.WOULD_CHANGE)
    moves = f", {_due_times(len(result.moved))}" if is_change else ""
    lines = [f"{result.reference}  {result.before}  {_SAID[result.verdict]}{moves}{breaches}{message}"]
    lines += [_moved_line(moved, is_breached=moved.clock in result.breached) for moved in result.moved]
    for line in lines:
        stdout().print(plain(line), soft_wrap=True)


def _due_times(number: int) -> str:
    return "1 due time moves" if number == 1 else f"{number or 'no'} due times move"


def _moved_line(moved: Moved, *, is_breached: bool) -> str:
    before = written(moved.due_before) or "(not running)"
    after = written(moved.due_after) or "(nobody owes it any more)"
    return f"    {moved.clock}: {before} -> {after}{'  breached' if is_breached else ''}"


def _print_sum(rollout: Rollout, label: str, *, as_json: bool) -> None:
    if as_json:
        tally = {verdict.value: rollout.tally[verdict] for verdict in Verdict}
        sums = {"label": label, **tally, "breached": rollout.breached, "interrupted": rollout.interrupted}
        print_json({"sum": sums})
        return
    counts = [f"{count} {_SAID[verdict]}" for verdict, count in rollout.tally.items()]
    nothing = "no complaint was reached" if rollout.interrupted else "no open complaint is concerned"
    typer.echo(f"{label}: {', '.join(counts) or nothing}; {rollout.breached} with a breach.")
