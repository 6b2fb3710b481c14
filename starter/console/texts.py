"""Every text that the console shows, in Chinese and in English: side by side in the files of `texts/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import structlog

from infra.documents import plain_data
from workflows.contract.vocabulary import Language

_LANGUAGES = frozenset(Language)
_COUNT = "count"
_ONE = "one"

log = structlog.get_logger(__name__)


class Texts(dict[str, Mapping[Language, str]]):
    """Texts by their keys, such as `queue.title`: the name of the file, then the way to the text in it.

    A text is `{zh: …, en: …}`; `{name}` in it stands for a value. One that depends on `{count}` may have `one` besides,
    the English for a single thing.
    """

    def say(self, language: Language, key: str, **values: Any) -> str:
        """The text in a language. One that is missing is a defect, which is logged, and shows as its key."""
        found = self.get(f"{key}.{_ONE}") if values.get(_COUNT) == 1 else None
        found = found or self.get(key)
        if found is None:
            log.error("console.text_missing", key=key)
            return key
        return found[language].format_map(values) if values else found[language]


@cache
def texts() -> Texts:
    """All of them."""
    folder = files("starter.console") / "texts"
    named = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".yaml"))
    read = ((name.removesuffix(".yaml"), plain_data(file.read_text(encoding="utf-8"))) for name, file in named)
    return Texts(pair for name, content in read for pair in _leaves(name, content or {}))


def _leaves(path: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[Language, str]]]:
    if set(node) >= _LANGUAGES and isinstance(node[Language.EN], str):
        yield path, {language: node[language] for language in Language}
        if unknown := set(node) - _LANGUAGES - {_ONE}:
            raise ValueError(f"{path} has {', '.join(sorted(unknown))} beside its languages: is a comma not in quotes?")
        if _ONE in node:
            yield f"{path}.{_ONE}", {Language.ZH: node[Language.ZH], Language.EN: node[_ONE]}
        return
    for name, below in node.items():
        yield from _leaves(f"{path}.{name}", below)
