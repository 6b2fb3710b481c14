"""`amends audit`: the recorded story of a complaint, and whether the present code would decide it the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from temporalio.contrib.pydantic import pydantic_data_converter

from infra.connections import connect_temporal, resolve
from infra.logging import LogLevel
from infra.process import EXIT_FAILED
from infra.settings import Settings
from starter.audit.replay import Verdict, replay
from starter.audit.runs import RecordedRun, recorded_runs, run_in_file
from starter.audit.timeline import Timeline, timeline
from starter.cli.doors import open_database
from starter.cli.event_text import event_text
from starter.cli.options import AsJson, Reference
from starter.cli.running import run
from starter.cli.terminal import add_row, plain, print_error, print_json, stdout, table
from starter.read_model import ArchivedRun, ReadModel
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference

EXIT_NOT_EXAMINED = 2

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Examine what Temporal recorded: the story, and whether it holds."""


@app.command("timeline")
def show_timeline(reference: Reference, as_json: AsJson = False) -> None:
    """Tell the story from the recorded history: who did what, when, under which version of the policy.

    It is read from the histories of all runs, on the server or, when the server has forgotten them, in the archive;
    not from the tables that lists are made of. For clocks it says what was due when and how late that was noticed.
    """

    async def work(settings: Settings) -> None:
        known_as = parse_reference(reference)
        story = await timeline(known_as, await _runs(settings, known_as), pydantic_data_converter)
        print_json(story) if as_json else _print_story(story)

    run(work, as_json=as_json)


@app.command("replay")
def replay_recorded(
    reference_or_file: Annotated[
        str, typer.Argument(metavar="REF|FILE", help="A complaint, or a file with a history as JSON or protobuf.")
    ],
    as_json: AsJson = False,
) -> None:
    """Replay a history with the present code. Exit codes: 0 it holds · 1 it does not · 2 it could not be examined."""
    path = Path(reference_or_file)
    is_file = path.is_file()

    async def work(settings: Settings) -> int:
        try:
            runs = [run_in_file(path)] if is_file else await _runs(settings, _reference(reference_or_file))
            verdicts = await replay(runs, pydantic_data_converter)
        except AmendsError as error:
            print_error(error.code, error.message, error.field, as_json=as_json)
            return EXIT_FAILED if error.code is ErrorCode.HISTORY_DIFFERS else EXIT_NOT_EXAMINED
        holds = all(verdict.holds for verdict in verdicts)
        print_json({"holds": holds, "runs": verdicts}) if as_json else _print_verdicts(verdicts)
        return 0 if holds else EXIT_FAILED

    run(work, as_json=as_json, log_level=LogLevel.ERROR)  # the verdict says what the SDK would warn of


def _reference(written: str) -> str:
    try:
        return parse_reference(written)
    except AmendsError as error:
        raise AmendsError(error.code, f"there is no file {written}, and as a reference: {error.message}") from error


async def _runs(settings: Settings, reference: str) -> list[RecordedRun]:
    temporal = await connect_temporal(resolve(settings).temporal)

    async def archived(of: str) -> list[ArchivedRun]:
        async with open_database(settings) as engine:
            return await ReadModel(engine).archived_runs(of)

    return await recorded_runs(temporal, archived, reference)


def _print_story(story: Timeline) -> None:
    console = stdout()
    shown = table(
        f"Complaint {story.reference}, from the recorded history",
        "#",
        "at",
        "who",
        "what",
        "due",
        "noticed late by",
        "",
    )
    for moment in story.moments:
        entry = moment.entry
        who = f"{entry.actor.subject} ({', '.join(entry.actor.roles)}; {entry.actor.authenticated_by})"
        details = event_text(entry.event.model_dump(mode="json"))
        add_row(shown, entry.sequence, entry.at, who, entry.event.type, moment.due_at, moment.noticed_late_by, details)
    console.print(shown)
    for one in story.runs:
        console.print(f"run {one.run_id}: {one.events} events, from the {one.origin}")
    for policy, first in _policies(story).items():
        console.print(f"policy {policy} from entry {first} on")
    if story.missing:
        console.print(f"missing: {', '.join(str(sequence) for sequence in story.missing)}")


def _policies(story: Timeline) -> dict[str, int]:
    """The number of the first entry under each version of the policy."""
    first: dict[str, int] = {}
    for moment in story.moments:
        if moment.policy:
            first.setdefault(moment.policy, moment.entry.sequence)
    return first


def _print_verdicts(verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        outcome = "holds"
        if not verdict.holds:
            differs = f"event {verdict.event_id} ({verdict.event_type})"
            outcome = f"does not hold. The first that differs is {differs}: {verdict.difference}"
        line = f"run {verdict.run_id} ({verdict.events} events, from the {verdict.origin}): {outcome}"
        stdout().print(plain(" ".join(line.split())), soft_wrap=True)
