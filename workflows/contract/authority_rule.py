"""One line of the authority matrix: who may give which commands, in which cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.base import LIST_MAX_ITEMS, Slug, Sparse
from workflows.contract.vocabulary import Relation, Role, Severity

BY_APPROVAL_MATRIX = frozenset({"approve", "refuse", "delegate"})
"""Who may give these commands is for the policy's approval rules alone to say."""


class AuthorityRule(Sparse):
    """People who meet every criterion given may give these commands; several rules for one command add up.

    The rules of a policy replace the built-in ones of the commands they name. Nobody gets past the separation of
    duties, a conflict of interest or the approval matrix by a rule.
    """

    rule: Slug = Field(description="Its name, which refusals quote.")
    commands: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=100)]
    relations: Annotated[tuple[Relation, ...], Field(max_length=len(Relation))] = ()
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))] = ()
    departments: Annotated[tuple[Slug, ...], Field(max_length=LIST_MAX_ITEMS)] = Field(
        default=(), description="The departments of those who may, whichever holds the case."
    )
    max_severity: Severity | None = None
    max_amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = Field(
        default=None, description="Of the redress proposed, all of it together."
    )
    contractors: bool = Field(default=False, description="People of contractors may too.")

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not (self.relations or self.roles or self.departments):
            raise ValueError(f"authority rule {self.rule} must name relations, roles or departments")
        return self
