"""Policies, the written procedures: those shipped with Amends by name, an operator's own by path."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from infra.policy_documents import read_policy
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.policy import Policy

SHIPPED = Path(__file__).parent / "shipped" / "policies"


def shipped_policies() -> tuple[str, ...]:
    """The names of the policies that come with Amends."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yaml")))


def load_policy(name_or_path: str) -> Policy:
    """A shipped policy by its name, or the one in a YAML file: whatever ends in .yaml or .yml, or holds a slash.

    `infra.policy_documents` says what short forms such a file may use.

    Raises:
        AmendsError: `unknown_policy` for a name that is not shipped or a file that is not there, `invalid_input` for a
            document that is not a policy.
    """
    return read_policy(_path_of(name_or_path, Path()), _path_of)


def is_policy_file(name_or_path: str) -> bool:
    """It is meant as the path of a file, not as a name."""
    return name_or_path.endswith((".yaml", ".yml")) or "/" in name_or_path or "\\" in name_or_path


def what_is_shipped(typed: str) -> str:
    """The shipped policies as the end of a sentence, the one that was probably meant before the others."""
    shipped = shipped_policies()
    close = get_close_matches(typed, shipped, n=1)
    return f"{f'did you mean {close[0]}? ' if close else ''}shipped are {', '.join(shipped)}"


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


def _path_of(name_or_path: str, folder: Path) -> Path:
    is_file = is_policy_file(name_or_path)
    path = folder / Path(name_or_path).expanduser() if is_file else SHIPPED / f"{name_or_path}.yaml"
    if not path.is_file():
        raise AmendsError(ErrorCode.UNKNOWN_POLICY, _unknown(name_or_path), "policy")
    return path


def _unknown(name_or_path: str) -> str:
    return f"there is no policy {name_or_path}; {what_is_shipped(name_or_path)}, or give the path of a file"
