"""The public complaint export of the US Consumer Financial Protection Bureau, recognised by its header."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from starter.intake.columns import Defaults, complaint_of
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel

SOURCE = "cfpb"

_SIGNS = {"Complaint ID", "Consumer complaint narrative", "Submitted via"}

_CHANNELS = {
    "web": Channel.WEB,
    "phone": Channel.HOTLINE,
    "email": Channel.EMAIL,
    "postal mail": Channel.LETTER,
    "fax": Channel.LETTER,
    "referral": Channel.REGULATOR,
    "web referral": Channel.REGULATOR,
}
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%m/%d/%y")


def is_cfpb(columns: Collection[str] | None) -> bool:
    """Whether a header is that of the export."""
    return columns is not None and set(columns) >= _SIGNS


def cfpb_complaint(values: Mapping[str, Any], *, received_at_from_file: bool) -> FileComplaint:
    """One record of the export as a filing.

    Its dates are years old: counted from them, every time limit would be breached at once. So a complaint counts as
    received when it is filed, unless `received_at_from_file` asks for the date in the file (its first moment, UTC).

    Raises:
        AmendsError: `invalid_input`, naming the column.
    """
    fields = {
        "source_key": values["Complaint ID"],
        "channel": _channel(values["Submitted via"]),
        "text": values["Consumer complaint narrative"],
        "product": values.get("Product"),
        "subject": ": ".join(part for part in (values.get("Issue"), values.get("Sub-issue")) if part),
    }
    if received_at_from_file:
        fields["received_at"] = _date(values.get("Date received", "")).isoformat()
    return complaint_of({name: value for name, value in fields.items() if value}, Defaults(source=SOURCE))


def _channel(submitted_via: str) -> str:
    channel = _CHANNELS.get(submitted_via.strip().lower())
    if channel is None:
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"expected one of {', '.join(_CHANNELS)}; got {submitted_via[:40]!r}",
            "Submitted via",
        )
    return channel


def _date(written: str) -> datetime:
    for form in _DATE_FORMATS:
        with suppress(ValueError):
            return datetime.strptime(written.strip(), form).replace(tzinfo=UTC)
    raise AmendsError(
        ErrorCode.INVALID_INPUT, f"expected a date such as 2019-09-24; got {written[:40]!r}", "Date received"
    )
