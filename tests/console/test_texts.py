"""Every text that the console shows is there in Chinese and in English, and nothing is there that it does not show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from starter.console.texts import texts
from workflows.contract import vocabulary
from workflows.contract.errors import ErrorCode
from workflows.contract.views import ClockState, SegmentKind
from workflows.contract.vocabulary import Language

ROOM = Path("starter/console")
WORDS = {
    "status": vocabulary.Status,
    "outcome": vocabulary.Outcome,
    "channel": vocabulary.Channel,
    "language": vocabulary.Language,
    "nature": vocabulary.Nature,
    "severity": vocabulary.Severity,
    "sentiment": vocabulary.Sentiment,
    "role": vocabulary.Role,
    "level": vocabulary.Level,
    "waiting_for": vocabulary.WaitingFor,
    "choice": vocabulary.Choice,
    "task_state": vocabulary.TaskState,
    "duty": vocabulary.DutyKind,
    "redress": vocabulary.RedressKind,
    "kinship": vocabulary.Kinship,
    "event": vocabulary.EventType,
    "clock_state": ClockState,
    "segment": SegmentKind,
}
_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
_VALUE = re.compile(r"\{[^}]*\}")
_HAN = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("name", WORDS)
def test_every_word_of_the_contract_has_one_in_both_languages(name: str) -> None:
    missing = [word.value for word in WORDS[name] if f"vocabulary.{name}.{word.value}" not in texts()]
    assert not missing


def test_every_refusal_has_a_sentence() -> None:
    assert not [code for code in ErrorCode if f"refusals.{code.value}" not in texts()]


def test_no_text_is_empty_and_both_languages_have_the_same_values() -> None:
    for key, languages in texts().items():
        assert all(said.strip() for said in languages.values()), key
        zh, en = (_values(languages[language]) for language in (Language.ZH, Language.EN))
        assert zh == (en | {"count"} if key.endswith(".one") else en), key


def test_chinese_texts_are_chinese() -> None:
    same = [key for key, said in texts().items() if said[Language.ZH] == said[Language.EN]]
    foreign = [key for key, said in texts().items() if _HAN.search(said[Language.EN])]
    assert not [key for key in same if re.search(r"[a-z]{3}", _VALUE.sub("", texts()[key][Language.EN]))]
    assert not foreign


def test_every_text_that_the_code_names_is_there() -> None:
    known = {key.partition(".")[0] for key in texts()}
    named = {name for name in _strings() if _KEY.fullmatch(name) and name.partition(".")[0] in known}
    files = {f"{room}.{kind}" for room in known for kind in ("yaml", "css", "js")}
    below = {key[: key.rindex(".")] for key in texts()}
    begun = {name for name in named if name.endswith("_") and any(key.startswith(name) for key in texts())}
    assert not named - set(texts()) - files - below - begun


def test_the_code_speaks_neither_language() -> None:
    said = [f"{where}: {name}" for where, name in _strings_by_file() if _HAN.search(name)]
    assert said == ["header.py: 中文"]  # the name of a language is written in it


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _strings() -> Iterator[str]:
    return (name for _, name in _strings_by_file())


def _strings_by_file() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOM.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings and their like
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
                yield path.name, node.value
