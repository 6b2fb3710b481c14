"""The standard path: a complaint about a broken machine, and the people who bring it to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from infra.policies import load_policy
from starter.client import AmendsClient
from tests.support.conditions import eventually
from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.parties import Actor
from workflows.contract.policy import Policy
from workflows.contract.redress import Redress
from workflows.contract.views import Receipt
from workflows.contract.vocabulary import Channel, Language, RedressKind, Role, Severity

Answer = TypeVar("Answer")

SOURCE = "e2e"
AGENT = Actor(subject="raj.patel", roles=(Role.AGENT,), department="technical_support", authenticated_by="test")
LEAD = Actor(subject="ines.vogel", roles=(Role.LEAD,), department="technical_support", authenticated_by="test")
COMPLAINANT = Actor(subject="complainant", roles=(Role.COMPLAINANT,), authenticated_by="test")

COMMANDS: tuple[ask.Command, ...] = (
    ask.Accept(actor=AGENT, command_id="accept"),
    ask.Propose(
        actor=AGENT,
        command_id="propose",
        solution="We collect the machine and refund what it cost.",
        redress=(Redress(kind=RedressKind.REFUND, amount=Decimal(480), currency="EUR"),),
    ),
    ask.Approve(actor=LEAD, command_id="approve"),
    ask.Execute(actor=AGENT, command_id="execute", result="The machine was collected and 480 EUR were refunded."),
    ask.AnswerSurvey(actor=COMPLAINANT, command_id="answer_survey", solved=True, score=5),
)

STORY = [
    "filed",
    "classified",
    "assigned",
    "accepted",
    "proposed",
    "approval_granted",
    "approved",
    "executed",
    "survey_answered",
    "closed",
    "clock_expired",
    "archived",
]
"""Every event of the standard path under a policy whose time limits nobody misses."""

ASSIGNED = 3
"""The number of the event by which it has an owner."""

_WORTH_REPEATING = (ErrorCode.NO_ANSWER, ErrorCode.UNREACHABLE)


def complaint(key: str) -> FileComplaint:
    """The rules classify it without a doubt: quality, of normal severity."""
    return FileComplaint(
        source=SOURCE,
        source_key=key,
        channel=Channel.WEB,
        language=Language.EN,
        subject="Broken washing machine",
        text="The washing machine I bought stopped working after two days and leaks water. I want my money back.",
        complainant=Complainant(name="Jane Roe", email=f"{key}@customer.example"),
    )


def write_policy(path: Path, **targets: timedelta) -> Path:
    """The default policy, except that the clocks called so have another time limit, whatever the severity."""
    policy = load_policy("default")
    clocks = [
        clock.model_copy(update={"target": dict.fromkeys(Severity, targets[clock.name])})
        if clock.name in targets
        else clock
        for clock in policy.clocks
    ]
    changed = Policy.model_validate(policy.model_dump() | {"clocks": clocks})
    path.write_text(changed.model_dump_json(), encoding="utf-8")  # YAML is a superset of JSON
    return path


async def file(client: AmendsClient, filing: FileComplaint) -> str:
    """File it, again as long as nobody answers; its reference."""
    return (await _answered(lambda: client.file(filing), f"{filing.source_key} is filed")).reference


async def give(client: AmendsClient, reference: str, command: ask.Command) -> Receipt:
    """Give a command as a patient person does: again, with the same id, as long as nobody answers."""
    return await _answered(lambda: client.command(reference, command), f"{reference} answers {command.name}")


async def _answered(call: Callable[[], Awaitable[Answer]], what: str) -> Answer:
    async def try_it() -> Answer | None:
        try:
            return await call()
        except AmendsError as error:
            if error.code not in _WORTH_REPEATING:
                raise
            return None

    return await eventually(try_it, what)
