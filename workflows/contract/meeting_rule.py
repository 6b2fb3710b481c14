"""What a policy says of cross-department meetings: who is invited by itself, the quorum, and what if it is missed."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from workflows.contract.base import LIST_MAX_ITEMS, Line, Slug, Sparse
from workflows.contract.vocabulary import Nature

LONGEST_NOTICE = timedelta(days=14)


class FallBack(StrEnum):
    """Who decides alone when a meeting had no quorum twice."""

    CHAIR = "chair"
    EXECUTIVE = "executive"


Notice = Annotated[timedelta, Field(ge=timedelta(0), le=LONGEST_NOTICE)]


class MeetingRule(Sparse):
    """A meeting decides when at least `quorum_percent` of the invited departments are there. Without that it is called
    a second time; without it again, one person decides.
    """

    quorum_percent: Annotated[int, Field(ge=1, le=100)] = 50
    notice: Notice = Field(default=timedelta(hours=1), description="The time found lies so far ahead at the least.")
    second_call_after: Notice = Field(default=timedelta(hours=1), description="The same, for the second call.")
    fall_back: FallBack = FallBack.EXECUTIVE
    convene: bool = Field(default=False, description="Call one by itself for complaints that need several departments.")
    departments: dict[Nature, Annotated[tuple[Slug, ...], Field(max_length=LIST_MAX_ITEMS)]] = Field(
        default={}, description="Who is called then, beside the department that holds the case."
    )
    agenda: Line = "What is to be done about this complaint, by whom, by when? / 这起投诉如何处理、由谁处理、何时完成？"
