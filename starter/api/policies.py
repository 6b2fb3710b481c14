"""The written procedures: `GET /api/v1/policies`, what is in force under a name, and each version of it."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import Path
from pydantic import StringConstraints

from infra.db import policy_store
from infra.db.policy_store import Publication, PublicationRow
from infra.db.transaction import transact
from infra.policies import shipped_policies
from infra.rule_sets import RuleSet, load_rule_set
from starter.access.caller import Scope
from starter.api.door import Calling, Door, TheDoor
from starter.api.problems import problem_responses
from starter.api.routers import versioned
from starter.policy.approval_words import approval_in_words
from starter.policy.sources import in_force
from starter.policy.words import ClockInWords, in_words
from workflows.contract.base import Model, Slug
from workflows.contract.calendar import Calendar
from workflows.contract.errors import ErrorCode
from workflows.contract.policy import Policy

router = versioned("Policies")

Named: TypeAlias = Annotated[Slug, Path(description="The name of a policy.", examples=["default"])]
Version: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{12}$"),
    Path(description="One version of it, as complaints name theirs.", examples=["0b5f7a9c1d2e"]),
]


class PolicySummary(Model):
    """A policy in a list: `calendar` is `name@version` of the one it counts by."""

    name: Slug
    version: str
    title: str
    valid_from: date | None
    valid_to: date | None
    calendar: str | None


class Policies(Model):
    """What was published, the last first, and what Amends comes with: that holds where nothing is published."""

    published: tuple[PublicationRow, ...]
    shipped: tuple[PolicySummary, ...]


class PolicyDocument(Model):
    """A policy with its calendar, as they are kept."""

    policy: Policy
    calendar: Calendar | None


class PolicyInWords(PolicySummary):
    """A policy: what it says, clock by clock and rule by rule, and the document itself. `publication` is null for one
    that Amends comes with and nobody has published.
    """

    clocks: tuple[ClockInWords, ...]
    approval: tuple[str, ...]
    publication: PublicationRow | None
    document: PolicyDocument


@router.get("/policies", summary="Policies")
async def list_policies(door: TheDoor, caller: Calling) -> Policies:
    """The procedures that complaints are handled by."""
    caller.require(Scope.READ)
    rows = await transact(door.engine, policy_store.publications)
    shipped = (load_rule_set(name) for name in shipped_policies())
    return Policies(published=tuple(rows), shipped=tuple(PolicySummary(**_summary(rules)) for rules in shipped))


@router.get("/policies/{name}", summary="The policy in force", responses=problem_responses(ErrorCode.UNKNOWN_POLICY))
async def read_policy(door: TheDoor, caller: Calling, name: Named) -> PolicyInWords:
    """What new complaints get under this name today."""
    caller.require(Scope.READ)
    return await _policy(door, name)


@router.get(
    "/policies/{name}/versions/{version}",
    summary="One version of a policy",
    responses=problem_responses(ErrorCode.UNKNOWN_POLICY),
)
async def read_policy_version(door: TheDoor, caller: Calling, name: Named, version: Version) -> PolicyInWords:
    """A version as it was published, in force or not. A complaint names its own as `name@version`."""
    caller.require(Scope.READ)
    return await _policy(door, f"{name}@{version}")


async def _policy(door: Door, named: str) -> PolicyInWords:
    today = datetime.now(ZoneInfo(door.settings.time_zone)).date()
    rules, publication = await in_force(named, lambda: nullcontext(door.engine), today)
    return PolicyInWords(
        **_summary(rules),
        clocks=tuple(in_words(clock) for clock in rules.policy.clocks),
        approval=tuple(approval_in_words(rule) for rule in rules.policy.approval),
        publication=_row(publication),
        document=PolicyDocument(policy=rules.policy, calendar=rules.calendar),
    )


def _summary(rules: RuleSet) -> dict[str, object]:
    policy, calendar = rules
    return {
        "name": policy.name,
        "version": policy.version,
        "title": policy.title,
        "valid_from": policy.valid_from,
        "valid_to": policy.valid_to,
        "calendar": f"{calendar.name}@{calendar.version}" if calendar else None,
    }


def _row(publication: Publication | None) -> PublicationRow | None:
    if publication is None:
        return None
    return PublicationRow(**{name: getattr(publication, name) for name in PublicationRow.model_fields})
