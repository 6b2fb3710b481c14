"""Who may use the HTTP door for what: a row for each operation, a column for each kind of caller.

What somebody may do with a complaint beyond the door, the complaint itself decides: that is `docs/authority.md`.
"""

from __future__ import annotations

from collections.abc import Iterator

STAFF = {
    "agent": "raj.patel",
    "lead": "ines.vogel",
    "head": "gao.feng",
    "executive": "xu.ming",
    "auditor": "paul.weir",
    "contractor": "luo.jie",
    "elsewhere": "ben.frost",
}
"""Members of staff by what they are to a complaint that technical support has; `elsewhere` is another department."""

SERVICES = {
    "read": ("roles", "read"),
    "file": ("roles", "file"),
    "command": ("roles", "command"),
    "subscribe": ("roles", "subscribe"),
    "stranger": ("another-source", "read file command subscribe"),
}
"""Services by their one source, and their scopes; the complaint is one of the source `roles`."""

NOBODY = "nobody"
CALLERS = (*STAFF, *SERVICES, NOBODY)

COMMANDS = "give_*"
"""The row of all commands. They are given too late on purpose: `stale` says that they came to the complaint."""

CODES = {
    "no": "not_permitted",
    "hidden": "unknown_reference",
    "none": "unknown_subscription",
    "who?": "unauthenticated",
    "stale": "stale",
}
"""The words of the table that stand for refusals, and their codes."""

YES, WITHOUT = "yes", "without"
"""Answered; and answered, but without the complaint, which is not for them to see."""

TABLE = """
                      agent  lead   head   executive auditor contractor elsewhere read   file   command subscribe stranger nobody
healthz               yes    yes    yes    yes       yes     yes        yes       yes    yes    yes     yes       yes      yes
readyz                yes    yes    yes    yes       yes     yes        yes       yes    yes    yes     yes       yes      yes
metrics               yes    yes    yes    yes       yes     yes        yes       yes    yes    yes     yes       yes      yes

read_me               yes    yes    yes    yes       yes     yes        yes       yes    yes    yes     yes       yes      who?
list_departments      yes    yes    yes    yes       yes     yes        yes       yes    no     no      no        yes      who?
list_staff            yes    yes    yes    yes       yes     yes        yes       no     no     no      no        no       who?
list_policies         yes    yes    yes    yes       yes     yes        yes       yes    no     no      no        yes      who?
read_policy           yes    yes    yes    yes       yes     yes        yes       yes    no     no      no        yes      who?
read_policy_version   yes    yes    yes    yes       yes     yes        yes       yes    no     no      no        yes      who?
read_inbox            yes    yes    yes    yes       yes     yes        yes       no     no     no      no        no       who?

list_complaints       yes    yes    yes    yes       yes     without    without   yes    no     no      no        without  who?
read_complaint        yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?
read_timeline         yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?
list_messages         yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?
read_clocks           yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?
read_view             yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?
list_commands         yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?
list_changes          yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?
stream_events         yes    yes    yes    yes       yes     hidden     hidden    yes    no     no      no        hidden   who?

file_complaint        yes    yes    yes    yes       no      yes        yes       no     yes    no      no        no       who?
file_batch            yes    yes    yes    yes       no      yes        yes       no     yes    no      no        yes      who?
give_*                stale  stale  stale  stale     no      hidden     hidden    no     no     stale   no        hidden   who?

create_subscription   yes    yes    yes    yes       no      yes        yes       no     no     no      yes       yes      who?
list_subscriptions    yes    yes    yes    yes       no      yes        yes       no     no     no      yes       yes      who?
read_subscription     none   none   yes    none      no      none       none      no     no     no      none      none     who?
change_subscription   none   none   yes    none      no      none       none      no     no     no      none      none     who?
pause_subscription    none   none   yes    none      no      none       none      no     no     no      none      none     who?
resume_subscription   none   none   yes    none      no      none       none      no     no     no      none      none     who?
rotate_secret         none   none   yes    none      no      none       none      no     no     no      none      none     who?
ping_subscription     none   none   yes    none      no      none       none      no     no     no      none      none     who?
replay_subscription   none   none   yes    none      no      none       none      no     no     no      none      none     who?
list_dead_letters     none   none   yes    none      no      none       none      no     no     no      none      none     who?
replay_dead_letters   none   none   yes    none      no      none       none      no     no     no      none      none     who?
remove_subscription   none   none   yes    none      no      none       none      no     no     no      none      none     who?
"""  # noqa: E501 - a table is read across
"""The subscription is the head's; whoever may subscribe has their own, and knows of no others."""


def column(caller: str) -> dict[str, str]:
    """What one caller is answered, by operation."""
    return {operation: dict(zip(CALLERS, answers, strict=True))[caller] for operation, answers in rows()}


def rows() -> Iterator[tuple[str, list[str]]]:
    """The operations and the answers to each."""
    header, *lines = (line.split() for line in TABLE.splitlines() if line)
    if tuple(header) != CALLERS:
        raise ValueError(f"the columns are {CALLERS}")
    for operation, *answers in lines:
        yield operation, answers


def row_of(operation: str) -> str:
    """The row of an operation: each has its own, but for the commands."""
    return COMMANDS if operation.startswith(COMMANDS.removesuffix("*")) else operation
