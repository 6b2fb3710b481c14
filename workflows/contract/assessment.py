"""What the workflow learns when a complaint arrives: its classification, the policy and the people in charge."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from workflows.contract.base import Model, Name, Slug
from workflows.contract.calendar import Calendar
from workflows.contract.classification import Classification
from workflows.contract.policy import Policy, misfit


class Responsible(Model):
    """Who answers in one department."""

    head: Name
    lead: Name | None = None


class Assessment(Model):
    """All recorded inputs of the first decision: the classification, the policy in force and the people in charge."""

    classification: Classification
    policy: Policy
    calendar: Calendar | None = None
    departments: dict[Slug, Responsible]
    executive: Name

    @model_validator(mode="after")
    def _somebody_is_responsible(self) -> Self:
        missing = {self.policy.intake_department, *self.policy.routing.values()} - set(self.departments)
        if missing:
            raise ValueError(f"the policy sends complaints to {', '.join(sorted(missing))}, which has no head")
        if fault := misfit(self.policy, self.calendar):
            raise ValueError(fault)
        return self
