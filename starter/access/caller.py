"""A caller as a door let them in: the actor of their commands, what they may use the door for, whose complaints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Role

ANY_SOURCE = "*"
"""In place of the names of sources: all of them."""


class Scope(StrEnum):
    """What a caller may use a door for."""

    READ = "read"
    FILE = "file"
    COMMAND = "command"
    SUBSCRIBE = "subscribe"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling.

    Attributes:
        actor: they, as their commands name them. A service that may give commands gives those of complainants.
        scopes: what they were let in for.
        sources: of a service, the sources whose complaints it files and sees; none for members of staff.
        always: the same, in no request in particular, if this is in one: what is remembered of them is found by it.
    """

    actor: Actor
    scopes: frozenset[Scope]
    sources: frozenset[str] | None = None
    always: Caller | None = field(default=None, compare=False, repr=False)

    @property
    def is_service(self) -> bool:
        """Another system, not a member of staff."""
        return self.sources is not None

    def during(self, request_id: str | None) -> Caller:
        """They, in a request of this id; their commands name it. Without one, they are the same in all requests."""
        if request_id is None and self.actor.request_id is None:
            return self
        if request_id is None and self.always is not None:
            return self.always
        named = self.actor.model_copy(update={"request_id": request_id})
        return replace(self, actor=named, always=self.during(None) if request_id else None)

    def require(self, scope: Scope) -> None:
        """See to it that they may do this here at all; whether a command is allowed, the complaint decides.

        Raises:
            AmendsError: `not_permitted`.
        """
        if scope not in self.scopes:
            raise AmendsError(ErrorCode.NOT_PERMITTED, f"{self.actor.subject} may not {scope} here", "scope")

    def require_source(self, source: str) -> None:
        """See to it that they may file complaints of this source.

        Raises:
            AmendsError: `not_permitted`.
        """
        if self.sources is not None and not self.sources & {source, ANY_SOURCE}:
            named = ", ".join(sorted(self.sources))
            raise AmendsError(ErrorCode.NOT_PERMITTED, f"{self.actor.subject} files complaints of {named}", "source")


def scopes_of_staff(roles: tuple[Role, ...]) -> frozenset[Scope]:
    """What members of staff are let in for. Auditors read everything and change nothing."""
    if set(roles) <= {Role.AUDITOR}:
        return frozenset({Scope.READ})
    return frozenset(Scope)
