from __future__ import annotations

import inspect

import pytest

from starter.cli.acts.room import Subcommand
from starter.cli.acts.rooms import ROOMS
from tests.cli.shell import Shell
from workflows.contract.commands import COMMANDS
from workflows.contract.commands.kinship import BY_AMENDS

SUBCOMMANDS = [subcommand for room in ROOMS for subcommand in room.subcommands]

WITH_DOORS_OF_THEIR_OWN = {"adopt_policy", "amend_calendar", "amend_staff"}
"""What brings a change of rules or people to all complaints concerned: `policy migrate`, `calendar amend`, `staff`."""

NOT_FOR_PEOPLE = {command.name for command in BY_AMENDS}

FROM_ELSEWHERE = {"actor", "command_id"}


def test_every_command_has_one_subcommand() -> None:
    """What the contract promises can be asked for in the shell."""
    names = [subcommand.model.name for subcommand in SUBCOMMANDS]
    assert sorted(names) == sorted(set(COMMANDS) - WITH_DOORS_OF_THEIR_OWN - NOT_FOR_PEOPLE)


@pytest.mark.parametrize("subcommand", SUBCOMMANDS, ids=lambda subcommand: subcommand.name)
def test_options_are_described_and_named_like_the_fields_of_the_command(subcommand: Subcommand) -> None:
    """An option that is named like no field would be refused whenever it is used."""
    assert subcommand.options.__doc__
    given = subcommand.parameters
    for name, parameter in given.items():
        [option] = parameter.annotation.__metadata__
        assert option.help, name
    if inspect.signature(subcommand.options, eval_str=True).return_annotation is not None:
        return  # it says itself what becomes of its options
    fields = {name: field for name, field in subcommand.model.model_fields.items() if name not in FROM_ELSEWHERE}
    assert set(given) <= set(fields)
    assert {name for name, field in fields.items() if field.is_required()} <= set(given)


@pytest.mark.parametrize("line", [("act", "7K2M-9QXD-4TBC"), ("bulk", "--status", "assigned")])
async def test_one_complaint_and_many_are_offered_the_same_subcommands(fresh: Shell, line: tuple[str, ...]) -> None:
    shown = (await fresh.quick(*line, "--help")).out
    for subcommand in SUBCOMMANDS:
        assert f" {subcommand.name} " in shown
