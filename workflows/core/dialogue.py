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
from workflows.core.own_work import check_not_own_work
from workflows.core.room import Changes, Conditions, Decisions, Effects
from workflows.core.tasks import closing


def _acknowledge(_case: Case, command: ask.Acknowledge, _now: datetime) -> tuple[Event, ...]:
    return (fact.Acknowledged(how=command.how),)


def _inform(_case: Case, command: ask.Inform, _now: datetime) -> tuple[Event, ...]:
    return (fact.Informed(text=command.text),)


def _ask(_case: Case, command: ask.Ask, _now: datetime) -> tuple[Event, ...]:
    return (fact.Asked(question=command.question),)


def _record_answer(case: Case, command: ask.RecordAnswer, _now: datetime) -> tuple[Event, ...]:
    if case.wait and case.wait.waiting_for is WaitingFor.COMPLAINANT:
        return (fact.Resumed(answer=command.answer),)
    return (fact.Answered(answer=command.answer),)


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
    asked_when_merged = case.kin.asked
    if command.round not in (None, asked_when_merged or proposal_in(case).round):
        raise AmendsError(
            ErrorCode.WRONG_STATUS, "this survey asks about an earlier solution; the latest has its own", "round"
        )
    answered = fact.SurveyAnswered(solved=command.solved, score=command.score, comment=command.comment)
    if command.solved and asked_when_merged:
        return (answered,)
    if command.solved:
        closed = fact.Closed(outcome=Outcome.RESOLVED, reason="the complainant confirmed that it is solved")
        return (answered, *closing(case, closed))
    return (answered, fact.Reopened(count=case.reopened + 1, reason="the complainant says it is not solved"))


def _confirm(case: Case, command: ask.Confirm, _now: datetime) -> tuple[Event, ...]:
    said = fact.CalledBack(solved=command.solved, how=command.how, score=command.score, comment=command.comment)
    if command.solved:
        closed = fact.Closed(outcome=Outcome.RESOLVED, reason="the complainant confirmed that it is solved")
        return (said, *closing(case, closed))
    return (said, fact.Reopened(count=case.reopened + 1, reason="the complainant says it is not solved"))


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


def _send_question_meanwhile(entry: Entry, event: fact.Asked, _case: Case) -> tuple[Effect, ...]:
    facts = {"question": event.question, "meanwhile": "work goes on"}
    return (Notify(sequence=entry.sequence, notice=Notice.QUESTION, to=None, facts=facts),)


def _tell_owner_the_answer(entry: Entry, event: fact.Answered | fact.Resumed, case: Case) -> tuple[Effect, ...]:
    if event.answer is None or entry.actor.subject == case.owner.subject:
        return ()
    facts = {"answer": event.answer}
    return (Notify(sequence=entry.sequence, notice=Notice.ANSWER, to=case.owner.subject, facts=facts),)


def _remind(entry: Entry, event: fact.ComplainantReminded, _case: Case) -> tuple[Effect, ...]:
    asked = {"question": event.question} if event.question else {}
    return (Notify(sequence=entry.sequence, notice=Notice.REMINDER, to=None, facts=asked),)


def _report_progress(entry: Entry, event: fact.Informed, _case: Case) -> tuple[Effect, ...]:
    return (Notify(sequence=entry.sequence, notice=Notice.PROGRESS, to=None, facts={"text": event.text}),)


CONDITIONS: Conditions = {"wait": check_none_open, "confirm": check_not_own_work}
DECISIONS: Decisions = {
    "acknowledge": _acknowledge,
    "inform": _inform,
    "ask": _ask,
    "record_answer": _record_answer,
    "wait": _wait,
    "resume": _resume,
    "answer_survey": _answer_survey,
    "confirm": _confirm,
}
CHANGES: Changes = {
    fact.Waiting: _waits,
    fact.Resumed: _goes_on,
    fact.Executed: lambda _, event: {"executed_by": event.by},
}
EFFECTS: Effects = {
    fact.Filed: _confirm_receipt,
    fact.Asked: _send_question_meanwhile,
    fact.Answered: _tell_owner_the_answer,
    fact.Resumed: _tell_owner_the_answer,
    fact.Waiting: _send_question,
    fact.ComplainantReminded: _remind,
    fact.Informed: _report_progress,
}
