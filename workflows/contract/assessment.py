"""What the workflow learns when a complaint arrives: its classification, the policy and the people in charge."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.assignment import Candidate
from workflows.contract.base import LIST_MAX_ITEMS, Model, Name, Slug, Sparse
from workflows.contract.calendar import Calendar
from workflows.contract.classification import Classification
from workflows.contract.policy import Policy, misfit


class Responsible(Model):
    """Who answers in one department."""

    head: Name
    lead: Name | None = None


class Assessment(Sparse):
    """All recorded inputs of the first decision: the classification, the policy in force and the people in charge.

    Where the policy assigns to persons, also the `candidates` of the department concerned, whose load may be some
    seconds old, and those of their working `calendars` that differ from the policy's, by name.
    """

    classification: Classification
    policy: Policy
    calendar: Calendar | None = None
    departments: dict[Slug, Responsible]
    executive: Name
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    calendars: Annotated[dict[Slug, Calendar], Field(max_length=LIST_MAX_ITEMS)] = Field(default={})

    @model_validator(mode="after")
    def _somebody_is_responsible(self) -> Self:
        missing = set(self.policy.departments.values()) - set(self.departments)
        if missing:
            raise ValueError(f"the policy names {', '.join(sorted(missing))}, which has no head")
        if fault := misfit(self.policy, self.calendar):
            raise ValueError(fault)
        return self
