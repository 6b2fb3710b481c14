"""Who a complaint belongs to and who acts on it: parties, owners and actors."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import Model, Name, Slug
from workflows.contract.vocabulary import Role


class Party(Model):
    """A department, and the one person in it who answers for the case; without a person, its head does."""

    department: Slug
    subject: Name | None = None


class Owner(Model):
    """The one accountable person and the department that holds the case."""

    subject: Name
    department: Slug


class Actor(Model):
    """Who asks, as the door that let them in established it."""

    subject: Name
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))]
    department: Slug | None = None
    authenticated_by: Name = Field(description="How the door knows: `shell`, `survey_link`, `oidc`, `signal`, …")
    request_id: Name | None = None


SYSTEM = Actor(subject="amends", roles=(Role.SYSTEM,), authenticated_by="workflow")
"""Amends itself: clocks that fire, and the first assessment."""
