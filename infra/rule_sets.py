"""A policy together with the calendar it counts by: the two are checked, published and put in force as one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from infra.calendars import load_calendar
from infra.policies import check_authority, is_policy_file, load_policy
from workflows.contract.calendar import Calendar
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.policy import Policy, misfit

CALENDARS_FOLDER = "calendars"


class RuleSet(NamedTuple):
    """A policy, and the calendar that it names; none when it names none."""

    policy: Policy
    calendar: Calendar | None

    @property
    def label(self) -> str:
        """`name@version` of the policy, as complaints are labelled with."""
        return f"{self.policy.name}@{self.policy.version}"


def load_rule_set(name_or_path: str, *, calendar: str | None = None, today: date | None = None) -> RuleSet:
    """The policy that is shipped under a name or written in a file, with its calendar.

    Args:
        name_or_path: as `infra.policies.load_policy` takes it.
        calendar: the calendar's name or path. Without it the name in the policy decides: for a policy in a file,
            `NAME.yaml` or `calendars/NAME.yaml` beside it, where there is one; else the shipped calendar of that name.
        today: the day around which the calendar becomes data; UTC's, if not given.

    Raises:
        AmendsError: `unknown_policy`, or `invalid_input` for what is no policy, no calendar, or does not go together.
    """
    policy = load_policy(name_or_path)
    if policy.calendar is None:
        return checked(policy, None)
    wanted = calendar or calendar_beside(name_or_path, policy.calendar)
    try:
        found = load_calendar(wanted, today=today)
    except AmendsError as error:
        raise AmendsError(error.code, f"policy {policy.name}: {error}", "calendar") from error
    return checked(policy, found)


def checked(policy: Policy, calendar: Calendar | None) -> RuleSet:
    """The two together.

    Raises:
        AmendsError: `invalid_input`, when the calendar does not serve the policy, or it gives authority over commands
            that nobody can be given.
    """
    check_authority(policy)
    if fault := misfit(policy, calendar):
        raise AmendsError(ErrorCode.INVALID_INPUT, fault, "calendar")
    return RuleSet(policy, calendar)


def calendar_beside(policy_name_or_path: str, name: str) -> str:
    """What `load_calendar` is to be asked for a calendar's name: the file of that name beside a policy that is a file
    itself, if there is one, or else the name.
    """
    if not is_policy_file(policy_name_or_path):
        return name
    folder = Path(policy_name_or_path).expanduser().parent
    beside = (folder / f"{name}.yaml", folder / CALENDARS_FOLDER / f"{name}.yaml")
    return next((str(path.absolute()) for path in beside if path.is_file()), name)
