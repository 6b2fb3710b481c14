"""Policies and calendars are copied into every history, so they are written without what is left at its default."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.core import builders as b
from workflows.contract.approval_rule import ApprovalRule
from workflows.contract.calendar import Calendar
from workflows.contract.clock_rule import ClockRule
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Level, Role, Severity


@pytest.mark.parametrize("whole", [b.policy(), b.CALENDAR, b.FIRST_REPLY], ids=lambda whole: type(whole).__name__)
def test_what_is_left_out_is_read_back(whole: Policy | Calendar | ClockRule) -> None:
    """As the same value, from JSON and from plain data."""
    assert type(whole).model_validate_json(whole.model_dump_json()) == whole
    assert type(whole).model_validate(whole.model_dump()) == whole
    written = whole.model_dump(mode="json")
    unwritten = set(type(whole).model_fields) - set(written)
    assert unwritten, "something is at its default, or this proves nothing"
    assert all(getattr(whole, name) == type(whole).model_fields[name].default for name in unwritten)


def test_only_what_differs_from_the_default_is_written() -> None:
    rule = ApprovalRule(min_severity=Severity.HIGH, roles=(Role.HEAD,), approvals=1)
    assert rule.model_dump(mode="json") == {"min_severity": "high", "roles": ["head"]}
    assert ApprovalRule(roles=(Role.HEAD,), min_amount=Decimal(5)).model_dump(mode="json") == {
        "min_amount": "5",
        "roles": ["head"],
    }
    rung = b.FIRST_REPLY.ladder[0]
    assert json.loads(rung.model_dump_json()) == {"tell": Level.OWNER, "percent": rung.percent}


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_schema_names_every_field(mode: Any) -> None:
    """Others read and write policies by it."""
    schema = Policy.model_json_schema(mode=mode)
    assert set(schema["properties"]) == set(Policy.model_fields)
    assert set(schema["$defs"]["ClockRule"]["properties"]) == set(ClockRule.model_fields)
    assert "title" in schema["required"]
    assert "meeting" not in schema["required"]
