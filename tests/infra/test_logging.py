from __future__ import annotations

import io
import json
import logging
import uuid
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from temporalio import activity, workflow
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from infra.connections import TemporalServer, connect_temporal
from infra.logging import OUR_LOGGERS, LogFormat, LogLevel, configure_logging
from tests.infra.logging_workflow import Speaker, speak
from workflows.contract.names import workflow_id
from workflows.contract.reference import reference_for


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Logging is global: put everything back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    workflow.logger.workflow_info_on_message = True
    activity.logger.activity_info_on_message = True


@pytest.fixture
def stream() -> io.StringIO:
    """Where the lines go: JSON from `info` on."""
    stream = io.StringIO()
    configure_logging(LogFormat.JSON, LogLevel.INFO, stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(message: str, narrative: str = "") -> None:
    """Raise with `narrative` among the local variables."""
    if not narrative.isdecimal():
        raise ValueError(message)


def test_both_kinds_of_logger_write_the_same_line(stream: io.StringIO) -> None:
    """The two differ in nothing a reader could see."""
    structlog.get_logger("infra.one").info("worker.ready", queue="amends")
    logging.getLogger("infra.two").info("worker.%s", "ready", extra={"queue": "amends"})
    one, two = lines(stream)
    assert {key: one[key] for key in ("event", "level", "queue")} == {
        key: two[key] for key in ("event", "level", "queue")
    }
    assert one.keys() == two.keys()
    assert (one["logger"], two["logger"]) == ("infra.one", "infra.two")
    assert one["timestamp"].endswith("Z")


def test_loggers_made_before_the_configuration_follow_it() -> None:
    """Modules make theirs when they are imported."""
    early = structlog.get_logger("starter.early")
    stream = io.StringIO()
    configure_logging(LogFormat.JSON, LogLevel.INFO, stream)
    early.info("first")
    again = io.StringIO()
    configure_logging(LogFormat.JSON, LogLevel.WARNING, again)
    early.info("second")
    early.warning("third")
    assert [line["event"] for line in lines(stream)] == ["first"]
    assert [line["event"] for line in lines(again)] == ["third"]


def test_other_libraries_report_warnings_only() -> None:
    """At lower levels some show what they are sent."""
    stream = io.StringIO()
    configure_logging(LogFormat.JSON, LogLevel.DEBUG, stream)
    for name in ("infra.x", "aiosmtplib.protocol"):
        logging.getLogger(name).debug("the mail in full")
        logging.getLogger(name).warning("no route")
    assert [(line["logger"], line["event"]) for line in lines(stream)] == [
        ("infra.x", "the mail in full"),
        ("infra.x", "no route"),
        ("aiosmtplib.protocol", "no route"),
    ]


def test_bound_fields_reach_every_line(stream: io.StringIO) -> None:
    """What a door binds for a request is on the lines of the libraries too."""
    structlog.contextvars.bind_contextvars(request_id="r-7")
    structlog.get_logger("starter.api").info("one")
    logging.getLogger("starter.api").info("two")
    assert [line["request_id"] for line in lines(stream)] == ["r-7", "r-7"]


def test_an_error_shows_its_traceback_without_personal_data(stream: io.StringIO) -> None:
    """In one line of JSON, masked like everything else."""
    try:
        fail("nobody called wang@mail.example")
    except ValueError:
        structlog.get_logger("infra.x").exception("lookup.failed", who="13800138000")
    [line] = lines(stream)
    assert "ValueError: nobody called <e-mail>" in line["exception"]
    assert line["who"] == "<digits>"


@pytest.mark.parametrize("log_format", LogFormat)
def test_local_variables_stay_out_of_tracebacks(log_format: LogFormat) -> None:
    """In neither format: the rich tracebacks of the console would show the complaint in hand."""
    stream = io.StringIO()
    configure_logging(log_format, LogLevel.INFO, stream)
    words = ["the", "soup", "was", "cold"]
    try:
        fail("not found", narrative=" ".join(words))
    except ValueError:
        structlog.get_logger("infra.x").exception("failed")
    assert "ValueError: not found" in stream.getvalue()
    assert "the soup was cold" not in stream.getvalue()


def test_warnings_are_lines_too(stream: io.StringIO) -> None:
    """A deprecation in a dependency does not break a stream of JSON."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)  # catch_warnings has taken it away
        warnings.warn("old", stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "old" in lines(stream)[0]["event"]


def test_the_console_shows_the_same_for_people() -> None:
    """One line, the event first, fields behind it, no colours in a file."""
    stream = io.StringIO()
    configure_logging(LogFormat.CONSOLE, LogLevel.INFO, stream)
    structlog.get_logger("infra.x").info("worker.ready", queue="amends", at="wang@mail.example")
    line = stream.getvalue()
    assert "worker.ready" in line
    assert "queue=amends" in line
    assert "wang" not in line
    assert "\x1b" not in line


@pytest.mark.parametrize("log_format", LogFormat)
async def test_lines_of_workflows_and_activities_name_the_complaint(
    temporal_server: TemporalServer, log_format: LogFormat
) -> None:
    """From the sandbox, from updates and from activities: reference, ids, attempt; nothing appended to the message."""
    stream = io.StringIO()
    configure_logging(log_format, LogLevel.INFO, stream)
    reference = reference_for("test", str(uuid.uuid4()))
    client = await connect_temporal(temporal_server)
    async with Worker(client, task_queue=reference, workflows=[Speaker], activities=[speak]):
        start = WithStartWorkflowOperation(
            Speaker.run,
            id=workflow_id(reference),
            task_queue=reference,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        await client.execute_update_with_start_workflow(Speaker.knock, start_workflow_operation=start)
        handle = await start.workflow_handle()
        await handle.result()
    assert "wang" not in stream.getvalue()
    assert stream.getvalue().count("complaint" + ('": "' if log_format is LogFormat.JSON else "=") + reference) == 3
    if log_format is LogFormat.JSON:
        check_fields({line["event"]: line for line in lines(stream)}, reference, handle.first_execution_run_id)


def check_fields(by_event: dict[str, dict[str, Any]], reference: str, run_id: str | None) -> None:
    for event in ("due in 24 s", "knocked", "heard <e-mail>"):
        line = by_event[event]
        assert line["complaint"] == reference
        assert line["workflow_id"] == workflow_id(reference)
        assert line["run_id"] == run_id
        assert line["attempt"] == 1
        assert "temporal_workflow" not in line
        assert "temporal_activity" not in line
    assert by_event["due in 24 s"]["clock"] == "first_reply"
    assert by_event["knocked"]["update"] == "knock"
    assert by_event["heard <e-mail>"]["activity"] == "speak"
    assert by_event["heard <e-mail>"]["department"] == "logistics"
