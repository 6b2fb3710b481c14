"""What people and systems may ask of a complaint: one model per command, each an update and a signal of that name."""

from __future__ import annotations

from workflows.contract.commands import attention, dialogue, ending, file, kinship, meeting, ownership, rules, solution
from workflows.contract.commands.attention import DeEscalate, Escalate
from workflows.contract.commands.base import Command
from workflows.contract.commands.dialogue import (
    Acknowledge,
    AnswerSurvey,
    Ask,
    Confirm,
    Inform,
    RecordAnswer,
    Resume,
    Wait,
)
from workflows.contract.commands.ending import Close, DeclareOutOfScope, Reopen, Withdraw
from workflows.contract.commands.file import AddNote, Attach, LegalHold, LiftHold
from workflows.contract.commands.kinship import (
    BY_AMENDS,
    Absorb,
    AdoptChild,
    ApplyDecision,
    Broadcast,
    DeclareMajorEvent,
    Follow,
    JoinEvent,
    LeaveEvent,
    LetGo,
    LinkFrom,
    LinkTo,
    Merge,
    PassOn,
    Split,
)
from workflows.contract.commands.meeting import (
    CallMeeting,
    CancelMeeting,
    CastVote,
    CompleteTask,
    DecideMeeting,
    Move,
    RecordMinutes,
    RescheduleMeeting,
    TaskOrder,
)
from workflows.contract.commands.ownership import Accept, Assign, Classify, DeclareInterest, Reassign, TakeOver
from workflows.contract.commands.rules import AdoptPolicy, AmendCalendar, AmendStaff, ExtendClock
from workflows.contract.commands.solution import Approve, Delegate, Execute, Propose, Refuse

_ROOMS = (ownership, solution, meeting, dialogue, attention, file, kinship, ending, rules)

COMMANDS: dict[str, type[Command]] = {command.name: command for room in _ROOMS for command in room.COMMANDS}
"""Every command by the name of its update and signal."""

__all__ = [
    "BY_AMENDS",
    "COMMANDS",
    "Absorb",
    "Accept",
    "Acknowledge",
    "AddNote",
    "AdoptChild",
    "AdoptPolicy",
    "AmendCalendar",
    "AmendStaff",
    "AnswerSurvey",
    "ApplyDecision",
    "Approve",
    "Ask",
    "Assign",
    "Attach",
    "Broadcast",
    "CallMeeting",
    "CancelMeeting",
    "CastVote",
    "Classify",
    "Close",
    "Command",
    "CompleteTask",
    "Confirm",
    "DeEscalate",
    "DecideMeeting",
    "DeclareInterest",
    "DeclareMajorEvent",
    "DeclareOutOfScope",
    "Delegate",
    "Escalate",
    "Execute",
    "ExtendClock",
    "Follow",
    "Inform",
    "JoinEvent",
    "LeaveEvent",
    "LegalHold",
    "LetGo",
    "LiftHold",
    "LinkFrom",
    "LinkTo",
    "Merge",
    "Move",
    "PassOn",
    "Propose",
    "Reassign",
    "RecordAnswer",
    "RecordMinutes",
    "Refuse",
    "Reopen",
    "RescheduleMeeting",
    "Resume",
    "Split",
    "TakeOver",
    "TaskOrder",
    "Wait",
    "Withdraw",
]
