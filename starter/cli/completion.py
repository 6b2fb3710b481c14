"""What Tab offers for references, people and departments: from the tables, within a moment or not at all."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

Candidates = list[tuple[str, str]]
"""What may be typed, and a word on it."""


def references(incomplete: str) -> Candidates:
    """Complaints that are not archived, the newest first, in the case in which the typing began."""
    found = _look_up("references", incomplete.upper())
    return [(incomplete + reference[len(incomplete) :], word) for reference, word in found]


def people(incomplete: str) -> Candidates:
    """Members of staff."""
    return _look_up("people", incomplete)


def departments(incomplete: str) -> Candidates:
    """Departments."""
    return _look_up("departments", incomplete)


def parties(incomplete: str) -> Candidates:
    """Departments, and behind a slash their people."""
    department, slash, begun = incomplete.partition("/")
    if not slash:
        return departments(incomplete)
    return [(f"{department}/{subject}", word) for subject, word in _look_up("people", begun, department)]


def _look_up(what: str, *arguments: str) -> Candidates:
    """Candidates of one kind. Whatever fails, the shell offers nothing: Tab is no place for an error message."""
    with suppress(Exception):
        # By name: what needs no candidates, such as help, need not load the database's driver.
        found: Candidates = import_module("starter.cli.candidates").look_up(what, *arguments)
        return found
    return []
