"""What people enter becomes what the contract holds, or a fault that has words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from starter.console.commands.asked import Question, questions
from starter.console.commands.offered import OFFERED
from starter.console.commands.reading import FaultError, read, read_instant
from starter.console.texts import texts
from workflows.contract.parties import Actor
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Language, Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
ANYBODY = Actor(subject="zhou.qi", roles=(Role.AGENT,), authenticated_by="test")
REFERENCE = reference_for("test", "1")


def asked(command: str, field: str) -> Question:
    """One field of a command."""
    return next(each for each in questions(OFFERED[command]) if each.name == field)


def fault(command: str, field: str, entered: Any) -> tuple[str, str | None]:
    """The name and the place of what is wrong; it has words in both languages."""
    with pytest.raises(FaultError) as found:
        read(asked(command, field), entered, SHANGHAI)
    error = found.value
    for language in Language:
        assert texts().say(language, f"commands.faults.{error.name}", **error.values)
    return error.name, error.at


@pytest.mark.parametrize(
    ("command", "entered"),
    [
        ("accept", {}),
        ("reassign", {"to": "technical_support", "reason": " It is broken. "}),
        ("assign", {"to": "customer_service/zhou.qi", "reason": ""}),
        ("classify", {"nature": "quality", "severity": "high", "reason": "x"}),
        (
            "propose",
            {
                "solution": "退款",
                "redress": [
                    {"kind": "refund", "amount": "12.50", "currency": "cny", "note": ""},
                    {"kind": "apology", "amount": None},
                ],
            },
        ),
        (
            "call_meeting",
            {
                "departments": ["legal_compliance"],
                "people": ["marketing_pr/su.yan"],
                "agenda": "Recall?",
                "starts_at": "2030-03-01T09:30",
                "duration": "90",
            },
        ),
        ("record_minutes", {"present": [], "absent": [], "minutes": "Nobody came."}),
        ("vote", {"motion": 1, "choice": "for", "on_behalf_of": None}),
        (
            "decide_meeting",
            {
                "present": ["legal_compliance"],
                "minutes": None,
                "decision": "Yes.",
                "motion": None,
                "tasks": [{"text": "Write.", "owner": "legal_compliance/fang.min", "due_at": "2030-03-01T09:30"}],
            },
        ),
        ("confirm", {"solved": False, "how": "by telephone", "score": 2, "comment": None}),
        ("merge", {"into": REFERENCE.lower().replace("-", " "), "reason": "twice"}),
        ("declare_interest", {"subject": "gao.feng", "reason": "a neighbour"}),
        ("extend", {"clock": "resolution", "reason": "ill"}),
        ("complete_task", {"task": 1, "result": "done"}),
        ("escalate", {"to": None, "reason": "the press"}),
    ],
)
def test_what_is_entered_makes_a_command(command: str, entered: dict[str, Any]) -> None:
    found = {name: read(asked(command, name), value, SHANGHAI) for name, value in entered.items()}
    given = {name: value for name, value in found.items() if value is not None}
    made = OFFERED[command].model_validate({**given, "actor": ANYBODY})
    if command == "propose":
        assert [str(each.amount) for each in made.redress] == ["12.50", "0"]  # type: ignore[attr-defined] # a proposal
    if command == "call_meeting":
        assert made.starts_at == datetime(2030, 3, 1, 1, 30, tzinfo=UTC)  # type: ignore[attr-defined] # a meeting
        assert made.duration == timedelta(minutes=90)  # type: ignore[attr-defined] # a meeting
    if command == "merge":
        assert made.into == REFERENCE  # type: ignore[attr-defined] # a merge


@pytest.mark.parametrize(
    ("command", "field", "entered", "expected"),
    [
        ("close", "reason", "  ", ("missing", None)),
        ("close", "reason", "x" * 501, ("too_long", None)),
        ("reassign", "to", None, ("choose", None)),
        ("confirm", "solved", None, ("choose", None)),
        ("call_meeting", "departments", [], ("too_few", None)),
        ("call_meeting", "duration", "5", ("too_small", None)),
        ("call_meeting", "duration", "an hour", ("number", None)),
        ("call_meeting", "duration", "9" * 30, ("number", None)),
        ("call_meeting", "starts_at", "tomorrow", ("time", None)),
        ("merge", "into", "7K2M", ("reference", None)),
        ("vote", "motion", "first", ("number", None)),
        ("propose", "redress", [{"amount": "1"}], ("missing", "0.kind")),
        ("propose", "redress", [{"kind": "refund"}, {"kind": "refund", "amount": "1x"}], ("number", "1.amount")),
        ("propose", "redress", [{"kind": "refund", "currency": "Euro"}], ("currency", "0.currency")),
        ("propose", "redress", [{"kind": "apology"}] * 51, ("too_many", None)),
        ("decide_meeting", "tasks", [{"text": "x", "owner": "legal_compliance"}], ("missing", "0.due_at")),
        ("decide_meeting", "tasks", [{"text": "x", "due_at": "soon"}], ("time", "0.due_at")),
        ("attach", "sha256", "abc", ("sha256", None)),
        ("attach", "uri", "http://files.example/x", ("uri", None)),
        ("attach", "size_bytes", "-1", ("too_small", None)),
        ("note", "text", "a\0b", ("other", None)),
    ],
)
def test_what_cannot_be_used_says_so_where_it_is(
    command: str, field: str, entered: Any, expected: tuple[str, str | None]
) -> None:
    assert fault(command, field, entered) == expected


def test_a_time_that_the_clocks_skip_is_none() -> None:
    with pytest.raises(FaultError, match="no_such_time"):
        read_instant("2030-03-31T02:30", BERLIN)
    assert read_instant("2030-03-31T03:30", BERLIN) == datetime(2030, 3, 31, 1, 30, tzinfo=UTC)
    assert read_instant("", BERLIN) is None
