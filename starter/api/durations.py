"""Durations in the OpenAPI document: JSON Schema's `duration` has no fractions of seconds and does not say how long a
year is; those of clocks have, and this says it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_FORMAT = "duration"
_SHOWN: dict[str, Any] = {
    "pattern": r"^-?P([0-9]+Y)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$",
    "examples": ["P1DT6H30M2.5S"],
    "description": "To the microsecond; a year is 365 days.",
}
"""As pydantic writes them, in ISO 8601."""

_REFERENCE = "#/components/schemas/"


def describe_durations(document: dict[str, Any], operations: list[dict[str, Any]]) -> None:
    """Say of each duration in an answer how it is written. One that is asked for can be any that the format allows."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    asked: set[str] = set()
    for operation in operations:
        _follow([operation.get("parameters"), operation.get("requestBody")], schemas, asked)
    for name in schemas.keys() - asked:
        for part in _parts(schemas[name]):
            if part.get("format") == _FORMAT:
                del part["format"]
                part.update(_SHOWN | {"description": part.get("description", _SHOWN["description"])})


def _follow(value: object, schemas: dict[str, Any], met: set[str]) -> None:
    """Note the names of all schemas that a part of the document leads to."""
    for part in _parts(value):
        reference = part.get("$ref")
        name = reference.removeprefix(_REFERENCE) if isinstance(reference, str) else None
        if name in schemas and name not in met:
            met.add(name)
            _follow(schemas[name], schemas, met)


def _parts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(each)
