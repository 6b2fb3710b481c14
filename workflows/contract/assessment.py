"""What the workflow learns when a complaint arrives: its classification, the policy and the people in charge."""

from __future__ import annotations

from workflows.contract.base import Model, Name, Slug
from workflows.contract.classification import Classification
from workflows.contract.policy import Policy


class Responsible(Model):
    """Who answers in one department."""

    head: Name
    lead: Name | None = None


class Assessment(Model):
    """All recorded inputs of the first decision: the classification, the policy in force and the people in charge."""

    classification: Classification
    policy: Policy
    departments: dict[Slug, Responsible]
    executive: Name
