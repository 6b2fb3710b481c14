"""Policies, the written procedures: those shipped with Amends by name, an operator's own by path."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from infra.documents import read_document
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Severity

SHIPPED = Path(__file__).parent / "shipped" / "policies"


def shipped_policies() -> tuple[str, ...]:
    """The names of the policies that come with Amends."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml")))


def load_policy(name_or_path: str) -> Policy:
    """A shipped policy by its name, or the one in a YAML file: whatever ends in .yaml or .yml, or holds a slash.

    In YAML a clock's `target` may be one ISO 8601 duration for all severities.

    Raises:
        AmendsError: `unknown_policy` for a name that is not shipped or a file that is not there, `invalid_input` for a
            document that is not a policy.
    """
    path = _path_of(name_or_path)
    if not path.is_file():
        raise AmendsError(ErrorCode.UNKNOWN_POLICY, _unknown(name_or_path), "policy")
    return read_document(path, Policy, _with_full_targets)


def check_departments(policy: Policy, departments: Collection[str]) -> None:
    """Refuse a policy that would send complaints to a department the organisation does not have.

    Raises:
        AmendsError: `unknown_department`.
    """
    named = {f"routing.{nature.value}": department for nature, department in policy.routing.items()}
    for place, department in {"intake_department": policy.intake_department, **named}.items():
        if department not in departments:
            raise AmendsError(
                ErrorCode.UNKNOWN_DEPARTMENT,
                f"policy {policy.name} sends complaints to {department}, which the organisation does not have;"
                f" it has {', '.join(sorted(departments))}",
                place,
            )


def _path_of(name_or_path: str) -> Path:
    is_path = name_or_path.endswith((".yaml", ".yml")) or "/" in name_or_path or "\\" in name_or_path
    return Path(name_or_path).expanduser() if is_path else SHIPPED / f"{name_or_path}.yaml"


def _unknown(name_or_path: str) -> str:
    shipped = shipped_policies()
    close = get_close_matches(name_or_path, shipped, n=1)
    suggestion = f"did you mean {close[0]}? " if close else ""
    return (
        f"there is no policy {name_or_path}; {suggestion}shipped are {', '.join(shipped)}, or give the path of a file"
    )


def _with_full_targets(document: dict[str, Any]) -> dict[str, Any]:
    """Spell out targets given once for all severities. What is no clock is left for the validation to refuse."""
    clocks = document.get("clocks")
    if not isinstance(clocks, list):
        return document
    return {**document, "clocks": [_with_full_target(clock) for clock in clocks]}


def _with_full_target(clock: Any) -> Any:
    if not isinstance(clock, dict) or "target" not in clock:
        return clock
    target = clock["target"]
    per_severity = target if isinstance(target, dict) else {severity.value: target for severity in Severity}
    for limit in per_severity.values():
        # YAML reads a bare 24:00 as 1440, which pydantic would take for 24 minutes.
        if not (isinstance(limit, str) and limit.startswith("P")):
            raise ValueError(
                f"clock {clock.get('name')}: a target is an ISO 8601 duration such as PT24H, found {limit!r}"
            )
    return {**clock, "target": per_severity}
