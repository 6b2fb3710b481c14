"""What every message of the contract has in common: frozen, strict about names, instants with a time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from operator import eq
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

NAME_MAX_CHARACTERS = 200
LINE_MAX_CHARACTERS = 500
TEXT_MAX_CHARACTERS = 50_000
"""Three times the longest narrative in the CFPB's public export, and far below Temporal's 2 MB payload."""


class Model(BaseModel):
    """A frozen message. An unknown field is an error, so a misspelt one is never silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Sparse(Model):
    """A message that is written without the fields left at their default, because each history holds a copy of it."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        for field in cls.model_fields.values():
            if not field.is_required():
                field.exclude_if = partial(eq, field.default)
        cls.model_rebuild(force=True)


LIST_MAX_ITEMS = 50


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a moment that exists in UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An absolute moment, always UTC. A time without a zone is refused: it would mean another moment elsewhere."""


def _storable(value: str) -> str:
    if "\0" in value:
        raise ValueError("must not contain the character NUL, which PostgreSQL cannot store")
    return value


STORABLE = AfterValidator(_storable)
"""Text that a database can hold; anything else would be accepted here and then never reach the journal."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX_CHARACTERS), STORABLE]
Line = Annotated[str, StringConstraints(min_length=1, max_length=LINE_MAX_CHARACTERS), STORABLE]
Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX_CHARACTERS), STORABLE]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
"""A machine name such as a department, clock or policy: lower case, digits and underscores."""
