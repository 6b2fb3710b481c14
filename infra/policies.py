"""Policies, the written procedures: those shipped with Amends by name, an operator's own by path."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from infra.policy_documents import policy_in, read_policy
from workflows.contract.authority_rule import BY_APPROVAL_MATRIX
from workflows.contract.commands import BY_AMENDS, COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.policy import Policy

SHIPPED = Path(__file__).parent / "shipped" / "policies"

_SENT = Path("policy.yaml")
"""What errors call a text that has no file here."""


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


def policy_in_text(text: str) -> Policy:
    """The policy in a text that somebody sent. It may extend what is shipped, but no file: those are not theirs.

    Raises:
        AmendsError: `invalid_input` for what is not a policy; `unknown_policy` for what it extends, if not shipped.
    """
    return policy_in(text, _SENT, _shipped_path_of)


def is_policy_file(name_or_path: str) -> bool:
    """It is meant as the path of a file, not as a name."""
    return name_or_path.endswith((".yaml", ".yml")) or "/" in name_or_path or "\\" in name_or_path


def what_is_shipped(typed: str) -> str:
    """The shipped policies as the end of a sentence, the one that was probably meant before the others."""
    shipped = shipped_policies()
    close = get_close_matches(typed, shipped, n=1)
    return f"{f'did you mean {close[0]}? ' if close else ''}shipped are {', '.join(shipped)}"


def check_departments(policy: Policy, departments: Collection[str]) -> None:
    """Refuse a policy that would send complaints or proposals to a department the organisation does not have.

    Raises:
        AmendsError: `unknown_department`.
    """
    for place, department in policy.departments.items():
        if department not in departments:
            raise AmendsError(
                ErrorCode.UNKNOWN_DEPARTMENT,
                f"policy {policy.name} names {department}, which the organisation does not have;"
                f" it has {', '.join(sorted(departments))}",
                place,
            )


def check_authority(policy: Policy) -> None:
    """Refuse rules of authority that name a command nobody can be given by them: it would be given to nobody unnoticed.

    Raises:
        AmendsError: `invalid_input`.
    """
    between_complaints = {command.name for command in BY_AMENDS}
    known = COMMANDS.keys() - between_complaints - BY_APPROVAL_MATRIX
    for index, rule in enumerate(policy.authority):
        for place, command in enumerate(rule.commands):
            if command in known:
                continue
            raise AmendsError(
                ErrorCode.INVALID_INPUT,
                f"authority rule {rule.rule}: {_why_not(command, between_complaints, known)}",
                f"authority.{index}.commands.{place}",
            )


def _why_not(command: str, between_complaints: Collection[str], known: Collection[str]) -> str:
    if command in BY_APPROVAL_MATRIX:
        return f"who may {command} is for the approval rules to say"
    if command in between_complaints:
        return f"{command} is what complaints ask of each other; no person gives it"
    close = get_close_matches(command, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return f"there is no command {command}; {hint}"


def _shipped_path_of(name: str, _: Path) -> Path:
    if name not in shipped_policies():
        raise AmendsError(ErrorCode.UNKNOWN_POLICY, f"extends: {what_is_shipped(name)}", "extends")
    return SHIPPED / f"{name}.yaml"


def _path_of(name_or_path: str, folder: Path) -> Path:
    is_file = is_policy_file(name_or_path)
    path = folder / Path(name_or_path).expanduser() if is_file else SHIPPED / f"{name_or_path}.yaml"
    if not path.is_file():
        raise AmendsError(ErrorCode.UNKNOWN_POLICY, _unknown(name_or_path), "policy")
    return path


def _unknown(name_or_path: str) -> str:
    return f"there is no policy {name_or_path}; {what_is_shipped(name_or_path)}, or give the path of a file"
