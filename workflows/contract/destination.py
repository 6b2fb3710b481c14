"""Which department a complaint belongs to by its classification, and why: the responsibility matrix of the policy."""

from __future__ import annotations

from workflows.contract.base import Line, Model, Slug
from workflows.contract.classification import Classification
from workflows.contract.policy import Policy


class Destination(Model):
    """A department, and the reason in words."""

    department: Slug
    because: Line


def destination(policy: Policy, classification: Classification) -> Destination:
    """What the classifier is unsure of, or holds for somebody else's, goes to a person at intake."""
    if classification.confidence < policy.min_confidence:
        because = f"the classifier is only {classification.confidence:.0%} sure, so a person at intake decides"
        return Destination(department=policy.intake_department, because=because)
    if not classification.in_scope:
        because = "it may not be ours, so a person at intake decides"
        return Destination(department=policy.intake_department, because=because)
    department = policy.routing[classification.nature]
    return Destination(
        department=department, because=f"{classification.nature.value} complaints belong to {department}"
    )
