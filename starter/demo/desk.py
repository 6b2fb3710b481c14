"""One complaint of the demonstration and the people around it: each method is something one of them does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from starter.client import AmendsClient
from starter.demo.board import Board, Standing
from starter.demo.people import COMPLAINANT, People
from starter.demo.scenes import Scene
from workflows.contract import commands as ask
from workflows.contract.classification import Classification
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, Owner, Party
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Level, Nature, Role, Severity, Status, WaitingFor

THINKING_MIN = timedelta(seconds=1)
THINKING_MAX = timedelta(seconds=2.5)
"""How long people take before they act: long enough to be watched, short beside the limits of the demo's policy."""

WAY_TO_THE_MEETING = timedelta(seconds=2)

TRIES = 5

SATISFIED, DISSATISFIED = 5, 1

Answer = TypeVar("Answer")


class Desk:
    """Staff and complainant of one complaint.

    Every method raises AmendsError when what it asks for is refused: the demonstration has not gone as it should.
    """

    def __init__(self, scene: Scene, client: AmendsClient, board: Board, people: People) -> None:
        self.scene = scene
        self.words = scene.words
        self._client = client
        self._board = board
        self._people = people
        self._commands = 0
        self._habits = random.Random(scene.reference)  # noqa: S311 - how long people think, nothing secret

    async def file(self) -> bool:
        """Hand the complaint in; whether it was there already."""
        filing = await self._answered(lambda: self._client.file(self.scene.complaint))
        if filing.reference != self.scene.reference:
            raise AmendsError(ErrorCode.REFERENCE_TAKEN, f"filed as {filing.reference}, not {self.scene.reference}")
        return filing.duplicate

    async def until(self, condition: Callable[[Standing], bool]) -> Standing:
        """Wait until the complaint stands so in the read model."""
        return await self._board.until(self.scene.reference, condition)

    async def until_happened(self, event_type: str) -> None:
        """Wait for something that the workflow does by itself."""
        await self.until(lambda standing: standing.times(event_type) > 0)

    async def take(self) -> None:
        """Whom it was given to takes the case in hand, or for the head somebody of the department."""
        await self.until(lambda standing: standing.status is not Status.RECEIVED)
        owner = await self._owner()
        actor = self._people.called(owner.subject)
        if Role.HEAD in actor.roles:
            actor = self._people.handler(owner.department, self.scene.complaint.language)
        await self._give(ask.Accept(actor=actor))

    async def take_over(self) -> None:
        """An executive takes the case in hand."""
        await self._give(ask.Accept(actor=self._people.executives()[0]))

    async def propose(self, solution: str, redress: tuple[Redress, ...], by: Actor | None = None) -> None:
        """The owner, or `by`, puts up a solution."""
        actor = by or await self._owner_acting()
        await self._give(ask.Propose(actor=actor, solution=solution, redress=redress))

    async def approve(self) -> None:
        """As many as the policy wants consent."""
        status = Status.APPROVING
        while status is Status.APPROVING:
            status = await self._give(ask.Approve(actor=await self._approver()))

    async def refuse(self) -> None:
        """Somebody entitled sends the proposal back."""
        await self._give(ask.Refuse(actor=await self._approver(), reason=self.words.refusal))

    async def execute(self, result: str) -> None:
        """The owner carries the solution out."""
        await self._give(ask.Execute(actor=await self._owner_acting(), result=result))

    async def solve(self, by: Actor | None = None) -> None:
        """The usual way from a case in hand to a solution carried out."""
        await self.propose(self.words.solution, self.words.redress, by)
        await self.approve()
        await self.execute(self.words.result)

    async def solve_better(self) -> None:
        """The same again with the second solution."""
        await self.propose(self.words.second_solution, self.words.second_redress)
        await self.approve()
        await self.execute(self.words.second_result)

    async def answer_survey(self, *, solved: bool) -> None:
        """The complainant answers the survey that has come, by mail or, without an address, by telephone."""
        asked = (await self._standing()).times("survey_answered") + 1
        await self.until(lambda standing: standing.mails["survey"] >= asked)
        comment = self.words.thanks if solved else self.words.objection
        score = SATISFIED if solved else DISSATISFIED
        await self._give(ask.AnswerSurvey(actor=COMPLAINANT, solved=solved, score=score, comment=comment))

    async def ask_complainant(self) -> None:
        """The owner needs something from the complainant; pausable clocks stop."""
        actor = await self._owner_acting()
        await self._give(ask.Wait(actor=actor, waiting_for=WaitingFor.COMPLAINANT, question=self.words.question))

    async def answer_question(self) -> None:
        """The complainant answers the question that has come."""
        await self.until(lambda standing: standing.mails["question"] > 0)
        await self._give(ask.Resume(actor=COMPLAINANT, answer=self.words.answer))

    async def meet(self) -> None:
        """Several departments decide together, as soon as everybody can have read the invitation."""
        owner = await self._owner()
        departments = self._people.other_departments(self.words.departments, owner.department)
        chair = self._people.called(owner.subject)
        starts_at = datetime.now(UTC) + THINKING_MAX + WAY_TO_THE_MEETING
        agenda = self.words.agenda
        await self._give(ask.CallMeeting(actor=chair, departments=departments, agenda=agenda, starts_at=starts_at))
        await self.until_happened("meeting_scheduled")
        await asyncio.sleep((starts_at - datetime.now(UTC)).total_seconds())
        present = (chair.subject, *(self._people.head(department).subject for department in departments))
        await self._give(ask.RecordMinutes(actor=chair, present=present, minutes=self.words.minutes))
        await self._give(ask.DecideMeeting(actor=chair, decision=self.words.decision))

    async def reassign(self) -> None:
        """The owner gives the case to the department it belongs to."""
        owner = await self._owner()
        department = self._people.other_departments([self.words.move_to], owner.department)[0]
        actor = self._people.called(owner.subject)
        await self._give(ask.Reassign(actor=actor, to=Party(department=department), reason=self.words.move_reason))

    async def escalate(self) -> Actor:
        """The owner calls on the head of the department, who is the answer."""
        owner = await self._owner()
        actor = self._people.called(owner.subject)
        await self._give(ask.Escalate(actor=actor, to=Level.HEAD, reason=self.words.escalation))
        return self._people.head(owner.department)

    async def classify(self) -> None:
        """A person at intake reads what the classifier could not judge."""
        present = await self._classification()
        nature, severity = self.words.nature, self.words.severity
        if (present.nature, present.severity) == (nature, severity):
            severity = Severity.LOW if severity is Severity.NORMAL else Severity.NORMAL
        await self._classify_as(nature, severity)

    async def regrade_critical(self) -> None:
        """Lower what the classifier holds for critical: of that an executive decides alone, below it two people do."""
        present = await self._classification()
        if present.severity is Severity.CRITICAL:
            await self._classify_as(present.nature, Severity.HIGH)

    async def withdraw(self) -> None:
        """The complainant takes the complaint back."""
        await self._give(ask.Withdraw(actor=COMPLAINANT, reason=self.words.withdrawal))

    async def decline(self) -> None:
        """The owner says that it is not ours to solve, and who can."""
        actor = await self._owner_acting()
        reason, referral = self.words.scope_reason, self.words.referral
        await self._give(ask.DeclareOutOfScope(actor=actor, reason=reason, referral=referral))

    async def _classification(self) -> Classification:
        await self.until(lambda standing: standing.status is not Status.RECEIVED)
        view = await self._answered(lambda: self._client.view(self.scene.reference))
        if view.classification is None:
            raise AmendsError(ErrorCode.WRONG_STATUS, "it has an owner, but no classification")
        return view.classification

    async def _classify_as(self, nature: Nature, severity: Severity) -> None:
        reader = self._people.supervisor((await self._owner()).department)
        reason = self.words.classification_reason
        await self._give(ask.Classify(actor=reader, nature=nature, severity=severity, reason=reason))

    async def _give(self, command: ask.Command) -> Status:
        """Think, then give the command; the status it led to. A repeat has the same id, so it acts once."""
        await asyncio.sleep(self._habits.uniform(THINKING_MIN.total_seconds(), THINKING_MAX.total_seconds()))
        self._commands += 1
        numbered = command.model_copy(update={"command_id": f"demo-{self._commands}"})
        receipt = await self._answered(lambda: self._client.command(self.scene.reference, numbered))
        return receipt.status

    async def _answered(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        for tries_left in reversed(range(TRIES)):
            try:
                return await call()
            except AmendsError as error:
                if not error.code.is_silence or not tries_left:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _standing(self) -> Standing:
        return await self.until(lambda _: True)

    async def _owner(self) -> Owner:
        view = await self._answered(lambda: self._client.view(self.scene.reference))
        return view.owner

    async def _owner_acting(self) -> Actor:
        return self._people.called((await self._owner()).subject)

    async def _approver(self) -> Actor:
        """The nearest superior whom the policy lets decide on the present proposal."""
        department = (await self._owner()).department
        for superior in self._people.superiors(department):
            if "approve" in await self._allowed(superior):
                return superior
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"nobody in {department} or among the executives may approve this")

    async def _allowed(self, actor: Actor) -> tuple[str, ...]:
        return await self._answered(lambda: self._client.allowed(self.scene.reference, actor))
