"""Who could hold a case: people as the directory knew them when a case was to be assigned."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflows.contract.base import Name, Slug, Sparse
from workflows.contract.vocabulary import Language, Nature


class Candidate(Sparse):
    """A person of a department who can hold a case, with what speaks for and against giving it to them."""

    subject: Name
    languages: Annotated[tuple[Language, ...], Field(min_length=1, description="Spoken; the first is that of letters.")]
    load: Annotated[int, Field(ge=0, description="How many open complaints they own.")]
    skills: Annotated[tuple[Nature, ...], Field(description="What they are good at.")] = ()
    calendar: Slug | None = Field(default=None, description="When they work; without one, as the policy counts.")
    absent: bool = False
    contractor: bool = False
