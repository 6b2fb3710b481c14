"""A policy as somebody typed or uploaded it: read without looking at any file of the server's but what is shipped."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date

import yaml
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.calendars import load_calendar
from infra.policies import policy_in_text
from infra.rule_sets import RuleSet, calendar_beside, checked
from infra.settings import Settings
from starter.policy.sources import in_force
from workflows.contract.calendar import Calendar
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.policy import Policy

TEXT_MAX_CHARACTERS = 200_000


async def drafted(
    engine: AsyncEngine,
    settings: Settings,
    text: str,
    today: date,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RuleSet:
    """The policy in a text of YAML, with the calendar it names: the one that what is in force under its name counts by,
    or else the one beside the policy of the settings, or shipped. Days that are given override those in the text.

    Raises:
        AmendsError: `invalid_input`, with the place in the text; `unknown_policy`, for one that it extends.
    """
    if len(text) > TEXT_MAX_CHARACTERS:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"expected at most {TEXT_MAX_CHARACTERS} characters", "text")
    policy = policy_in_text(text)
    term = {name: day for name, day in (("valid_from", valid_from), ("valid_to", valid_to)) if day is not None}
    try:
        policy = Policy.model_validate({**dict(policy), **term})
    except ValidationError as error:
        raise invalid_input(error) from error
    return checked(policy, await _calendar(engine, settings, policy, today))


def as_text(policy: Policy) -> str:
    """The policy as YAML that reads back as the same version."""
    stated = policy.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(stated, allow_unicode=True, sort_keys=False, width=110)


async def _calendar(engine: AsyncEngine, settings: Settings, policy: Policy, today: date) -> Calendar | None:
    if policy.calendar is None:
        return None
    try:
        present, _ = await in_force(policy.name, lambda: nullcontext(engine), today)
    except AmendsError as error:
        if error.code is not ErrorCode.UNKNOWN_POLICY:
            raise
    else:
        if present.calendar is not None and present.calendar.name == policy.calendar:
            return present.calendar
    return load_calendar(calendar_beside(settings.policy, policy.calendar), today=today)
