"""The page that says who may give which command in which status: its cells from the core, its text, and read back.

`python -m tests.core.authority_table` writes the page anew. What it says must agree with the rules that
`test_authority.py` has by hand, and is tried on the core and on a real server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.core.obstacles import OBSTACLES
from tests.core.situations import NEEDS, PEOPLE, Answer, a_complaint, answer
from workflows.contract.commands import COMMANDS
from workflows.contract.errors import ErrorCode
from workflows.contract.vocabulary import Status

PAGE = Path(__file__).parents[2] / "docs" / "authority.md"

Table: TypeAlias = dict[str, dict[str, dict[Status, Answer]]]
"""By command, person and status."""

Row: TypeAlias = tuple[tuple[str, ...], tuple[Answer, ...]]
"""People who get the same answers, and these by status."""

SHORT: dict[Answer, str] = {
    None: "**yes**",
    ErrorCode.NOT_PERMITTED: "no",
    ErrorCode.WRONG_STATUS: "·",
    ErrorCode.ARCHIVED: "arch",
    ErrorCode.SEPARATION_OF_DUTIES: "duties",
    ErrorCode.CONFLICT_OF_INTEREST: "interest",
    ErrorCode.CONTRACTOR: "contract",
    ErrorCode.ALREADY_THERE: "there",
}
LEGEND: dict[Answer, str] = {
    None: "accepted",
    ErrorCode.NOT_PERMITTED: "the person is not one of those who may",
    ErrorCode.WRONG_STATUS: "nobody may in this status",
    ErrorCode.ARCHIVED: "an archived complaint is final",
    ErrorCode.SEPARATION_OF_DUTIES: "the person has done something that bars them from this",
    ErrorCode.CONFLICT_OF_INTEREST: "the person has declared an interest",
    ErrorCode.CONTRACTOR: "others like them may, but not people of contractors",
    ErrorCode.ALREADY_THERE: "there is nothing left to do",
}
WHO: dict[str, str] = {
    "owner": "an agent of the department that holds the complaint, who owns it",
    "colleague": "another agent of that department",
    "contractor": "an agent of that department who works for a contractor",
    "lead": "its lead, who approves the proposal in these complaints",
    "head": "its head",
    "head's deputy": "an agent of that department who stands in for the head, who is absent",
    "another department's agent": "of one that was invited to the meeting",
    "another department's lead": "of the same",
    "another department's head": "of the same",
    "lead of the lawyers": "of the department `legal_compliance`",
    "executive": "a member of the board",
    "executive with an interest": "another one, who has declared an interest, as soon as that was possible",
    "auditor": "reads everything and changes nothing",
    "complainant": "by the links in their letters",
    "Amends": "itself, for another complaint: never a person",
}
REST = "everybody else"
UNTOUCHED = "auditor"
"""Whose row is that of the rest: there is nothing that an auditor may do."""

_INTRODUCTION = """\
# Who may give which command

Every command is accepted or refused by the complaint itself, with a code that never changes. This page says which, for
every command, status and person, under the built-in rules; a policy can name other people for a command (`authority:`).
Its cells are tested against the rules written down a second time, against the core, and on a real server. After a
change of the rules `python -m tests.core.authority_table` writes it anew, and the difference shows what has changed.

The rules come in this order, and the first that is broken is the answer: the status, a declared interest, who may, and
then what has happened in the complaint. What a command contains can be refused for reasons of its own, such as an
unknown department.
"""


def asked_of_the_core() -> Table:
    """What the core answers in every cell."""
    return {command: transposed({status: answers_in(command, status) for status in Status}) for command in COMMANDS}


def answers_in(command: str, status: Status) -> dict[str, Answer]:
    """What the core tells each person."""
    story = a_complaint(status, command)
    return {name: answer(story, command, person) for name, person in PEOPLE.items()}


def transposed(answers: Mapping[Status, Mapping[str, Answer]]) -> dict[str, dict[Status, Answer]]:
    """By person and status instead of status and person."""
    return {name: {status: its[name] for status, its in answers.items()} for name in PEOPLE}


def rows(answers: Mapping[str, Mapping[Status, Answer]]) -> list[Row]:
    """Those who get the same answers together; the rest last."""
    same: dict[tuple[Answer, ...], list[str]] = {}
    for name, its in answers.items():
        same.setdefault(tuple(its.values()), []).append(name)
    grouped = [(tuple(names), its) for its, names in same.items()]
    return sorted(grouped, key=lambda row: UNTOUCHED in row[0])


def text_of(table: Table) -> str:
    """The page."""
    return "\n".join((_INTRODUCTION, *_people(table), *_legend(), *_obstacles(), *_blocks(table)))


def read(text: str) -> Table:
    """The cells of a page.

    Raises:
        KeyError: a person, status or code that there is none of.
    """
    meant = {short: code for code, short in SHORT.items()}
    table: Table = {}
    for block in text.split("\n### ")[1:]:
        command, *lines = block.splitlines()
        header, _, *body = (_cells(line) for line in lines if line.startswith("|"))
        statuses = [Status(name) for name in header[1:]]
        its: dict[str, dict[Status, Answer]] = {}
        for who, *answers in body:
            names = [name for name in PEOPLE if name not in its] if who == REST else who.split(", ")
            for name in names:
                its[name] = {status: meant[short] for status, short in zip(statuses, answers, strict=True)}
        table[command] = {name: its[name] for name in PEOPLE}
    return table


def _people(table: Table) -> Iterator[str]:
    yield "## The people, and what they may at all\n"
    yield from _lines(
        ("person", "who that is", "may in some status"),
        ((name, WHO[name], ", ".join(_may_at_all(table, name)) or "nothing") for name in PEOPLE),
    )


def _may_at_all(table: Table, name: str) -> Iterator[str]:
    return (command for command, answers in table.items() if None in answers[name].values())


def _legend() -> Iterator[str]:
    yield "## The answers\n"
    yield from _lines(
        ("in the tables", "code", "meaning"),
        ((short, f"`{code.value}`" if code else "", LEGEND[code]) for code, short in SHORT.items()),
    )


def _obstacles() -> Iterator[str]:
    yield "## What else stands in the way of those who may\n"
    yield from _lines(
        ("what has happened", "who", "command", "code"),
        ((each.what, each.who, f"`{each.command}`", f"`{each.code.value}`") for each in OBSTACLES),
    )


def _blocks(table: Table) -> Iterator[str]:
    yield "## Command by command\n"
    for command, answers in table.items():
        yield f"### {command}\n"
        yield " ".join((COMMANDS[command].__doc__ or "").split())
        yield f"*{NEEDS[command].in_words}*\n" if command in NEEDS else ""
        yield from _lines(
            ("", *(status.value for status in Status)),
            ((_named(names), *(SHORT[each] for each in its)) for names, its in rows(answers)),
        )


def _named(names: tuple[str, ...]) -> str:
    return REST if UNTOUCHED in names else ", ".join(names)


def _lines(header: Iterable[str], body: Iterable[Iterable[str]]) -> Iterator[str]:
    first = list(header)
    yield f"| {' | '.join(first)} |"
    yield f"|{'|'.join('---' for _ in first)}|"
    yield from (f"| {' | '.join(row)} |" for row in body)
    yield ""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


if __name__ == "__main__":
    PAGE.write_text(text_of(asked_of_the_core()))
