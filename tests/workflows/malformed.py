"""What arrives when a caller past the typed client gets it wrong, or means harm: name, arguments and its code."""

from __future__ import annotations

from typing import Any, NamedTuple

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from tests.workflows.people import AGENT
from workflows.contract.errors import ErrorCode


class Malformed(NamedTuple):
    """A message and the code of its refusal."""

    name: str
    arguments: tuple[Any, ...]
    code: ErrorCode = ErrorCode.INVALID_INPUT


ACTOR = AGENT.model_dump(mode="json")
NOTE = {"actor": ACTOR, "text": "The complainant called again."}
"""A command in order, as other languages send it."""


def payload(data: bytes, encoding: str | None = "json/plain") -> RawValue:
    """An argument as bytes on the wire."""
    return RawValue(Payload(metadata={"encoding": encoding.encode()} if encoding else {}, data=data))


def _note(*arguments: Any) -> Malformed:
    return Malformed("note", arguments)


def _named(name: str) -> Malformed:
    return Malformed(name, (NOTE,), ErrorCode.UNKNOWN_COMMAND)


MALFORMED: dict[str, Malformed] = {
    "unknown name": _named("explode"),
    "name of another case": _named("Note"),
    "name with blanks": _named(" note "),
    "name with NUL": _named("no\0te"),
    "name of pictures": _named("🙂" * 50),
    "name of unprintable characters": _named("\U000e0001" * 100),
    "name of line breaks": _named("\r\n" * 100),
    "name of 900 letters": _named("n" * 900),
    "no argument": _note(),
    "two arguments": _note(NOTE, NOTE),
    "null": _note(None),
    "number": _note(7),
    "list": _note([NOTE]),
    "text": _note("note"),
    "bytes": _note(b"note"),
    "not JSON": _note(payload(b'{"actor": ')),
    "not UTF-8": _note(payload(b'{"text": "\xff"}')),
    "half a character": _note(payload(b'{"text": "\\ud800"}')),
    "nested beyond reason": _note(payload(b"[" * 100_000)),
    "encoding nobody knows": _note(payload(b"{}", "json/secret")),
    "encoding of another message": _note(payload(b"{}", "json/protobuf")),
    "no encoding": _note(payload(b"{}", None)),
    "no field": _note({}),
    "missing field": _note({"actor": ACTOR}),
    "unknown field": _note(NOTE | {"txt": "misspelt"}),
    "unknown field with NUL": _note(NOTE | {"t\0xt": "x"}),
    "unknown field without a name": _note(NOTE | {"": "x"}),
    "unknown field with a name of 2000 letters": _note(NOTE | {"x" * 2000: "x"}),
    "number for text": _note(NOTE | {"text": 42}),
    "null for text": _note(NOTE | {"text": None}),
    "empty text": _note(NOTE | {"text": ""}),
    "blank text": _note(NOTE | {"text": " \n\t "}),
    "text with NUL": _note(NOTE | {"text": "a\0b"}),
    "text longer than allowed": _note(NOTE | {"text": "x" * 50_001}),
    "text of a megabyte and a half": _note(NOTE | {"text": "x" * 1_500_000}),
    "actor as text": _note(NOTE | {"actor": "zhou.qi"}),
    "role nobody has": _note(NOTE | {"actor": ACTOR | {"roles": ["emperor"]}}),
    "command id of 101 letters": _note(NOTE | {"command_id": "c" * 101}),
    "time without zone": Malformed(
        "call_meeting",
        ({"actor": ACTOR, "departments": ["legal_compliance"], "agenda": "When?", "starts_at": "2026-03-02T09:00:00"},),
    ),
    "amount with three decimals": Malformed(
        "propose",
        ({"actor": ACTOR, "solution": "Money", "redress": [{"kind": "refund", "amount": "1.001", "currency": "CNY"}]},),
    ),
    "amount that is no number": Malformed(
        "propose",
        ({"actor": ACTOR, "solution": "Money", "redress": [{"kind": "refund", "amount": "NaN", "currency": "CNY"}]},),
    ),
}
