"""What somebody is offered: asked of the same functions that refuse it to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.organisation import Member
from starter.access.caller import Caller, Scope
from starter.console.visit import Visit
from starter.directory import authority
from starter.policy.publishing import check_may_change_rules
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor


def may_change_rules(visit: Visit) -> bool:
    """Whether they may publish policies and bring open complaints under them."""
    return is_allowed(_check_rules, visit.caller)


def _check_rules(caller: Caller) -> None:
    caller.require(Scope.COMMAND)
    check_may_change_rules(caller.actor)


async def entitled_actor(visit: Visit) -> Actor:
    """Who changes the rules, at this moment.

    Raises:
        AmendsError: `not_permitted`; `unauthenticated`; `unreachable`.
    """
    caller = await visit.now_calling()
    _check_rules(caller)
    return caller.actor


async def changing_actor(visit: Visit) -> Actor:
    """Who changes the directory, at this moment; what they may change, it decides itself. Raises as above."""
    caller = await visit.now_calling()
    caller.require(Scope.COMMAND)
    return caller.actor


class DirectoryRights:
    """What one reader may change in the directory.

    Args:
        visit: the page.
        member: their own record; none of whom the directory does not know.
    """

    def __init__(self, visit: Visit, member: Member | None) -> None:
        self._member = member if Scope.COMMAND in visit.caller.scopes else None

    def may_engage(self) -> bool:
        """Somebody in their own department."""
        return self._may(lambda own: authority.check_leads(own, own.department, ""))

    def may_found(self) -> bool:
        """A department."""
        return self._may(lambda own: authority.check_executive(own, ""))

    def may_appoint_head(self) -> bool:
        """Of any department."""
        return self._may(lambda own: authority.check_executive(own, ""))

    def may_appoint_lead(self, department: str) -> bool:
        """Of this department."""
        return self._may(lambda own: authority.check_leads(own, department, ""))

    def may_write(self, member: Member) -> bool:
        """What the directory says of somebody."""
        return self._may(lambda own: authority.check_may_write(own, member, member))

    def may_dismiss(self, member: Member) -> bool:
        """Take somebody off the staff."""
        return self._may(lambda own: authority.check_may_write(own, member, None))

    def may_announce(self, member: Member) -> bool:
        """When somebody is absent."""
        return self._may(lambda own: authority.check_may_announce(own, member))

    def _may(self, check: Callable[[Member], None]) -> bool:
        own = self._member
        return own is not None and is_allowed(check, own)


def is_allowed(check: Callable[[Any], None], who: object) -> bool:
    """Whether a check that refuses with `not_permitted` lets somebody pass."""
    try:
        check(who)
    except AmendsError as error:
        if error.code is not ErrorCode.NOT_PERMITTED:
            raise
        return False
    return True
