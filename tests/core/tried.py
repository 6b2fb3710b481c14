"""What became of the commands that a test has tried: how often each was accepted, and how often refused."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from tests.core.story import ask
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import SYSTEM
from workflows.core.case import Case
from workflows.core.step import Step, obey

TRIED: Counter[tuple[str, bool]] = Counter()
"""How often each command was accepted (True), and how often refused (False)."""

ANYTHING = {name: ask(name, SYSTEM) for name in COMMANDS}
"""Commands with which nothing is wrong but who gives them, and when."""


def answer_to(case: Case, command: Command, now: datetime) -> Step | ErrorCode:
    """What a command leads to, or why it is refused."""
    try:
        step = obey(case, command, now)
    except AmendsError as error:
        TRIED[command.name, False] += 1
        return error.code
    TRIED[command.name, True] += 1
    return step
