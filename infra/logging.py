"""Logs: structlog and the standard library in one stream, with the complaint's reference, without personal data."""

from __future__ import annotations

import logging
import os
import sys
from enum import StrEnum
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow

from infra.masking import mask_personal_data
from workflows.contract.names import reference_of, workflow_id

OUR_LOGGERS = ("activities", "infra", "starter", "workers", "workflows", "temporalio")
"""They follow the chosen level. Other libraries report warnings only: at lower levels some show what they are sent."""

_WORKFLOW_ID_PREFIX = workflow_id("")


class LogFormat(StrEnum):
    """For people or for machines."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """From what importance on something is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def configure_logging(log_format: LogFormat, level: LogLevel, stream: TextIO | None = None) -> None:
    """Set up logging for the whole process; once more replaces what was. Lines go to `stream`, by default stderr."""
    stream = stream or sys.stderr
    structlog.configure(
        processors=[*_shared_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        # Otherwise loggers that modules made on import would keep what was configured before.
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(log_format, colours=stream.isatty() and not os.environ.get("NO_COLOR")))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # Temporal would append its details to the text of each message; they are fields of their own here.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False


def _formatter(log_format: LogFormat, *, colours: bool) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_shared_processors()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _name_the_complaint,
            structlog.processors.format_exc_info,
            # Last before rendering, so that it sees everything, tracebacks included.
            mask_personal_data,
            _renderer(log_format, colours=colours),
        ],
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _renderer(log_format: LogFormat, *, colours: bool) -> Processor:
    if log_format is LogFormat.JSON:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    # The richer tracebacks show local variables, and those hold complaints.
    return structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)


def _name_the_complaint(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """Turn the details that Temporal's loggers attach into fields, and the workflow id into a reference."""
    event_dict.pop("__temporal_error_identifier", None)  # the message says the same
    for source, fields in _FIELDS.items():
        details = event_dict.pop(source, None) or {}
        for ours, theirs in fields.items():
            if details.get(theirs) is not None:
                event_dict.setdefault(ours, details[theirs])
    identity = event_dict.get("workflow_id")
    if isinstance(identity, str) and identity.startswith(_WORKFLOW_ID_PREFIX):
        event_dict.setdefault("complaint", reference_of(identity))
    return event_dict


_FIELDS: dict[str, dict[str, str]] = {
    "temporal_workflow": {
        "workflow_id": "workflow_id",
        "run_id": "run_id",
        "attempt": "attempt",
        "update": "update_name",
    },
    "temporal_activity": {
        "workflow_id": "workflow_id",
        "run_id": "workflow_run_id",
        "attempt": "attempt",
        "activity": "activity_type",
    },
}
