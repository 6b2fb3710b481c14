"""Commands that end a complaint, or take it up again."""

from __future__ import annotations

from workflows.contract.base import Line
from workflows.contract.commands.base import Command


class Withdraw(Command):
    """The complainant takes the complaint back."""

    name = "withdraw"
    reason: Line


class DeclareOutOfScope(Command):
    """Not ours to solve; says who can."""

    name = "declare_out_of_scope"
    reason: Line
    referral: Line


class Close(Command):
    """Nothing more is to be done: the complainant has the solution, or does not answer."""

    name = "close"
    reason: Line


class Reopen(Command):
    """A closed case was not solved after all."""

    name = "reopen"
    reason: Line


COMMANDS: tuple[type[Command], ...] = (Withdraw, DeclareOutOfScope, Close, Reopen)
