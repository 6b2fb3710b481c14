"""An event's fields on one line, for tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT_MAX_CHARACTERS = 160
_SHOWN_ELSEWHERE = frozenset({"type", "complaint", "evidence"})
_MOVED = frozenset({"clock", "due_before", "due_after"})
_MONEY = frozenset({"amount", "currency"})
_WHOLE_DOCUMENTS = frozenset({"policy", "calendar", "departments"})


def event_text(data: Mapping[str, Any]) -> str:
    """Such as `to=head tell=gao.feng reason=…`; long texts are cut, what was complained about is shown elsewhere."""
    parts = [f"{name}={_short(value)}" for name, value in _flat(data).items() if value not in (None, [], "", {})]
    return " ".join(parts)


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if name in _SHOWN_ELSEWHERE or (name in _WHOLE_DOCUMENTS and isinstance(value, Mapping)):
            continue
        if isinstance(value, Mapping):
            flat |= _flat(value)
        else:
            flat[name] = value
    return flat


def _short(value: Any) -> str:
    if isinstance(value, Mapping) and value.keys() >= _MOVED:  # as it is stored, the later of the two comes first
        return f"{value['clock']} {value['due_before'] or 'none'} -> {value['due_after'] or 'none'}"
    if isinstance(value, Mapping) and value.keys() >= _MONEY and not value["currency"]:  # redress that is no money
        return " ".join(_short(item) for name, item in value.items() if item is not None and name not in _MONEY)
    if isinstance(value, Mapping):
        return " ".join(_short(item) for item in value.values() if item is not None)
    if isinstance(value, list | tuple):
        return ", ".join(_short(item) for item in value)
    text = " ".join(str(value).split())
    return text if len(text) <= _TEXT_MAX_CHARACTERS else text[: _TEXT_MAX_CHARACTERS - 1] + "…"
