"""Complaints for the demonstration out of a file instead of the written ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from starter.cli.terminal import say
from starter.demo.scenes import SOURCE, PathName
from starter.intake.cfpb import cfpb_complaint, is_cfpb
from starter.intake.columns import Columns, Defaults
from starter.intake.rows import BadRow, Row, Rows
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel

COMPLAINTS_MAX = 2 * len(PathName)
"""The first of the file: enough to take every path twice."""


def complaints_in(path: Path) -> tuple[FileComplaint, ...]:
    """The first complaints of a CSV or NDJSON file that can be filed. The CFPB's public export is recognised by its
    header; any other file needs a column `text`, and counts as web where no column names the channel.

    Raises:
        AmendsError: `invalid_input`, for a file that cannot be read or holds no complaint.
    """
    try:
        with path.open("rb") as stream:
            rows = Rows(stream)
            to_complaint = _reader(rows.columns)
            read = (_complaint(row, to_complaint) for row in rows)
            complaints = tuple(islice((complaint for complaint in read if complaint), COMPLAINTS_MAX))
    except OSError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"cannot read {path}: {error.strerror}", "data") from error
    if not complaints:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{path} holds no complaint that can be filed", "data")
    return complaints


def _reader(header: tuple[str, ...] | None) -> Callable[[Mapping[str, Any]], FileComplaint]:
    if is_cfpb(header):
        return partial(cfpb_complaint, received_at_from_file=False)
    columns = Columns(Defaults(source=SOURCE, channel=Channel.WEB))
    if header is not None and "text" not in map(columns.field_of, header):
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"expected the CFPB's public export, or a column called text; found the columns {', '.join(header)}",
            "data",
        )
    return columns.complaint


def _complaint(row: Row | BadRow, to_complaint: Callable[[Mapping[str, Any]], FileComplaint]) -> FileComplaint | None:
    """A row as a complaint; one that cannot be filed is named and left out. Where it has no key, its line is one."""
    try:
        if isinstance(row, Row):
            return to_complaint({"source_key": row.line, **row.values})
        reason = row.reason
    except AmendsError as error:
        reason = str(error)
    say(f"line {row.line} is left out: {reason}")
    return None
