"""Bringing open complaints under other rules: which policy may be brought, and the id of the command for each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from hashlib import sha256
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.db import directory
from infra.db.transaction import transact
from infra.policies import check_departments
from infra.policy_in_force import is_valid, unconfirmed
from infra.rule_sets import RuleSet
from starter.policy.open_complaints import OpenComplaint
from starter.policy.rollout import Change
from starter.policy.sources import in_force
from workflows.contract.commands import AmendStaff
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input

Command = TypeVar("Command", bound=BaseModel)

_VERSION_CHARACTERS = 12


async def migratable(engine: AsyncEngine, named: str, today: date) -> RuleSet:
    """The policy in force under `NAME`, or `NAME@VERSION`, if it may be put in force today.

    Raises:
        AmendsError: `unknown_policy`, `unknown_department`; `invalid_input`, for one that is not valid today, or is
            only shipped and has sources that nobody confirmed; `unreachable`.
    """
    rules, publication = await in_force(named, lambda: nullcontext(engine), today)
    if not is_valid(rules.policy, today):
        term = f"from {rules.policy.valid_from or 'ever'} to {rules.policy.valid_to or 'ever'}"
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{rules.label} is valid {term}, not today", "policy")
    if publication is None and (clocks := unconfirmed(rules.policy)):
        raise AmendsError(
            ErrorCode.INVALID_INPUT,
            f"nobody has confirmed the sources of {', '.join(clocks)}; publish it first, which says who accepts them",
            "confirmed",
        )
    check_departments(rules.policy, await transact(engine, directory.responsible))
    return rules


def command_of(model: type[Command], **fields: object) -> Command:
    """A command without an id yet.

    Raises:
        AmendsError: `invalid_input`, such as a reason that is too long.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise invalid_input(error) from error


def changes_of(template: Change, label: str) -> Callable[[OpenComplaint], Change]:
    """The change for each complaint, under an id made of `label`, its reference and its last event: repeating an
    interrupted rollout repeats what was under way, and a change back and forth is no repeat.

    Args:
        template: the change, without an id.
        label: what complaints come under, `name@version` of the policy or calendar.
    """

    def change_of(complaint: OpenComplaint) -> Change:
        command_id = f"{label}:{complaint.reference}:{complaint.sequence}"
        return template.model_copy(update={"command_id": command_id})

    return change_of


def label_of_staff(template: AmendStaff) -> str:
    """The same for the same people, whoever rolls them out and why."""
    people = template.model_dump_json(include={"departments", "executive", "left"})
    return f"staff@{sha256(people.encode()).hexdigest()[:_VERSION_CHARACTERS]}"
