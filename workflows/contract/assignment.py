"""Who could hold a case, as the directory knew them when it was to be assigned, and whom a policy lets hold one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from workflows.contract.base import Name, Slug, Sparse
from workflows.contract.vocabulary import Language, Nature


class AssignTo(StrEnum):
    """Who owns a case that nobody has accepted: the head of the department, or one of its people."""

    HEAD = "head"
    PERSON = "person"


class AssignmentRule(Sparse):
    """To whom cases are given by themselves, and whether people of contractors may own any."""

    to: AssignTo = AssignTo.HEAD
    contractors: bool = False


class Candidate(Sparse):
    """A person of a department who can hold a case, with what speaks for and against giving it to them."""

    subject: Name
    languages: Annotated[
        tuple[Language, ...],
        Field(min_length=1, max_length=len(Language), description="Spoken; the first is that of letters."),
    ]
    load: Annotated[int, Field(ge=0, description="How many open complaints they own.")]
    skills: Annotated[tuple[Nature, ...], Field(max_length=len(Nature), description="What they are good at.")] = ()
    calendar: Slug | None = Field(default=None, description="When they work; without one, as the policy counts.")
    absent: bool = False
    contractor: bool = False
