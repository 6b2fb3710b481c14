"""Who a complaint belongs to and who acts on it: parties, owners and actors, with what the directory said of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import LIST_MAX_ITEMS, Instant, Model, Name, Slug, Sparse
from workflows.contract.vocabulary import Role

Roles = Annotated[tuple[Role, ...], Field(max_length=len(Role))]


class Standing(Sparse):
    """What the directory said of a person at the moment a command named them. Doors fill it in, people never do."""

    roles: Roles
    department: Slug
    contractor: bool = False
    absent_until: Instant | None = None
    deputy: Name | None = Field(default=None, description="Who stands in while they are absent.")


class Party(Model):
    """A department, and the one person in it who answers for the case; without a person, its head does."""

    department: Slug
    subject: Name | None = None
    standing: Standing | None = Field(default=None, description="Filled in by the door; never typed by people.")


class Owner(Model):
    """The one accountable person and the department that holds the case."""

    subject: Name
    department: Slug


class StandIn(Sparse):
    """Somebody who is absent, for whom the actor decides until they are back."""

    subject: Name
    roles: Roles
    department: Slug
    contractor: bool = False


class Actor(Sparse):
    """Who asks, as the door that let them in established it."""

    subject: Name
    roles: Roles
    department: Slug | None = None
    authenticated_by: Name = Field(description="How the door knows: `shell`, `survey_link`, `oidc`, `signal`, …")
    request_id: Name | None = None
    contractor: bool = False
    stands_in_for: Annotated[tuple[StandIn, ...], Field(max_length=LIST_MAX_ITEMS)] = ()


SYSTEM = Actor(subject="amends", roles=(Role.SYSTEM,), authenticated_by="workflow")
"""Amends itself: clocks that fire, and the first assessment."""
