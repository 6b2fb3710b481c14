"""The moments of the standard path at which a worker dies, each recognised by what passes, never by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.postgres_proxy import Exchange, Watch

_NOTICE_OF = {
    "filed": b"acknowledgement",
    "proposed": b"approval_request",
    "executed": b"survey",
    "meeting_scheduled": b"invitation",
}
"""The mails of the paths, by the event that causes them."""


def _never(_: object) -> bool:
    return False


@dataclass(frozen=True)
class KillPoint:
    """One moment, recognised by exactly one of four signs.

    Attributes:
        name: as the test reports it.
        request: a request that must not reach PostgreSQL any more.
        answer: a request whose answer the worker must not hear any more.
        mail: the Message-ID of a mail whose receipt the worker must not hear of any more.
        step: a moment that the driver of the complaint knows by itself.
        repeats_mail: whether a mail has been taken that the outbox does not know to be sent; none if that is open.
    """

    name: str
    request: Watch = _never
    answer: Watch = _never
    mail: Callable[[str], bool] = _never
    step: str = ""
    repeats_mail: bool | None = False


HOLDING_THE_FIRST_TASK = KillPoint("after filing, with the first task in hand", step="first task")
CARRYING_OUT_ACCEPT = KillPoint("with a command in hand", step="during accept")
WHILE_A_TIMER_RUNS = KillPoint("while a timer runs", step="idle")


def _asks_who_is_in_charge(exchange: Exchange) -> bool:
    return "FROM departments" in exchange.sql


ASSESSING = KillPoint("during assessment", request=_asks_who_is_in_charge)
ASSESSED = KillPoint("assessed, before it is reported", answer=_asks_who_is_in_charge)


def after(command: str) -> KillPoint:
    """The moment the receipt of a command has come."""
    return KillPoint(f"after {command}", step=f"after {command}", repeats_mail=None)


def writing(event: str) -> KillPoint:
    """During a posting, before anything of it is written."""
    return KillPoint(
        f"writing {event}",
        request=lambda exchange: "INSERT INTO events" in exchange.sql and _mentions(exchange, event),
    )


def written(event: str) -> KillPoint:
    """Between the commit of a posting and the delivery of its mail or, where there is none, before it is reported."""
    return KillPoint(f"{event} written", answer=lambda exchange: exchange.commits and _mentions(exchange, event))


def sent(event: str) -> KillPoint:
    """The mail server has a mail, and the worker has not heard so."""
    notice = f".{_NOTICE_OF[event].decode()}"
    return KillPoint(f"{event} mail sent", mail=lambda message_id: notice in message_id, repeats_mail=True)


def delivered(event: str) -> KillPoint:
    """All mails of a posting are taken, and the outbox does not say so."""
    return KillPoint(
        f"{event} mail delivered", request=lambda exchange: _records_delivery(exchange, event), repeats_mail=True
    )


def recorded(event: str) -> KillPoint:
    """The outbox says that all mails are sent, and the activity has not completed."""
    return KillPoint(f"{event} mail recorded", answer=lambda exchange: _records_delivery(exchange, event))


def _mentions(exchange: Exchange, event: str) -> bool:
    return f'"type":"{event}"'.encode() in exchange.said


def _records_delivery(exchange: Exchange, event: str) -> bool:
    return "UPDATE outbox" in exchange.sql and b'"sent"' in exchange.said and _NOTICE_OF[event] in exchange.said


LIVES: tuple[tuple[KillPoint, ...], ...] = (
    (HOLDING_THE_FIRST_TASK, after("accept")),
    (ASSESSING, after("propose")),
    (ASSESSED, after("approve")),
    (writing("filed"), after("execute")),
    (written("filed"), after("answer_survey")),
    (sent("filed"), writing("accepted")),
    (delivered("filed"), written("accepted")),
    (recorded("filed"), writing("proposed")),
    (CARRYING_OUT_ACCEPT, written("proposed")),
    (sent("proposed"), writing("approved")),
    (delivered("proposed"), written("approved")),
    (recorded("proposed"), writing("executed")),
    (written("executed"), sent("executed")),
    (delivered("executed"), recorded("executed")),
    (writing("survey_answered"), writing("archived")),
    (written("survey_answered"), written("archived")),
    (WHILE_A_TIMER_RUNS,),
)
"""Every kill point once, two to a life, because the wait after each is long; the lives are lived side by side."""
