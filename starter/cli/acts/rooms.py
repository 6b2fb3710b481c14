"""All rooms, in the order in which the help lists them."""

from __future__ import annotations

from starter.cli.acts import attention, dialogue, ending, file, kinship, meeting, ownership, rules, solution

ROOMS = (
    ownership.room,
    solution.room,
    meeting.room,
    dialogue.room,
    attention.room,
    file.room,
    kinship.room,
    ending.room,
    rules.room,
)
