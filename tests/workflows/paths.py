"""Every path a complaint can take: what people do on it, and the story its journal must tell afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.workflows.case import Case
from tests.workflows.people import (
    AGENT,
    COMPLAINANT,
    ENGINEER,
    ENGINEERS_LEAD,
    EXECUTIVE,
    HEAD,
    LAWYER,
    LAWYERS_HEAD,
    LEAD,
)
from workflows.contract import commands as ask
from workflows.contract.parties import Actor, Party
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Nature, Outcome, RedressKind, Severity, WaitingFor

REOPENING_WINDOW = timedelta(days=30)
A_LITTLE = timedelta(hours=1)


@dataclass(frozen=True)
class Path:
    """A path from filing to the archive.

    Attributes:
        play: what people do once the complaint is filed.
        story: the types of all events, in order; the beginning and the end that all paths share are left out.
        outcome: how it ends.
        complaint: in what the complaint differs from an ordinary one.
    """

    play: Callable[[Case], Awaitable[None]]
    story: str
    outcome: Outcome = Outcome.RESOLVED
    complaint: Callable[[], dict[str, Any]] = field(default=dict)

    @property
    def whole_story(self) -> list[str]:
        """The types of all events, in order."""
        return ["filed", "classified", "assigned", *self.story.split(), "closed", "clock_expired", "archived"]


async def take(case: Case, path: Path) -> None:
    """File a complaint and let it go its path to the archive."""
    await case.file()
    await path.play(case)
    await case.pass_time(REOPENING_WINDOW + A_LITTLE)


async def propose(case: Case, by: Actor, *, refund: int = 0) -> None:
    """Put up a solution."""
    redress = (Redress(kind=RedressKind.REFUND, amount=Decimal(refund), currency="CNY"),) if refund else ()
    await case.give(ask.Propose(actor=by, solution="We apologise and call back today.", redress=redress))


async def solve(case: Case, owner: Actor = AGENT, approver: Actor = LEAD) -> None:
    """Propose, approve, carry out."""
    await propose(case, owner)
    await case.give(ask.Approve(actor=approver))
    await case.give(ask.Execute(actor=owner, result="We called and apologised."))


async def answer(case: Case, *, solved: bool) -> None:
    """Answer the survey."""
    await case.give(ask.AnswerSurvey(actor=COMPLAINANT, solved=solved, score=5 if solved else 1))


async def _standard(case: Case) -> None:
    await solve(case, HEAD)
    await answer(case, solved=True)


async def _taken_in_hand(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await solve(case)
    await answer(case, solved=True)


async def _meeting(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    departments = ("technical_support", "legal_compliance")
    await case.give(ask.CallMeeting(actor=AGENT, departments=departments, agenda="Who calls back, and when?"))
    present = ("customer_service", "technical_support")
    await case.give(ask.DecideMeeting(actor=AGENT, present=present, minutes="Two were there.", decision="We call."))
    await solve(case)
    await answer(case, solved=True)


async def _meeting_lapses(case: Case) -> None:
    await case.give(ask.CallMeeting(actor=HEAD, departments=("technical_support",), agenda="Whose fault was it?"))
    await case.pass_time(timedelta(hours=73))
    await solve(case, HEAD)
    await answer(case, solved=True)


async def _refused_then_granted(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await propose(case, AGENT)
    await case.give(ask.Refuse(actor=LEAD, reason="An apology alone is too little."))
    await solve(case)
    await answer(case, solved=True)


async def _two_approvals(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await propose(case, AGENT, refund=2500)
    await case.give(ask.Approve(actor=HEAD))
    await case.give(ask.Approve(actor=EXECUTIVE))
    await case.give(ask.Execute(actor=AGENT, result="2,500 CNY refunded."))
    await answer(case, solved=True)


async def _reassigned(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await case.give(ask.Reassign(actor=AGENT, to=Party(department="technical_support"), reason="The line is faulty."))
    await case.give(ask.Accept(actor=ENGINEER))
    await solve(case, ENGINEER, ENGINEERS_LEAD)
    await answer(case, solved=True)


async def _escalated(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await case.give(ask.Escalate(actor=AGENT, reason="The complainant threatens to call the press."))
    await case.give(ask.Escalate(actor=AGENT, reason="The lead is ill."))
    await solve(case, HEAD)
    await answer(case, solved=True)


async def _waiting_answered(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await case.give(ask.Wait(actor=AGENT, waiting_for=WaitingFor.COMPLAINANT, question="When did you call?"))
    await case.pass_time(timedelta(days=2))
    await case.give(ask.Resume(actor=COMPLAINANT, answer="On Monday."))
    await solve(case)
    await answer(case, solved=True)


async def _waiting_expires(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await case.give(ask.Wait(actor=AGENT, waiting_for=WaitingFor.COMPLAINANT, question="When did you call?"))
    await case.pass_time(timedelta(days=7) + A_LITTLE)
    await solve(case)
    await answer(case, solved=True)


async def _unhappy(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await solve(case)
    await answer(case, solved=False)
    await solve(case)
    await answer(case, solved=True)


async def _reopened_after_closing(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await solve(case)
    await answer(case, solved=True)
    await case.pass_time(timedelta(days=20))
    await case.give(ask.Reopen(actor=COMPLAINANT, reason="Nobody has called after all."))
    await solve(case)
    await answer(case, solved=True)


async def _withdrawn(case: Case) -> None:
    await case.give(ask.Withdraw(actor=COMPLAINANT, reason="It has settled itself."))


async def _out_of_scope(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    reason, referral = "The shop is not ours.", "The shop's own hotline."
    await case.give(ask.DeclareOutOfScope(actor=AGENT, reason=reason, referral=referral))


async def _classification_corrected(case: Case) -> None:
    await case.give(ask.Classify(actor=LEAD, nature=Nature.POLICY, severity=Severity.HIGH, reason="It is a threat."))
    await case.give(ask.Accept(actor=LAWYER))
    await propose(case, LAWYER)
    await case.give(ask.Approve(actor=LAWYERS_HEAD))
    await case.give(ask.Approve(actor=EXECUTIVE))
    await case.give(ask.Execute(actor=LAWYER, result="We called and apologised."))
    await answer(case, solved=True)


async def _nobody_touches(case: Case) -> None:
    await case.pass_time(timedelta(days=2))
    await case.give(ask.Accept(actor=EXECUTIVE))
    await solve(case, EXECUTIVE, HEAD)
    await answer(case, solved=True)


async def _survey_unanswered(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    await solve(case)
    await case.pass_time(timedelta(days=7) + A_LITTLE)


async def _filed_twice(case: Case) -> None:
    await case.give(ask.Accept(actor=AGENT))
    assert (await case.file()).duplicate
    await solve(case)
    await answer(case, solved=True)


async def _unsure(case: Case) -> None:
    reason = "The complainant speaks of a washing machine."
    await case.give(ask.Classify(actor=LEAD, nature=Nature.QUALITY, severity=Severity.NORMAL, reason=reason))
    await case.give(ask.Accept(actor=ENGINEER))
    await solve(case, ENGINEER, ENGINEERS_LEAD)
    await answer(case, solved=True)


def _received_three_days_ago() -> dict[str, Any]:
    return {"received_at": datetime.now(UTC) - timedelta(days=3)}


def _says_nothing() -> dict[str, Any]:
    return {"text": "I have something to say."}


_SOLVED = "proposed approval_granted approved executed"
_CONFIRMED = f"{_SOLVED} survey_answered"
_UNANSWERED = "complainant_reminded rung_reached clock_expired resumed"
_TWO_CLOCKS_BREACHED = (
    "rung_reached rung_reached "  # 50 %: the owner
    "rung_reached rung_reached "  # 75 %: the lead
    "clock_breached rung_reached clock_breached rung_reached "  # 100 %: the head
    "rung_reached rung_reached"  # 150 %: the executives
)
"""First reply and first solution run side by side with the same ladder, until the executives know."""

PATHS: dict[str, Path] = {
    "standard": Path(_standard, f"accepted {_CONFIRMED}"),
    "taken_in_hand": Path(_taken_in_hand, f"accepted {_CONFIRMED}"),
    "meeting": Path(_meeting, f"accepted meeting_called meeting_scheduled meeting_decided {_CONFIRMED}"),
    "meeting_lapses": Path(
        _meeting_lapses,
        "meeting_called meeting_scheduled rung_reached rung_reached clock_breached rung_reached rung_reached"
        f" rung_reached clock_expired meeting_lapsed escalated accepted {_CONFIRMED}",
    ),
    "refused_then_granted": Path(_refused_then_granted, f"accepted proposed refused {_CONFIRMED}"),
    "two_approvals": Path(
        _two_approvals, "accepted proposed approval_granted approval_granted approved executed survey_answered"
    ),
    "reassigned": Path(_reassigned, f"accepted reassigned accepted {_CONFIRMED}"),
    "escalated": Path(_escalated, f"accepted escalated escalated {_CONFIRMED}"),
    "waiting_answered": Path(_waiting_answered, f"accepted waiting resumed {_CONFIRMED}"),
    "waiting_expires": Path(_waiting_expires, f"accepted waiting {_UNANSWERED} {_CONFIRMED}"),
    "unhappy": Path(_unhappy, f"accepted {_CONFIRMED} reopened {_CONFIRMED}"),
    "reopened_after_closing": Path(_reopened_after_closing, f"accepted {_CONFIRMED} closed reopened {_CONFIRMED}"),
    "withdrawn": Path(_withdrawn, "withdrawn", Outcome.WITHDRAWN),
    "out_of_scope": Path(_out_of_scope, "accepted declared_out_of_scope", Outcome.OUT_OF_SCOPE),
    "classification_corrected": Path(
        _classification_corrected,
        "classified assigned accepted proposed approval_granted approval_granted approved executed survey_answered",
    ),
    "nobody_touches": Path(_nobody_touches, f"{_TWO_CLOCKS_BREACHED} accepted {_CONFIRMED}"),
    "survey_unanswered": Path(_survey_unanswered, f"accepted {_SOLVED} clock_expired"),
    "filed_twice": Path(_filed_twice, f"accepted {_CONFIRMED}"),
    "unsure": Path(_unsure, f"classified assigned accepted {_CONFIRMED}", complaint=_says_nothing),
    "filed_late": Path(
        _withdrawn, f"{_TWO_CLOCKS_BREACHED} withdrawn", Outcome.WITHDRAWN, complaint=_received_three_days_ago
    ),
}
