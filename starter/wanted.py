"""Which complaints somebody wants."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.contract.vocabulary import Channel, Nature, Severity, Status


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which complaints; what is none does not matter. Every word of `text` must be in the complaint; `policy` is
    `name` or `name@version`; `parent` is the reference of the complaint that leads their major event; `archived` is
    whether they are.
    """

    status: Status | None = None
    department: str | None = None
    owner: str | None = None
    nature: Nature | None = None
    severity: Severity | None = None
    channel: Channel | None = None
    breached: bool | None = None
    policy: str | None = None
    text: str | None = None
    parent: str | None = None
    archived: bool | None = None
