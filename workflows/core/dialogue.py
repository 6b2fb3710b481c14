"""What passes between the desk and the complainant: progress, questions and answers, and whether it is solved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.vocabulary import Outcome, Status, WaitingFor
from workflows.core.case import Case, Wait, procedure_in, proposal_in
from workflows.core.meeting import check_none_open
from workflows.core.room import Changes, Conditions, Decisions, Effects


def _inform(_case: Case, command: ask.Inform, _now: datetime) -> tuple[Event, ...]:
    return (fact.Informed(text=command.text),)


def _wait(case: Case, command: ask.Wait, _now: datetime) -> tuple[Event, ...]:
    procedure = procedure_in(case)
    unmoved = tuple(
        clock.name
        for clock in case.clocks
        if clock.is_live and (rule := procedure.rule(clock.name)).is_obligation and not rule.pausable
    )
    return (fact.Waiting(waiting_for=command.waiting_for, question=command.question, still_counting=unmoved),)


def _resume(_case: Case, command: ask.Resume, _now: datetime) -> tuple[Event, ...]:
    return (fact.Resumed(answer=command.answer),)


def _answer_survey(case: Case, command: ask.AnswerSurvey, _now: datetime) -> tuple[Event, ...]:
    if command.round not in (None, proposal_in(case).round):
        raise AmendsError(
            ErrorCode.WRONG_STATUS, "this survey asks about an earlier solution; the latest has its own", "round"
        )
    answered = fact.SurveyAnswered(solved=command.solved, score=command.score, comment=command.comment)
    if command.solved:
        return (answered, fact.Closed(outcome=Outcome.RESOLVED, reason="the complainant confirmed that it is solved"))
    return (answered, fact.Reopened(count=case.reopened + 1, reason="the complainant says it is not solved"))


def _waits(case: Case, event: fact.Waiting) -> dict[str, Any]:
    wait = Wait(waiting_for=event.waiting_for, resume_to=case.status, question=event.question)
    return {"status": Status.WAITING, "wait": wait}


def _goes_on(case: Case, _event: fact.Resumed) -> dict[str, Any]:
    return {"status": case.wait.resume_to, "wait": None} if case.wait else {}


def _confirm_receipt(entry: Entry, _event: fact.Filed, _case: Case) -> tuple[Effect, ...]:
    return (Notify(sequence=entry.sequence, notice=Notice.ACKNOWLEDGEMENT, to=None),)


def _send_question(entry: Entry, event: fact.Waiting, _case: Case) -> tuple[Effect, ...]:
    if event.waiting_for is not WaitingFor.COMPLAINANT:
        return ()
    return (Notify(sequence=entry.sequence, notice=Notice.QUESTION, to=None, facts={"question": event.question}),)


def _remind(entry: Entry, event: fact.ComplainantReminded, _case: Case) -> tuple[Effect, ...]:
    asked = {"question": event.question} if event.question else {}
    return (Notify(sequence=entry.sequence, notice=Notice.REMINDER, to=None, facts=asked),)


def _report_progress(entry: Entry, event: fact.Informed, _case: Case) -> tuple[Effect, ...]:
    return (Notify(sequence=entry.sequence, notice=Notice.PROGRESS, to=None, facts={"text": event.text}),)


CONDITIONS: Conditions = {"wait": check_none_open}
DECISIONS: Decisions = {"inform": _inform, "wait": _wait, "resume": _resume, "answer_survey": _answer_survey}
CHANGES: Changes = {fact.Waiting: _waits, fact.Resumed: _goes_on}
EFFECTS: Effects = {
    fact.Filed: _confirm_receipt,
    fact.Waiting: _send_question,
    fact.ComplainantReminded: _remind,
    fact.Informed: _report_progress,
}
