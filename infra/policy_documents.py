"""Policies as authors write them: one that extends another, and time limits in their short forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from infra.documents import document_in, read_document
from workflows.contract.base import Model
from workflows.contract.clock_rule import ClockRule
from workflows.contract.limits import Hours
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Severity

PathOf = Callable[[str, Path], Path]
"""The file that a name or path means, seen from a folder. Raises AmendsError `unknown_policy`."""

_EXTENDS, _CLOCKS = "extends", "clocks"
_UNITS = ("days", "weeks", "months")
_FORMS = "an ISO 8601 duration such as PT24H, or {days: 15}, {weeks: 8} or {months: 6}"
_YEARS_OR_MONTHS = re.compile(r"P[^T]*[YM]")
_DURATION: TypeAdapter[Any] = TypeAdapter(Hours)


class _OwnClocks(Model):
    """The clocks that one document adds, so that a fault in them is reported at its place in that document."""

    clocks: tuple[ClockRule, ...] = ()


def read_policy(path: Path, path_of: PathOf) -> Policy:
    """The policy in a YAML file.

    Its `extends` names another policy, whose clocks it keeps, adds to, or by name replaces; every other key overrides.
    A target is an ISO 8601 duration or `{days|weeks|months: N}`, once for all severities or for each of them.

    Raises:
        AmendsError: `invalid_input` for a document that is not a policy, or that extends itself on a detour;
            `unknown_policy` for one that extends what is not there.
    """
    return read_document(path, Policy, lambda document: _complete(document, path, path_of, (path.resolve(),)))


def policy_in(text: str, path: Path, path_of: PathOf) -> Policy:
    """The policy in a text, which errors call `path`. Raises as `read_policy` does."""
    return document_in(text, path, Policy, lambda document: _complete(document, path, path_of, ()))


def _complete(document: dict[str, Any], path: Path, path_of: PathOf, trail: tuple[Path, ...]) -> dict[str, Any]:
    """The document in full forms, on top of what it extends. What is no clock is left for the validation to refuse."""
    own = {**document, _CLOCKS: _in_full(document.get(_CLOCKS))} if _CLOCKS in document else document
    if _EXTENDS not in own:
        return own
    _OwnClocks.model_validate({_CLOCKS: own.get(_CLOCKS, [])})
    base = _extended(own[_EXTENDS], path, path_of, trail)
    if "name" not in own:
        raise ValueError(f"a policy that extends {own[_EXTENDS]} needs a name of its own")
    clocks = _merged(base.get(_CLOCKS, []), own.get(_CLOCKS, []))
    return {**base, **{key: value for key, value in own.items() if key != _EXTENDS}, _CLOCKS: clocks}


def _extended(name: Any, path: Path, path_of: PathOf, trail: tuple[Path, ...]) -> dict[str, Any]:
    if not isinstance(name, str):
        raise ValueError(f"extends names one policy, or the path of its file, found {name!r}")  # noqa: TRY004 - pydantic's way to say no
    base = path_of(name, path.parent)
    if base.resolve() in trail:
        raise ValueError(f"extends {name}, which extends it in turn")
    complete: dict[str, Any] = {}

    def keep(document: dict[str, Any]) -> dict[str, Any]:
        complete.update(_complete(document, base, path_of, (*trail, base.resolve())))
        return {_CLOCKS: complete.get(_CLOCKS, [])}

    read_document(base, _OwnClocks, keep)
    return complete


def _merged(base: list[Any], own: list[Any]) -> list[Any]:
    """The clocks of both by name: its own in the place of those they replace, the others after them."""
    by_name = {clock["name"]: clock for clock in base}
    return list({**by_name, **{clock["name"]: clock for clock in own}}.values())


def _in_full(clocks: Any) -> Any:
    return [_clock_in_full(clock) for clock in clocks] if isinstance(clocks, list) else clocks


def _clock_in_full(clock: Any) -> Any:
    if not isinstance(clock, dict):
        return clock
    place = f"clock {clock.get('name')}"
    full = dict(clock)
    if "target" in clock:
        full["target"] = _per_severity(clock["target"], f"{place}: a target")
    if isinstance(clock.get("extensions"), list):
        full["extensions"] = [_extension_in_full(extension, place) for extension in clock["extensions"]]
    return full


def _extension_in_full(extension: Any, place: str) -> Any:
    if not isinstance(extension, dict) or "to" not in extension:
        return extension
    return {**extension, "to": _per_severity(extension["to"], f"{place}: the total of an extension")}


def _per_severity(target: Any, what: str) -> dict[str, Any]:
    """Spell out a target given once for all severities."""
    is_for_each = isinstance(target, dict) and not set(target) <= set(_UNITS)
    each = target if is_for_each else {severity.value: target for severity in Severity}
    return {severity: _limit(limit, what) for severity, limit in each.items()}


def _limit(limit: Any, what: str) -> Any:
    if isinstance(limit, dict):
        number = next(iter(limit.values()), None)
        if len(limit) == 1 and set(limit) <= set(_UNITS) and isinstance(number, int) and not isinstance(number, bool):
            return limit
    # YAML reads a bare 24:00 as 1440, which pydantic would take for 24 minutes.
    elif isinstance(limit, str) and limit.startswith("P"):
        if _YEARS_OR_MONTHS.match(limit):
            raise ValueError(f"{what} in months is written {{months: 6}}: {limit!r} has no length of its own")
        if _is_duration(limit):
            return limit
    raise ValueError(f"{what} is {_FORMS}, found {limit!r}")


def _is_duration(text: str) -> bool:
    try:
        _DURATION.validate_python(text)
    except ValidationError:
        return False
    return True
