"""What callers say in parameters, as the OpenAPI document can describe it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import StringConstraints

from workflows.contract.base import LINE_MAX_CHARACTERS, NAME_MAX_CHARACTERS

WITHOUT_NUL = r"^[^\x00]*$"
"""PostgreSQL cannot store that character, so nothing that is looked for has it."""

SaidLine: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=LINE_MAX_CHARACTERS, pattern=WITHOUT_NUL)
]
SaidName: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=NAME_MAX_CHARACTERS, pattern=WITHOUT_NUL)
]
