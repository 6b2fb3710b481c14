"""Documents that operators write in YAML: read without surprises, validated, errors naming file, place and fix."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, ScalarNode

try:
    from yaml import CSafeLoader as SafeLoader  # ten times as fast: a worker begins in half the time
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment] # PyYAML where it was built without libyaml

from workflows.contract.errors import AmendsError, ErrorCode

Document = TypeVar("Document", bound=BaseModel)


def read_document(
    path: Path, model: type[Document], normalise: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> Document:
    """The YAML file at `path` as a `model`; `normalise` may first turn short forms into what the model expects, and
    refuses with a ValueError what it cannot.

    Raises:
        AmendsError: `invalid_input` with the file, the line or the path in the document, and what was expected there.
    """
    return document_in(_text_of(path), path, model, normalise)


def document_in(
    text: str, path: Path, model: type[Document], normalise: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> Document:
    """The YAML in a text as a `model`, which errors call `path`. Raises as `read_document` does."""
    content = _parse(text, path)
    try:
        return model.model_validate(normalise(content) if normalise else content)
    except ValidationError as error:
        raise _fault(path, error) from error
    except ValueError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, str(error), str(path)) from error


def plain_data(text: str) -> Any:
    """What a YAML text says, as plain data; no key may be there twice.

    Raises:
        yaml.YAMLError: it is none.
    """
    # The loader below is SafeLoader with one more check: it makes plain data only.
    return yaml.load(text, Loader=_UniqueKeysLoader)  # noqa: S506 - see above


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{path} is not UTF-8 text; save it as UTF-8") from error


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        content = plain_data(text)
    except yaml.YAMLError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{path} is not valid YAML: {_in_one_line(error)}") from error
    if not isinstance(content, dict):
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{path} must hold a mapping of keys to values at its top")
    return content


class _UniqueKeysLoader(SafeLoader):
    """Plain YAML would let the second of two equal keys win in silence; here it is an error."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                continue
            if key.value in seen:
                raise ConstructorError(problem=f"the key {key.value!r} is there twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_yaml_timestamp(self, node: ScalarNode) -> date:
        """PyYAML lets a date that no calendar has escape as a bare ValueError, without its place."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as error:
            raise ConstructorError(problem=f"{node.value}: {error}", problem_mark=node.start_mark) from error


_UniqueKeysLoader.add_constructor("tag:yaml.org,2002:timestamp", _UniqueKeysLoader.construct_yaml_timestamp)


def _in_one_line(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return " ".join(str(error).split())
    mark = error.problem_mark
    return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"


def _fault(path: Path, error: ValidationError) -> AmendsError:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    found = "" if isinstance(first["input"], (dict, list, tuple, BaseModel)) else f", found {first['input']!r}"
    missing = first["type"] == "missing"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    message = first["msg"].removeprefix("Value error, ")
    return AmendsError(
        ErrorCode.INVALID_INPUT,
        f"{message}{'' if missing else found}{more}",
        f"{path}: {where}" if where else str(path),
    )
