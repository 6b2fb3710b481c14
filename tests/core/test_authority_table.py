"""The page that says who may give which command is what the core does, in every cell."""

from __future__ import annotations

import pytest

from tests.core.authority_table import LEGEND, PAGE, SHORT, UNTOUCHED, WHO, Table, answers_in, read, text_of
from tests.core.obstacles import OBSTACLES, Obstacle, hindered
from tests.core.situations import PEOPLE, a_complaint, answer
from workflows.contract.commands import BY_AMENDS, COMMANDS
from workflows.contract.errors import ErrorCode
from workflows.contract.vocabulary import Status
from workflows.core.authority import allowed


@pytest.fixture(scope="module")
def page() -> Table:
    """What it says."""
    return read(PAGE.read_text())


def test_the_page_has_every_cell(page: Table) -> None:
    """No command, person or status is left out, and no code without a word for it."""
    assert list(page) == list(COMMANDS)
    for answers in page.values():
        assert list(answers) == list(PEOPLE)
        assert all(list(its) == list(Status) for its in answers.values())
    assert SHORT.keys() == LEGEND.keys()
    assert WHO.keys() == PEOPLE.keys()


def test_the_page_is_written_by_the_program(page: Table) -> None:
    """From the cells that it says; `python -m tests.core.authority_table` writes it anew."""
    assert PAGE.read_text() == text_of(page)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_core_answers_as_the_page_says(page: Table, command: str) -> None:
    """And offers a command to those from whom it would accept it."""
    for status in Status:
        said = {name: answers[status] for name, answers in page[command].items()}
        assert answers_in(command, status) == said, status
        case = a_complaint(status, command).case
        offered = {name for name, person in PEOPLE.items() if command in allowed(case, person)}
        assert offered == {name for name, code in said.items() if code is None}, status


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda each: f"{each.what}: {each.command}")
def test_what_has_happened_stands_in_the_way(obstacle: Obstacle) -> None:
    """As the page says, and the command is not offered."""
    story, person = hindered(obstacle), PEOPLE[obstacle.who]
    assert answer(story, obstacle.command, person) is obstacle.code
    is_the_clocks = obstacle.command == "extend"  # the policy says for each clock who may extend it, and how often
    assert (obstacle.command in allowed(story.case, person)) == is_the_clocks


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda each: f"{each.what}: {each.command}")
def test_it_is_what_has_happened_that_stands_in_the_way(page: Table, obstacle: Obstacle) -> None:
    """Where nothing has happened, the same person may give the same command in some status."""
    if obstacle.who != "contractor":
        assert None in page[obstacle.command][obstacle.who].values()


def test_what_holds_of_every_page(page: Table) -> None:
    """Whatever the rules: nothing moves in the archive, auditors change nothing, no person speaks for a complaint."""
    between = {command.name for command in BY_AMENDS}
    for command, answers in page.items():
        assert {its[Status.ARCHIVED] for its in answers.values()} == {ErrorCode.ARCHIVED}
        assert None not in answers[UNTOUCHED].values()
        for name, its in answers.items():
            assert None not in its.values() or (name == "Amends") == (command in between)
        assert {None} < {code for its in answers.values() for code in its.values()}, "accepted and refused"
        assert command == "note" or None not in list(answers["executive with an interest"].values())[1:]
