"""How every command runs: settings, logging, one event loop, and errors as exit codes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import typer
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from infra.devstack.errors import DevStackError
from infra.logging import LogLevel, configure_logging
from infra.settings import Settings
from starter.cli.terminal import print_error
from workflows.contract.errors import AmendsError, ErrorCode


def run(
    work: Callable[[Settings], Coroutine[Any, Any, int | None]], *, as_json: bool, log_level: LogLevel | None = None
) -> None:
    """Run `work` with the settings of this process and leave with the exit code it returns, or that of its error.

    Args:
        work: gets the settings.
        as_json: errors are JSON too.
        log_level: defaults to warnings: a command says what it did by itself.
    """
    try:
        settings = Settings.load()
        configure_logging(settings.log_format, log_level or LogLevel.WARNING)
        _keep_temporal_off_stdout()
        code = asyncio.run(work(settings))
    except AmendsError as error:
        print_error(error.code, error.message, error.field, as_json=as_json)
        code = error.code.exit_code
    except DevStackError as error:
        print_error(error.code, str(error), None, as_json=as_json)
        code = ErrorCode.SETUP.exit_code
    raise typer.Exit(code or 0)


def _keep_temporal_off_stdout() -> None:
    """The SDK's core prints its own warnings on stdout, into the JSON; as log records they go where all others go."""
    forwarding = LogForwardingConfig(logger=logging.getLogger("temporalio.core"), append_log_fields_to_message=False)
    telemetry = TelemetryConfig(
        logging=LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    )
    Runtime.set_default(Runtime(telemetry=telemetry), error_if_already_set=False)
