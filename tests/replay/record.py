"""`python -m tests.replay.record`: play every path and scene on real servers, and keep the histories as the corpus."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from infra.devstack.stack import Stack
from infra.process import run_main
from starter.audit.runs import RecordedRun
from tests.replay import corpus
from tests.replay.scenes import SCENES
from tests.support.desk import Desk, running_desk, working
from tests.support.mail import MailServer
from tests.workflows.case import Case, complaint
from tests.workflows.conftest import TIME_SKIPPING
from tests.workflows.long_lives import outlive_runs
from tests.workflows.paths import PATHS, take
from workflows.contract.effects import (
    CancelMeeting,
    ExportHistory,
    FileSplit,
    FindTime,
    InviteToMeeting,
    MeetingStatus,
    Notice,
    Notify,
    Relay,
    RequestApproval,
    SendSurvey,
)
from workflows.contract.events import ClockBreached, Entry, Noted
from workflows.contract.filing import Start
from workflows.contract.meeting import USUAL_DURATION, Motion, Seat, Task, Vote
from workflows.contract.parties import SYSTEM, Owner
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Choice, Role
from workflows.core.case import Meeting
from workflows.state import State, restore

EVENTS_PER_RUN = {"limit.historyCount.suggestContinueAsNew": "40"}

REPOSITORY = Path(__file__).parents[2]

RECORDER = "recorder"
"""Stands for the process and the machine, which the SDK writes into every history."""


AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

_MEETING: dict[str, Any] = {
    "number": 1,
    "call": 1,
    "revision": 0,
    "chair": "lin.wan",
    "invited": ("gao.feng",),
    "agenda": "Who calls?",
    "starts_at": AT,
    "ends_at": AT + USUAL_DURATION,
}


_OPEN = Meeting(
    number=1,
    chair="lin.wan",
    departments=("customer_service", "technical_support"),
    seats=(
        Seat(subject="lin.wan", departments=("customer_service",)),
        Seat(subject="gao.feng", departments=("technical_support",), deputy="he.jun"),
    ),
    agenda="Who calls?",
    starts_at=AT,
    because="the first time in the working hours of lin.wan, gao.feng (china)",
    revision=0,
    told=("lin.wan", "gao.feng", "he.jun"),
    told_call=1,
    present=("lin.wan", "he.jun"),
    minutes="两人到会。",
    motions=(Motion(number=1, text="We call.", by="he.jun", votes={"gao.feng": Vote(choice=Choice.FOR, by="he.jun")}),),
)

_TASK = Task(
    number=1, text="Call.", owner=Owner(subject="gao.feng", department="technical_support"), due_at=AT, overdue=True
)

_OTHER = reference_for("recorder", "another complaint")


async def main() -> None:
    """Replace the corpus."""
    corpus.HISTORIES.mkdir(exist_ok=True)
    with TemporaryDirectory() as directory:
        state_dir = Path(directory) / "state"
        async with running_desk(state_dir, dynamic_config=TIME_SKIPPING) as servers, working(servers) as desk:
            await _record_scenes(desk)
            await _record_paths(desk)
        await Stack.purge(state_dir)
        config = TIME_SKIPPING | EVENTS_PER_RUN
        async with running_desk(state_dir, dynamic_config=config) as servers, AsyncExitStack() as worker:
            mail_server = MailServer(Path(directory) / "mail")
            await mail_server.start()
            with_mail = servers.with_settings(task_queue="restless", smtp=mail_server.address)
            await _record_several_runs(await worker.enter_async_context(working(with_mail)), mail_server)
            await mail_server.stop()
        await Stack.purge(state_dir)


async def _record_scenes(desk: Desk) -> None:
    for name, play in SCENES.items():
        case = Case(desk, complaint(f"scene-{name}"))
        await play(case)
        await _keep(name, case)


async def _record_paths(desk: Desk) -> None:
    cases = {name: Case(desk, complaint(f"path-{name}", **path.complaint())) for name, path in PATHS.items()}
    await asyncio.gather(*(take(case, PATHS[name]) for name, case in cases.items()))
    for name, case in cases.items():
        await _keep(name, case)


async def _record_several_runs(desk: Desk, mail_server: MailServer) -> None:
    case = Case(desk, complaint("several-runs"))
    await take(case, PATHS["unhappy"])
    await _keep("several_runs", case)
    await mail_server.stop()
    case = Case(desk, complaint("several-runs-without-mail"))
    await desk.client.file(case.complaint)
    await outlive_runs(case, 1)
    await mail_server.start()
    await case.settle()
    await _keep("several_runs_without_mail", case)
    _keep_state(await _carried_into((await case.runs())[1]))


async def _keep(name: str, case: Case) -> None:
    runs = await case.runs()
    for number, run in enumerate(runs, start=1):
        numbered = f"{name}-{number}" if len(runs) > 1 else name
        corpus.save(numbered, WorkflowHistory(run.workflow_id, run.events), _anonymous)


def _anonymous(text: str) -> str:
    return text.replace(f"{os.getpid()}@{socket.gethostname()}", RECORDER).replace(f"{REPOSITORY}/", "")


async def _carried_into(run: RecordedRun) -> State:
    """The state that a run was started with."""
    payloads = run.events[0].workflow_execution_started_event_attributes.input.payloads
    (start,) = await pydantic_data_converter.decode(list(payloads), [Start])
    return restore(start.carried)


def _keep_state(carried: State) -> None:
    """Keep the state with something in every place where something can be."""
    at, reference = AT, carried.case.reference
    happened = (ClockBreached(clock="first_reply", round=1, due_at=at), Noted(text="很抱歉。"))
    entries = tuple(
        Entry(sequence=sequence, at=at, actor=SYSTEM, command_id=f"command-{sequence}", event=event)
        for sequence, event in enumerate(happened, start=carried.case.sequence + 1)
    )
    last = entries[-1].sequence
    effects = (
        Notify(sequence=last, notice=Notice.QUESTION, to=None, facts={"question": "When?"}),
        RequestApproval(
            sequence=last, department="customer_service", roles=(Role.HEAD,), barred=("zhou.qi",), facts={"round": "1"}
        ),
        FindTime(sequence=last, number=1, call=1, invited=("gao.feng",), duration=USUAL_DURATION, earliest=at),
        InviteToMeeting(sequence=last, status=MeetingStatus.CALLED, **_MEETING),
        CancelMeeting(sequence=last, reason="It has settled itself.", **_MEETING),
        SendSurvey(sequence=last, round=1, result="We called."),
        ExportHistory(sequence=last, run_id="run-1", final=False),
    )
    relays = (
        Relay(sequence=last, to=(_OTHER,), command="link_from", fields={"reference": reference}),
        FileSplit(
            sequence=last,
            reference=_OTHER,
            channel=carried.case.channel,
            language=carried.case.language,
            received_at=at,
            text="And the clerk was rude.",
            subject=None,
            by="lin.wan",
        ),
    )
    full = carried.model_copy(
        update={
            "case": carried.case.model_copy(update={"meeting": _OPEN, "tasks": (_TASK,), "tasks_given": 1}),
            "entries": entries,
            "effects": effects,
            "relays": relays,
            "undelivered": (f"<{reference}.1@amends.example>",),
        }
    )
    content = json.dumps(full.model_dump(mode="json"), ensure_ascii=False, indent=1)
    corpus.STATE_FILE.write_text(content + "\n")


if __name__ == "__main__":
    run_main(main)
