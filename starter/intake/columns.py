"""Turns the columns of a record into the fields of a filing; recognises the CFPB's public export by its header."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from starter.intake.language import guess_language
from starter.intake.rows import BROKEN_CHARACTER, NOT_DECODABLE
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel, Language

FIELDS = (
    "source",
    "source_key",
    "channel",
    "language",
    "text",
    "subject",
    "name",
    "email",
    "phone",
    "remedy_sought",
    "product",
    "received_at",
)
"""What a column may give: the fields of `FileComplaint`, those of the complainant by their own names."""

_COMPLAINANT = ("name", "email", "phone")
_OTHER_NAMES = {
    "key": "source_key",
    "remedy": "remedy_sought",
    **{f"complainant{joint}{name}": name for joint in "._" for name in _COMPLAINANT},
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a record says nothing. Without a language it is guessed from the script."""

    source: str
    channel: Channel | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column gives which field.

    Attributes:
        given: field by column, as the user mapped them; other columns count by their own names.
    """

    defaults: Defaults
    given: Mapping[str, str] = field(default_factory=dict)

    def field_of(self, column: str) -> str | None:
        """The field that a column gives, if any."""
        if column in self.given:
            return self.given[column]
        name = column.strip().lower().replace(" ", "_").replace("-", "_")
        name = _OTHER_NAMES.get(name, name)
        return name if name in FIELDS and name not in self.given.values() else None

    def complaint(self, values: Mapping[str, Any]) -> FileComplaint:
        """The filing that a record asks for.

        Raises:
            AmendsError: `invalid_input`, naming the field.
        """
        fields: dict[str, Any] = {}
        for column, value in _flat(values).items():
            name = self.field_of(column)
            if name and value not in (None, ""):
                fields[name] = value
        return complaint_of(fields, self.defaults)

    def check_header(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The columns that will be ignored.

        Raises:
            AmendsError: `invalid_input`, when the header cannot give what every complaint needs.
        """
        fields = [self.field_of(column) for column in columns]
        for column in self.given:
            if column not in columns:
                raise _header_fault(f"there is no column {column!r}", columns)
        for name in FIELDS:
            if fields.count(name) > 1:
                raise _header_fault(f"more than one column gives {name}", columns)
        needed = ["text", "source_key"] + ([] if self.defaults.channel else ["channel"])
        for name in needed:
            if name not in fields:
                or_option = " or use --channel" if name == "channel" else ""
                raise _header_fault(f"no column gives {name}; name one with --map COLUMN={name}{or_option}", columns)
        return tuple(column for column, name in zip(columns, fields, strict=True) if name is None)


def parse_map(pairs: Collection[str]) -> dict[str, str]:
    """`column=field` pairs as a mapping.

    Raises:
        AmendsError: `invalid_input`, for what is no pair, an unknown field, or a field or column named twice.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        column, separator, name = pair.rpartition("=")
        name = _OTHER_NAMES.get(name.strip(), name.strip())
        if not separator or name not in FIELDS:
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"expected COLUMN=FIELD with a field of {', '.join(FIELDS)}; got {pair!r}",
                "map",
            )
        if column in given or name in given.values():
            raise AmendsError(ErrorCode.INVALID_INPUT, f"{pair!r} maps what is mapped already", "map")
        given[column] = name
    return given


def complaint_of(fields: Mapping[str, Any], defaults: Defaults) -> FileComplaint:
    """A filing from flat fields, as `FIELDS` names them.

    Raises:
        AmendsError: `invalid_input`, naming the field.
    """
    known = {name: _text_in(name, value) for name, value in fields.items()}
    text = known.get("text", "")
    filing: dict[str, Any] = {name: value for name, value in known.items() if name not in _COMPLAINANT}
    filing["complainant"] = {name: known[name] for name in _COMPLAINANT if name in known}
    filing.setdefault("source", defaults.source)
    if defaults.channel:
        filing.setdefault("channel", defaults.channel)
    filing.setdefault("language", defaults.language or guess_language(text))
    for name in ("channel", "language"):
        if name in known:
            filing[name] = known[name].lower()
    try:
        return FileComplaint.model_validate(filing)
    except ValidationError as error:
        raise invalid_input(error) from error


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON may nest the complainant as the contract does."""
    nested = values.get("complainant")
    if not isinstance(nested, dict):
        return dict(values)
    others = {column: value for column, value in values.items() if column != "complainant"}
    return {**others, **{f"complainant.{name}": value for name, value in nested.items()}}


def _text_in(name: str, value: Any) -> str:
    """A value as text; keys may be numbers in JSON."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise AmendsError(ErrorCode.INVALID_INPUT, f"expected text, found {type(value).__name__}", name)
    if BROKEN_CHARACTER.search(value):
        raise AmendsError(ErrorCode.INVALID_INPUT, NOT_DECODABLE, name)
    return value.strip()


def _header_fault(message: str, columns: Sequence[str]) -> AmendsError:
    return AmendsError(ErrorCode.INVALID_INPUT, f"{message} (columns: {', '.join(columns)})", "file")
