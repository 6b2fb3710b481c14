"""Which commands the console offers: in which room, under which key and icon, and which of them end a case."""

from __future__ import annotations

from typing import NamedTuple

from workflows.contract.commands import (
    BY_AMENDS,
    COMMANDS,
    AdoptPolicy,
    AmendCalendar,
    AmendStaff,
    Command,
    attention,
    dialogue,
    ending,
    file,
    kinship,
    meeting,
    ownership,
    rules,
    solution,
)

_FOR_ALL_OF_THEM = (AdoptPolicy, AmendCalendar, AmendStaff)
"""Given to all open complaints by rollouts."""

OFFERED: dict[str, type[Command]] = {
    name: command for name, command in COMMANDS.items() if command not in (*BY_AMENDS, *_FOR_ALL_OF_THEM)
}
"""What a person can give one complaint, by name."""

_MODULES = (ownership, solution, meeting, dialogue, attention, file, kinship, ending, rules)

ROOMS: dict[str, tuple[str, ...]] = {
    module.__name__.rpartition(".")[2]: tuple(each.name for each in module.COMMANDS if each.name in OFFERED)
    for module in _MODULES
}
"""The names of the commands room by room, in the order in which the menu lists them."""

FINAL = frozenset({"withdraw", "declare_out_of_scope", "close", "merge"})
"""These end a case: what they do can only be answered by reopening it."""

BESIDE = {"approve": ("refuse",)}
"""The other answers to what a duty asks."""


class Look(NamedTuple):
    """The icon of a command, and for the frequent ones the keys that open its dialog."""

    icon: str
    key: str | None = None


LOOKS: dict[str, Look] = {
    "accept": Look("pan_tool", "a a"),
    "assign": Look("assignment_ind", "a s"),
    "reassign": Look("swap_horiz", "a r"),
    "take_over": Look("back_hand", "a t"),
    "classify": Look("category", "a c"),
    "declare_interest": Look("visibility_off", "a i"),
    "propose": Look("lightbulb", "a p"),
    "approve": Look("thumb_up", "a y"),
    "refuse": Look("thumb_down", "a x"),
    "delegate": Look("forward", "a g"),
    "execute": Look("task_alt", "a e"),
    "call_meeting": Look("groups", "a m"),
    "reschedule_meeting": Look("event_repeat"),
    "cancel_meeting": Look("event_busy"),
    "record_minutes": Look("edit_note", "a j"),
    "move": Look("gavel"),
    "vote": Look("how_to_vote", "a v"),
    "decide_meeting": Look("fact_check", "a d"),
    "complete_task": Look("check_circle", "a o"),
    "acknowledge": Look("call", "a k"),
    "inform": Look("mail", "a f"),
    "ask": Look("contact_support", "a q"),
    "record_answer": Look("mark_chat_read", "a w"),
    "wait": Look("hourglass_empty", "a h"),
    "resume": Look("play_arrow", "a u"),
    "answer_survey": Look("star_half"),
    "confirm": Look("phone_callback", "a b"),
    "escalate": Look("trending_up", "a l"),
    "de_escalate": Look("trending_down"),
    "note": Look("sticky_note_2", "a n"),
    "attach": Look("attach_file"),
    "legal_hold": Look("lock"),
    "lift_hold": Look("lock_open"),
    "link": Look("link"),
    "merge": Look("merge"),
    "split": Look("call_split"),
    "declare_major_event": Look("campaign"),
    "join_event": Look("group_add"),
    "leave_event": Look("group_remove"),
    "broadcast": Look("cell_tower"),
    "withdraw": Look("undo"),
    "declare_out_of_scope": Look("block"),
    "close": Look("done_all", "a z"),
    "reopen": Look("restart_alt"),
    "extend": Look("more_time"),
}


def title_of(command: str) -> str:
    """The key of the text that names a command."""
    return f"commands.of.{command}.title"
