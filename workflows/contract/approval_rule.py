"""The approval matrix as a policy writes it: which proposals need whose consent, in which steps and of how many."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from workflows.contract.base import LIST_MAX_ITEMS, Slug, Sparse
from workflows.contract.vocabulary import Nature, Role, Severity

ONLY_STEP = "approval"
"""The name of the one step of a rule that names roles instead of steps."""

_MAY_DECIDE = (Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE)

Approvals = Annotated[int, Field(ge=1)]


class StepOrder(StrEnum):
    """Whether the steps of a rule are taken one after the other or all at once."""

    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"


class ApprovalStep(Sparse):
    """One of the consents that a proposal needs: of so many people with one of the roles in a department."""

    step: Slug = Field(description="Its name, which letters and refusals quote.")
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(_MAY_DECIDE))]
    approvals: Approvals = 1
    department: Slug | None = Field(default=None, description="Without one, the department that holds the case.")
    clock: Slug | None = Field(default=None, description="A clock of the policy that runs while the step is open.")

    @model_validator(mode="after")
    def _asks_staff(self) -> Self:
        for role in self.roles:
            if role not in _MAY_DECIDE:
                raise ValueError(f"step {self.step} cannot ask a {role.value}; it may ask {', '.join(_MAY_DECIDE)}")
        return self


class ApprovalRule(Sparse):
    """What a proposal needs that has one of the natures, and at least this severity and amount.

    Either `roles` (with `approvals`: of how many of them) or `steps`. The first rule of a policy that fits decides;
    without natures it fits every nature. An executive may decide in any step, whatever it asks for.
    """

    min_severity: Severity = Severity.LOW
    min_amount: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] = Decimal(0)
    natures: Annotated[tuple[Nature, ...], Field(max_length=len(Nature))] = ()
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))] = ()
    approvals: Approvals = 1
    steps: Annotated[tuple[ApprovalStep, ...], Field(max_length=LIST_MAX_ITEMS)] = ()
    order: StepOrder = StepOrder.SEQUENTIAL

    @model_validator(mode="after")
    def _has_roles_or_steps(self) -> Self:
        if bool(self.roles) == bool(self.steps):
            raise ValueError("an approval rule has either roles or steps: give one of them")
        if self.steps and self.approvals != 1:
            raise ValueError("each step says how many approvals it needs; leave approvals out beside steps")
        if self.order is not StepOrder.SEQUENTIAL and not self.steps:
            raise ValueError("order is about steps; leave it out where there are none")
        names = [step.step for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError("two steps of an approval rule have the same name")
        clocks = [step.clock for step in self.steps if step.clock]
        if self.order is StepOrder.PARALLEL and len(set(clocks)) != len(clocks):
            raise ValueError("two steps that are taken at once cannot share a clock")
        return self

    @property
    def in_steps(self) -> tuple[ApprovalStep, ...]:
        """The steps, also of a rule that just names roles, whichever they are."""
        return self.steps or (ApprovalStep.model_construct(step=ONLY_STEP, roles=self.roles, approvals=self.approvals),)

    @property
    def fits_everything(self) -> bool:
        """No proposal is too small, too mild or of another nature."""
        return not self.natures and self.min_severity is Severity.LOW and self.min_amount == 0

    def fits(self, nature: Nature, severity: Severity, amount: Decimal) -> bool:
        """The rule is about such a proposal."""
        is_its_nature = not self.natures or nature in self.natures
        return is_its_nature and severity.rank >= self.min_severity.rank and amount >= self.min_amount
