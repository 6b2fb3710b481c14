"""What makes the sensible payload of a command about another complaint fit a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.core.story import OTHER, SENSIBLE
from workflows.contract.kinship import Request
from workflows.contract.reference import reference_for
from workflows.core.case import Case

ABOUT_ANOTHER = {"merge", "follow", "pass_on", "apply_decision"}
"""Whether they are possible depends on which other complaint they are about."""


def _new(case: Case) -> str:
    """The reference of a complaint that this one has nothing to do with yet."""
    return reference_for("webform", f"new {case.sequence}")


def _own(case: Case) -> str:
    """One that follows it, or belongs to its event."""
    children = case.kin.event.children if case.kin.event else ()
    return next(iter((*case.kin.absorbed, *(child.reference for child in children))), _new(case))


def _of(request: Request | None) -> str:
    """Of any, when none was asked."""
    return request.reference if request else OTHER


FITTING_KIN: dict[str, Callable[[Case], dict[str, Any]]] = {
    "link": lambda case: {"reference": _new(case)},
    "link_from": lambda case: {"reference": _new(case)},
    "merge": lambda case: {"into": _new(case)},
    "absorb": lambda case: {"reference": _new(case)},
    "adopt_child": lambda case: {"reference": _new(case)},
    "let_go": lambda case: {"reference": _own(case)},
    "follow": lambda case: {"survivor": case.kin.survivor or _of(case.kin.merging)},
    "pass_on": lambda case: {"parent": case.kin.parent or _of(case.kin.joining)},
    "apply_decision": lambda case: {
        "parent": case.kin.parent or _of(case.kin.joining),
        "decision": SENSIBLE["apply_decision"]["decision"] | {"round": case.kin.heard + 1},
    },
}
