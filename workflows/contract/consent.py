"""Who has consented to a proposal, and who decides for whom."""

from __future__ import annotations

from pydantic import Field

from workflows.contract.base import Name, Slug, Sparse


class Consent(Sparse):
    """One approval, counted for one step."""

    by: Name
    step: Slug
    on_behalf_of: Name | None = Field(
        default=None, description="Whose right it was: of somebody absent, or of somebody who handed it over."
    )


class Delegation(Sparse):
    """Somebody handed their right to decide on the present proposal to a colleague."""

    step: Slug
    by: Name
    to: Name
