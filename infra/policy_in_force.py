"""Which policy a new complaint is opened under: the newest published one of a name, the shipped one, or a file's."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db import policy_store
from infra.policies import is_policy_file, shipped_policies, what_is_shipped
from infra.rule_sets import RuleSet, load_rule_set
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.policy import Policy

log = structlog.get_logger(__name__)


class PolicyInForce:
    """Answers which policy holds, for as long as the process lives: a publication is noticed with the next question,
    and a calendar that comes from a file becomes data anew with each year.

    Args:
        name_or_path: the setting: the name of a published or shipped policy, or the path of a file.
        zone: whose date decides about validity.

    Raises:
        AmendsError: `unknown_policy` for a file that is not there, `invalid_input` for what is no policy or calendar,
            or does not go together.
    """

    def __init__(self, name_or_path: str, *, zone: tzinfo = UTC) -> None:
        self.name_or_path = name_or_path
        self._zone = zone
        self._written: tuple[int, RuleSet] | None = None
        self._reported: tuple[str, bool] | None = None
        if self._is_file or name_or_path in shipped_policies():
            self._from_file(self._today())

    async def rule_set(self, connection: AsyncConnection) -> RuleSet:
        """The policy in force today, with its calendar.

        Raises:
            AmendsError: `unknown_policy` for a name under which nothing valid is published and nothing is shipped.
        """
        today = self._today()
        publication = None if self._is_file else await policy_store.newest(connection, self.name_or_path, today)
        found = publication.rule_set if publication else self._from_file(today)
        self._report(found, today, is_accepted=publication is not None)
        return found

    @property
    def _is_file(self) -> bool:
        return is_policy_file(self.name_or_path)

    def _today(self) -> date:
        return datetime.now(self._zone).date()

    def _from_file(self, today: date) -> RuleSet:
        if self._written is None or self._written[0] != today.year:
            if not self._is_file and self.name_or_path not in shipped_policies():
                raise AmendsError(ErrorCode.UNKNOWN_POLICY, self._unknown(), "policy")
            self._written = (today.year, load_rule_set(self.name_or_path, today=today))
        return self._written[1]

    def _unknown(self) -> str:
        return (
            f"no policy {self.name_or_path} is published and valid today; publish one with `amends policy publish`, or"
            f" choose one: {what_is_shipped(self.name_or_path)}"
        )

    def _report(self, found: RuleSet, today: date, *, is_accepted: bool) -> None:
        """Say once what holds, and warn of what a person should look at."""
        current = (found.label, is_valid(found.policy, today))
        if current == self._reported:
            return
        self._reported = current
        policy = found.policy
        # Not as `name@version`, which the log would mask as an e-mail address.
        said = log.bind(policy=policy.name, version=policy.version)
        said.info("policy.in_force")
        if not current[1]:
            said.warning("policy.not_valid", valid_from=str(policy.valid_from), valid_to=str(policy.valid_to))
        if not is_accepted and (clocks := unconfirmed(policy)):
            said.warning("policy.unconfirmed", clocks=clocks)


def is_valid(policy: Policy, on: date) -> bool:
    """It may be put in force on that day."""
    return (policy.valid_from or on) <= on <= (policy.valid_to or on)


def unconfirmed(policy: Policy) -> list[str]:
    """The clocks whose source nobody has read in its primary text."""
    return [clock.name for clock in policy.clocks if not clock.confirmed]
