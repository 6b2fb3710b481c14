"""Every path of a complaint's life: what people do on it, and how it must end to count as gone right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starter.demo.board import Standing
from starter.demo.desk import Desk
from starter.demo.scenes import PathName
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Level, Outcome, Status


@dataclass(frozen=True)
class Path:
    """A path: its script, and what its journal must show at the end.

    Attributes:
        title: what happens on it.
        play: what people do, once the complaint is filed.
        outcome: how the complaint ends.
        shows: events that must be in the journal, and how often at least.
        lacks: events that must not be there.
        level: how far up the ladder it goes at least.
    """

    title: str
    play: Callable[[Desk], Awaitable[None]]
    outcome: Outcome = Outcome.RESOLVED
    shows: dict[str, int] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    level: Level = Level.OWNER

    def faults(self, standing: Standing) -> list[str]:
        """In what the complaint did not end as it should; nothing if it did."""
        found = []
        if standing.status is not Status.ARCHIVED or standing.outcome is not self.outcome:
            found.append(f"it is {standing.status} ({standing.outcome}), not archived ({self.outcome})")
        if [happening.sequence for happening in standing.journal] != list(range(1, standing.sequence + 1)):
            found.append("its journal has gaps")
        found += [
            f"{event} is in its journal {standing.times(event)} times, not {times}"
            for event, times in self.shows.items()
            if standing.times(event) < times
        ]
        found += [f"{event} is in its journal" for event in self.lacks if standing.times(event)]
        if standing.level.rank < self.level.rank:
            found.append(f"it reached level {standing.level}, not {self.level}")
        return found


async def _straight(desk: Desk) -> None:
    await desk.take()
    await desk.solve()
    await desk.answer_survey(solved=True)


async def _untouched(desk: Desk) -> None:
    await desk.until(lambda standing: standing.level is Level.EXECUTIVE)
    await desk.take_over()
    await desk.solve()
    await desk.answer_survey(solved=True)


async def _meeting(desk: Desk) -> None:
    await desk.take()
    await desk.meet()
    await desk.solve()
    await desk.answer_survey(solved=True)


async def _refused(desk: Desk) -> None:
    await desk.take()
    await desk.propose(desk.words.solution, desk.words.redress)
    await desk.refuse()
    await desk.solve_better()
    await desk.answer_survey(solved=True)


async def _reassigned(desk: Desk) -> None:
    await desk.take()
    await desk.reassign()
    await desk.take()
    await desk.solve()
    await desk.answer_survey(solved=True)


async def _escalated(desk: Desk) -> None:
    await desk.take()
    superior = await desk.escalate()
    await desk.solve(by=superior)
    await desk.answer_survey(solved=True)


async def _question(desk: Desk) -> None:
    await desk.take()
    await desk.ask_complainant()
    await desk.answer_question()
    await desk.solve()
    await desk.answer_survey(solved=True)


async def _reopened(desk: Desk) -> None:
    await desk.take()
    await desk.solve()
    await desk.answer_survey(solved=False)
    await desk.solve_better()
    await desk.answer_survey(solved=True)


async def _withdrawn(desk: Desk) -> None:
    await desk.take()
    await desk.withdraw()


async def _out_of_scope(desk: Desk) -> None:
    await desk.take()
    await desk.decline()


async def _duplicate(desk: Desk) -> None:
    await desk.take()
    if not await desk.file():
        raise AmendsError(ErrorCode.REFERENCE_TAKEN, "filing the same complaint again gave another one")
    await desk.solve()
    await desk.answer_survey(solved=True)


async def _unsure(desk: Desk) -> None:
    await desk.classify()
    await desk.take()
    await desk.solve()
    await desk.answer_survey(solved=True)


async def _two_approvals(desk: Desk) -> None:
    await desk.take()
    await desk.regrade_critical()
    await desk.propose(desk.words.solution, desk.words.large_redress)
    await desk.approve()
    await desk.execute(desk.words.result)
    await desk.answer_survey(solved=True)


async def _silent_survey(desk: Desk) -> None:
    await desk.take()
    await desk.solve()


async def _silent_wait(desk: Desk) -> None:
    await desk.take()
    await desk.ask_complainant()
    await desk.until_happened("resumed")
    await desk.solve()
    await desk.answer_survey(solved=True)


_SOLVED = {"approved": 1, "executed": 1, "survey_answered": 1}

PATHS: dict[PathName, Path] = {
    PathName.STRAIGHT: Path("taken, solved, approved, carried out, confirmed", _straight, shows=_SOLVED),
    PathName.UNTOUCHED: Path(
        "nobody touches it until it has climbed to the executives by itself",
        _untouched,
        shows=_SOLVED | {"clock_breached": 1, "rung_reached": 4},
        lacks=("escalated",),
        level=Level.EXECUTIVE,
    ),
    PathName.MEETING: Path(
        "several departments decide together",
        _meeting,
        shows=_SOLVED | {"meeting_called": 1, "meeting_scheduled": 1, "minutes_recorded": 1, "meeting_decided": 1},
    ),
    PathName.REFUSED: Path(
        "the proposal is refused, a better one approved", _refused, shows=_SOLVED | {"refused": 1, "proposed": 2}
    ),
    PathName.REASSIGNED: Path(
        "it belongs to another department", _reassigned, shows=_SOLVED | {"reassigned": 1, "accepted": 2}
    ),
    PathName.ESCALATED: Path(
        "its owner calls on the head", _escalated, shows=_SOLVED | {"escalated": 1}, level=Level.HEAD
    ),
    PathName.QUESTION: Path(
        "waits for the complainant, who answers", _question, shows=_SOLVED | {"waiting": 1, "resumed": 1}
    ),
    PathName.REOPENED: Path(
        "the survey says no, the second try solves it",
        _reopened,
        shows={"approved": 2, "executed": 2, "reopened": 1, "survey_answered": 2},
    ),
    PathName.WITHDRAWN: Path("the complainant takes it back", _withdrawn, Outcome.WITHDRAWN, {"withdrawn": 1}),
    PathName.OUT_OF_SCOPE: Path("not ours to solve", _out_of_scope, Outcome.OUT_OF_SCOPE, {"declared_out_of_scope": 1}),
    PathName.DUPLICATE: Path("filed twice, still one complaint", _duplicate, shows=_SOLVED | {"filed": 1}),
    PathName.UNSURE: Path(
        "a person classifies what the classifier could not", _unsure, shows=_SOLVED | {"classified": 2}
    ),
    PathName.TWO_APPROVALS: Path(
        "so large or grave that two must approve", _two_approvals, shows=_SOLVED | {"approval_granted": 2}
    ),
    PathName.SILENT_SURVEY: Path(
        "the survey is never answered, its clock closes",
        _silent_survey,
        shows={"approved": 1, "executed": 1, "clock_expired": 2},
        lacks=("survey_answered",),
    ),
    PathName.SILENT_WAIT: Path(
        "a question is never answered, its clock goes on",
        _silent_wait,
        shows=_SOLVED | {"waiting": 1, "resumed": 1, "clock_expired": 2},
    ),
}
