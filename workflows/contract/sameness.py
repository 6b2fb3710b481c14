"""What makes a command the same one when it is repeated: who asks for what, not what doors found out beside it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from workflows.contract.commands import Command

_DIGEST_CHARACTERS = 16

_MAY_DIFFER: dict[str, Any] = {"actor": True, "command_id": True, "to": {"standing"}} | dict.fromkeys(
    ("seen_sequence", "candidates", "candidates_of", "calendars"), True
)
"""What one try and the next may say differently: how the actor was authenticated, what they saw, what the directory
knew.
"""


def digest(command: Command) -> str:
    """Who asks for what."""
    content = command.model_dump_json(exclude=_MAY_DIFFER)
    asked = f"{command.name}\n{command.actor.subject}\n{content}"
    return sha256(asked.encode()).hexdigest()[:_DIGEST_CHARACTERS]
