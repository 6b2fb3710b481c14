"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("activities", "infra", "starter", "workers", "workflows")
MODULES = sorted(path for room in (*ROOMS, "tests") for path in (ROOT / room).rglob("*.py"))
DETERMINISTIC = sorted((ROOT / "workflows").rglob("*.py"))

LONGEST_MODULE_LINES = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
IGNORE_COMMENT = re.compile(r"#\s*(noqa\b|type:\s*ignore)")
WITH_REASON = re.compile(r"# (noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*|type: ignore\[[a-z-]+(, ?[a-z-]+)*\]) +(-|#) \S.{2,}")
CHANCE = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "uuid1", "uuid4", "random", "token_hex"}


def named(path: Path) -> str:
    """A module's name in a test's report."""
    return str(path.relative_to(ROOT))


def test_there_are_modules_to_look_at() -> None:
    """A moved folder must not make these tests pass by finding nothing."""
    for room in ROOMS:
        assert any(path.is_relative_to(ROOT / room) for path in MODULES), room


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_one_idea_long(path: Path) -> None:
    """Whoever needs more than 400 lines has two ideas."""
    assert len(path.read_text().splitlines()) <= LONGEST_MODULE_LINES


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """In its docstring, and with a name that means something. Tests say it one by one."""
    source = path.read_text()
    is_a_test = path.is_relative_to(ROOT / "tests") and path.name.startswith(("test_", "__init__"))
    is_an_empty_package = path.name == "__init__.py" and not source.strip()
    assert ast.get_docstring(ast.parse(source)) or is_a_test or is_an_empty_package
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_ignored_rule_has_its_reason_beside_it(path: Path) -> None:
    """`# noqa: S603 - our own binary`: the rule by its code, and why."""
    for number, comment in _comments(path):
        if IGNORE_COMMENT.search(comment):
            assert WITH_REASON.search(comment), f"{named(path)}:{number}: {comment}"


@pytest.mark.parametrize("path", DETERMINISTIC, ids=named)
def test_no_field_of_a_workflow_takes_its_default_from_chance(path: Path) -> None:
    """A default made from the clock or from chance would differ in a replay."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.keyword) and node.arg in {"default_factory", "default"}:
            called = {part.attr for part in ast.walk(node.value) if isinstance(part, ast.Attribute)}
            called |= {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
            assert not called & CHANCE, f"{named(path)}:{node.value.lineno}"


@pytest.mark.parametrize("room", ROOMS)
def test_the_names_we_import_by_are_ours_alone(room: str) -> None:
    """Another distribution with a package of that name would be merged with ours, or hide it, without a word. (Ours is
    not listed while it is installed in place.).
    """
    assert set(packages_distributions().get(room, ["amends"])) == {"amends"}
    found = find_spec(room)
    assert found
    assert found.origin == str(ROOT / room / "__init__.py")


def _comments(path: Path) -> Iterator[tuple[int, str]]:
    """Comments, not what strings say of them."""
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
