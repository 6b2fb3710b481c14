"""Who stands in for whom: chains of deputies, as long as those in between are absent too. Cycles lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Deputies: TypeAlias = Mapping[str, str | None]
"""Everybody who is absent, with the deputy they named, if any."""


def acting_deputy(subject: str, deputies: Deputies) -> str | None:
    """The first in the chain of deputies who is there; nobody for somebody who is there themselves."""
    passed: set[str] = set()
    person: str | None = subject
    while person is not None and person in deputies:
        if person in passed:
            return None
        passed.add(person)
        person = deputies[person]
    return person if passed else None


def stood_in_for(subject: str, deputies: Deputies) -> tuple[str, ...]:
    """Those absent for whom this person acts, by name: their deputy, or that of a deputy who is absent as well."""
    found: set[str] = set()
    asked = [subject]
    while asked:
        deputy = asked.pop()
        named_by = {absent for absent, named in deputies.items() if named == deputy} - found - {subject}
        found |= named_by
        asked.extend(named_by)
    return tuple(sorted(found))
