"""What the approval matrix of a policy says, rule by rule, in words that its author can compare with what was meant."""

from __future__ import annotations

from workflows.contract.approval_rule import ApprovalRule, ApprovalStep, StepOrder
from workflows.contract.vocabulary import Severity

_NEXT = {StepOrder.SEQUENTIAL: ", then ", StepOrder.PARALLEL: "; and at once "}


def approval_in_words(rule: ApprovalRule) -> str:
    """Such as `severity high and above, from an amount of 1000: 2 of lead or head`."""
    about = [f"{' or '.join(nature.value for nature in rule.natures)} complaints"] if rule.natures else []
    about += [f"severity {rule.min_severity.value} and above"] if rule.min_severity is not Severity.LOW else []
    about += [f"from an amount of {rule.min_amount}"] if rule.min_amount else []
    return f"{', '.join(about) or 'every other proposal'}: {_consents(rule)}"


def step_in_words(step: ApprovalStep) -> str:
    """Such as `finance (2 of lead or head of finance, within clock signature)`."""
    where = f" of {step.department}" if step.department else ""
    clock = f", within clock {step.clock}" if step.clock else ""
    return f"{step.step} ({_how_many(step)}{where}{clock})"


def _consents(rule: ApprovalRule) -> str:
    if not rule.steps:
        return _how_many(rule.in_steps[0])
    return _NEXT[rule.order].join(step_in_words(step) for step in rule.steps)


def _how_many(step: ApprovalStep) -> str:
    return f"{step.approvals} of {' or '.join(role.value for role in step.roles)}"
