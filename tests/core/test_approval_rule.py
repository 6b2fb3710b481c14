"""What a policy may say of approval, and what it cannot mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from tests.core import builders as b
from workflows.contract.approval_rule import ONLY_STEP, ApprovalRule, ApprovalStep, StepOrder
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Nature, Role, Severity

LINE = {"step": "line", "roles": ("lead", "head")}
LEGAL = {"step": "legal", "roles": ("head",), "department": "legal"}
SIGNING = {"pausable": False}


def policy(*rules: Any, **signing: Any) -> Policy:
    """One with these approval rules, and a clock `signing` for its steps if that is asked for."""
    clocks = (*b.OBLIGATIONS, *b.RIGHTS, *([b.clock("signing", "", "", 4, **signing)] if signing else []))
    return b.policy(*clocks, approval=rules)


def test_a_rule_that_names_roles_is_one_step() -> None:
    """As policies have always written it."""
    (step,) = ApprovalRule.model_validate({"roles": ["head"], "approvals": 2}).in_steps
    assert (step.step, step.roles, step.approvals, step.department) == (ONLY_STEP, (Role.HEAD,), 2, None)


def test_a_policy_as_it_was_recorded_keeps_its_version() -> None:
    """What steps, natures and order added to the model is left out while it is not used."""
    rule = ApprovalRule.model_validate({"min_severity": "high", "roles": ["head", "executive"], "approvals": 2})
    assert rule.model_dump(mode="json") == {"min_severity": "high", "roles": ["head", "executive"], "approvals": 2}


@pytest.mark.parametrize(
    ("rule", "nature", "severity", "amount", "fits"),
    [
        ({}, Nature.PRICE, Severity.LOW, "0", True),
        ({"min_severity": "high"}, Nature.PRICE, Severity.NORMAL, "0", False),
        ({"min_severity": "high"}, Nature.PRICE, Severity.HIGH, "0", True),
        ({"min_amount": "10"}, Nature.PRICE, Severity.LOW, "9.99", False),
        ({"min_amount": "10"}, Nature.PRICE, Severity.LOW, "10", True),
        ({"natures": ["quality", "price"]}, Nature.PRICE, Severity.LOW, "0", True),
        ({"natures": ["quality", "price"]}, Nature.OTHER, Severity.CRITICAL, "99", False),
        ({"natures": ["price"], "min_amount": "10", "min_severity": "high"}, Nature.PRICE, Severity.HIGH, "9", False),
        ({"natures": ["price"], "min_amount": "10", "min_severity": "high"}, Nature.PRICE, Severity.HIGH, "10", True),
    ],
)
def test_nature_severity_and_amount_all_have_to_fit(
    rule: dict[str, Any], nature: Nature, severity: Severity, amount: str, *, fits: bool
) -> None:
    """At least so grave, at least so much, and one of the natures if any are named."""
    read = ApprovalRule.model_validate({"roles": ["head"]} | rule)
    assert read.fits(nature, severity, Decimal(amount)) is fits


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({}, "either roles or steps"),
        ({"roles": ["head"], "steps": [LINE]}, "either roles or steps"),
        ({"steps": [LINE], "approvals": 2}, "each step says how many"),
        ({"roles": ["head"], "order": "parallel"}, "order is about steps"),
        ({"steps": [LINE, LINE]}, "the same name"),
        ({"steps": [LINE | {"roles": ["auditor"]}]}, "cannot ask a auditor"),
        ({"steps": [LINE | {"roles": []}]}, "at least 1 item"),
        (
            {"steps": [LINE | {"clock": "signing"}, LEGAL | {"clock": "signing"}], "order": "parallel"},
            "cannot share a clock",
        ),
    ],
)
def test_a_rule_that_means_nothing_is_refused(rule: dict[str, Any], fault: str) -> None:
    """With what is wrong."""
    with pytest.raises(ValidationError, match=fault):
        ApprovalRule.model_validate(rule)


@pytest.mark.parametrize(
    "last", [{"natures": ["price"]}, {"min_severity": "normal"}, {"min_amount": "1"}], ids=lambda last: next(iter(last))
)
def test_the_last_rule_leaves_nothing_without_approval(last: dict[str, Any]) -> None:
    """Whatever is proposed in whatever case."""
    with pytest.raises(ValidationError, match="the last approval rule must apply to every proposal"):
        policy({"roles": ["head"]} | last)


@pytest.mark.parametrize(
    ("steps", "signing", "fault"),
    [
        ([LINE | {"clock": "nowhere"}], {}, "no clock of this policy"),
        ([LINE | {"clock": "approval"}], {}, "must have neither start nor stop"),
        ([LINE], SIGNING, "nothing starts clock signing"),
        ([LINE | {"clock": "signing"}], {"kind": "opportunity", "on_expiry": "end"}, "must be breached"),
        ([LINE | {"clock": "signing"}], {"on_reopen": "restart"}, "has no on_reopen"),
        ([LINE | {"clock": "signing"}], {"per_department": True}, "has no on_reopen, per_department"),
        ([LINE | {"clock": "signing"}], {"waives": ("approval",)}, "or waives of its own"),
    ],
)
def test_a_step_has_a_clock_that_runs_just_for_it(steps: list[Any], signing: dict[str, Any], fault: str) -> None:
    """Neither one that something else starts, nor one that nothing does."""
    with pytest.raises(ValidationError, match=fault):
        policy({"steps": steps}, **signing)


def test_no_other_clock_waives_that_of_a_step() -> None:
    """It would be waived while the step is open."""
    waiving = b.APPROVAL.model_copy(update={"waives": ("signing",)})
    with pytest.raises(ValidationError, match="cannot waive signing"):
        b.policy(waiving, b.clock("signing", "", "", 4), approval=({"steps": [LINE | {"clock": "signing"}]},))


def test_steps_taken_one_after_the_other_may_share_a_clock() -> None:
    """Each of them has it for itself."""
    steps = [LINE | {"clock": "signing"}, LEGAL | {"clock": "signing"}]
    assert policy({"steps": steps}, **SIGNING).approval[0].order is StepOrder.SEQUENTIAL


def test_the_departments_of_steps_are_known_like_those_of_routing() -> None:
    """By the place where the policy names them."""
    named = policy({"steps": [LINE, LEGAL], "natures": ["price"]}, {"steps": [LINE]}).departments
    assert named["approval.0.steps.1.department"] == "legal"
    assert named["routing.price"] == named["routing.service"] == "service"
    assert [place for place in named if place.startswith("approval")] == ["approval.0.steps.1.department"]


def test_a_policy_with_steps_is_read_back_from_json() -> None:
    """A history holds a copy of it."""
    stated = policy({"steps": [LINE | {"clock": "signing"}, LEGAL], "order": "sequential"}, **SIGNING)
    assert Policy.model_validate_json(stated.model_dump_json()) == stated
    assert stated.approval[0].steps[1] == ApprovalStep(step="legal", roles=(Role.HEAD,), department="legal")
