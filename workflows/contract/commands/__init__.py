"""What people and systems may ask of a complaint: one model per command, each an update and a signal of that name."""

from __future__ import annotations

from workflows.contract.commands import attention, dialogue, ending, file, meeting, ownership, rules, solution
from workflows.contract.commands.attention import Escalate
from workflows.contract.commands.base import Command
from workflows.contract.commands.dialogue import AnswerSurvey, Inform, Resume, Wait
from workflows.contract.commands.ending import DeclareOutOfScope, Reopen, Withdraw
from workflows.contract.commands.file import AddNote
from workflows.contract.commands.meeting import CallMeeting, DecideMeeting
from workflows.contract.commands.ownership import Accept, Classify, Reassign
from workflows.contract.commands.rules import AdoptPolicy, AmendCalendar, ExtendClock
from workflows.contract.commands.solution import Approve, Execute, Propose, Refuse

_ROOMS = (ownership, solution, meeting, dialogue, attention, file, ending, rules)

COMMANDS: dict[str, type[Command]] = {command.name: command for room in _ROOMS for command in room.COMMANDS}
"""Every command by the name of its update and signal."""

__all__ = [
    "COMMANDS",
    "Accept",
    "AddNote",
    "AdoptPolicy",
    "AmendCalendar",
    "AnswerSurvey",
    "Approve",
    "CallMeeting",
    "Classify",
    "Command",
    "DecideMeeting",
    "DeclareOutOfScope",
    "Escalate",
    "Execute",
    "ExtendClock",
    "Inform",
    "Propose",
    "Reassign",
    "Refuse",
    "Reopen",
    "Resume",
    "Wait",
    "Withdraw",
]
