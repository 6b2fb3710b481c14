"""A duplicate that is merged into its survivor, and follows it to its end.

A merge is asked for here and answered there: until the answer has come, the duplicate goes on as before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify, SendSurvey
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.kinship import KIN_MAX, Request
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.replies import Answer
from workflows.contract.vocabulary import Outcome
from workflows.core import tasks
from workflows.core.case import Case
from workflows.core.kin import is_yes, other, refusal, relay, tell_who_asked, with_kin
from workflows.core.room import Changes, Conditions, Decisions, Effects
from workflows.core.stages import check_status


def _check_may_ask(case: Case, _actor: Actor) -> None:
    if case.kin.merging:
        raise AmendsError(
            ErrorCode.ALREADY_THERE, f"{case.kin.merging.reference} has been asked and has to answer first"
        )
    _check_may_merge(case)


def _check_may_merge(case: Case) -> None:
    """Refuse to end this complaint as a duplicate while something in it would get lost."""
    check_status(case, "merge")
    tasks.check_none_open(case)
    if case.hold:
        raise AmendsError(ErrorCode.ON_HOLD, "it is on legal hold, so its file must stay as it is; lift the hold first")
    tasks.check_none_open(case)
    if case.kin.event:
        raise AmendsError(ErrorCode.WRONG_STATUS, "it leads a major event; its children would lose their lead")
    if case.kin.joining:
        raise AmendsError(
            ErrorCode.WRONG_STATUS, f"{case.kin.joining.reference} has to answer first: it was asked to join"
        )


def _check_not_merging(case: Case, _actor: Actor) -> None:
    """Two that are merged into each other would both be gone."""
    if case.kin.merging:
        raise AmendsError(
            ErrorCode.WRONG_STATUS,
            f"it is about to be merged itself, into {case.kin.merging.reference}; try again soon",
        )


def _check_follows(case: Case, _actor: Actor) -> None:
    if case.kin.survivor:
        return
    if case.kin.merging is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "it follows no other complaint")
    _check_may_merge(case)


def _check_has_followers(case: Case, _actor: Actor) -> None:
    if not (case.kin.absorbed or (case.kin.event and case.kin.event.children)):
        raise AmendsError(ErrorCode.ALREADY_THERE, "no other complaint belongs to this one")


def _merge(case: Case, command: ask.Merge, _now: datetime) -> tuple[Event, ...]:
    into = other(case, command.into, "into")
    if into in case.kin.absorbed:
        raise AmendsError(ErrorCode.WRONG_STATUS, f"{into} was merged into this one and follows it", "into")
    return (fact.MergeRequested(into=into, by=command.actor.subject, reason=command.reason),)


def _absorb(case: Case, command: ask.Absorb, _now: datetime) -> tuple[Event, ...]:
    if command.reference in case.kin.absorbed:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{command.reference} already follows this one")
    if len(case.kin.absorbed) >= KIN_MAX:
        raise AmendsError(ErrorCode.TOO_MANY, f"a complaint takes in at most {KIN_MAX} others")
    return (fact.Absorbed(reference=command.reference),)


def _let_go(case: Case, command: ask.LetGo, _now: datetime) -> tuple[Event, ...]:
    children = case.kin.event.children if case.kin.event else ()
    if command.reference not in (*case.kin.absorbed, *(child.reference for child in children)):
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{command.reference} does not belong to this one")
    return (fact.LetGone(reference=command.reference),)


def _follow(case: Case, command: ask.Follow, _now: datetime) -> tuple[Event, ...]:
    """The survivor may speak before its answer to the merge has been heard here: then that is its answer."""
    events: tuple[Event, ...] = ()
    if case.kin.merging and case.kin.merging.reference == command.survivor:
        events = _merged_into(case, case.kin.merging)
    elif case.kin.survivor != command.survivor:
        raise AmendsError(ErrorCode.WRONG_STATUS, f"it does not follow {command.survivor}")
    asked = case.rounds + 1 if command.result is not None else None
    followed = fact.Followed(survivor=command.survivor, round=asked, result=command.result, outcome=command.outcome)
    return (*events, followed)


def hear_of_merge(case: Case, answer: Answer) -> tuple[Event, ...]:
    """The survivor has taken it in, or has not. Should this one have moved on meanwhile, the survivor lets it go."""
    request = case.kin.merging
    if request is None or (request.reference, request.sequence) != (answer.reference, answer.sequence):
        return ()
    if not is_yes(answer):
        code, message = refusal(answer)
        return (fact.MergeRefused(into=request.reference, by=request.by, code=code, message=message),)
    try:
        _check_may_merge(case)
    except AmendsError as error:
        return (
            fact.MergeRefused(into=request.reference, by=request.by, code=error.code, message=error.message, here=True),
        )
    return _merged_into(case, request)


def hear_of_follower(case: Case, answer: Answer) -> tuple[Event, ...]:
    """Who does not follow any more, or is not there any more, need not be told again."""
    if is_yes(answer) or answer.reference not in case.kin.absorbed:
        return ()
    return (fact.LetGone(reference=answer.reference),)


def _merged_into(case: Case, request: Request) -> tuple[Event, ...]:
    leaves: tuple[Event, ...] = ()
    if case.kin.parent:
        leaves = (fact.LeftEvent(parent=case.kin.parent, reason=f"merged into {request.reference}"),)
    return (
        *leaves,
        fact.Merged(into=request.reference, reason=request.reason),
        fact.Closed(outcome=Outcome.MERGED, reason=request.reason),
    )


def _merge_requested(case: Case, event: fact.MergeRequested) -> dict[str, Any]:
    request = Request(reference=event.into, sequence=case.sequence + 1, by=event.by, reason=event.reason)
    return with_kin(case, merging=request)


def _let_gone(case: Case, event: fact.LetGone) -> dict[str, Any]:
    kin, event_led = case.kin, case.kin.event
    if event_led:
        children = tuple(child for child in event_led.children if child.reference != event.reference)
        event_led = event_led.model_copy(update={"children": children})
    return with_kin(case, absorbed=tuple(each for each in kin.absorbed if each != event.reference), event=event_led)


def _followed(case: Case, event: fact.Followed) -> dict[str, Any]:
    if event.round is None:
        return with_kin(case, ended=event.outcome)
    return with_kin(case, asked=event.round, told=True) | {"rounds": event.round}


def _reopened(case: Case, _event: fact.Reopened) -> dict[str, Any]:
    """It goes on by itself; and what did not solve it here is no decision for those who join later."""
    event = case.kin.event and case.kin.event.model_copy(update={"decision": None})
    return with_kin(case, survivor=None, left=case.kin.survivor, asked=None, told=False, ended=None, event=event)


def _closed(case: Case, _event: fact.Closed) -> dict[str, Any]:
    return with_kin(case, left=None) if case.kin.left else {}


def _survey_answered(case: Case, _event: fact.SurveyAnswered) -> dict[str, Any]:
    return with_kin(case, asked=None) if case.kin.asked else {}


def _ask_the_survivor(entry: Entry, event: fact.MergeRequested, case: Case) -> tuple[Effect, ...]:
    return relay(entry, (event.into,), ask.Absorb(actor=SYSTEM, reference=case.reference))


def _tell_of_refused_merge(entry: Entry, event: fact.MergeRefused, case: Case) -> tuple[Effect, ...]:
    forget = relay(entry, (event.into,), ask.LetGo(actor=SYSTEM, reference=case.reference)) if event.here else ()
    return (*tell_who_asked(entry, event, "merge", event.into), *forget)


def _tell_it_was_merged(entry: Entry, _event: fact.Merged, _case: Case) -> tuple[Effect, ...]:
    return (Notify(sequence=entry.sequence, notice=Notice.MERGED, to=None),)


def _pass_result_on(entry: Entry, event: fact.Executed, case: Case) -> tuple[Effect, ...]:
    return relay(entry, case.kin.absorbed, ask.Follow(actor=SYSTEM, survivor=case.reference, result=event.result))


def _pass_end_on(entry: Entry, event: fact.Closed, case: Case) -> tuple[Effect, ...]:
    if event.outcome is Outcome.MERGED:  # it follows another now, and those who follow it hear of that one's end
        return ()
    return relay(entry, case.kin.absorbed, ask.Follow(actor=SYSTEM, survivor=case.reference, outcome=event.outcome))


def _tell_what_became_of_it(entry: Entry, event: fact.Followed, case: Case) -> tuple[Effect, ...]:
    told: tuple[Effect, ...] = ()
    if event.result is not None and event.round is not None:
        told = (SendSurvey(sequence=entry.sequence, round=event.round, result=event.result),)
    elif event.outcome and not case.kin.told:
        facts = {"outcome": event.outcome.value}
        told = (Notify(sequence=entry.sequence, notice=Notice.MERGED_ENDED, to=None, facts=facts),)
    on = ask.Follow(actor=SYSTEM, survivor=case.reference, result=event.result, outcome=event.outcome)
    return (*told, *relay(entry, case.kin.absorbed, on))


def _leave_the_survivor(entry: Entry, _event: fact.Reopened, case: Case) -> tuple[Effect, ...]:
    left = (case.kin.left,) if case.kin.left else ()
    return relay(entry, left, ask.LetGo(actor=SYSTEM, reference=case.reference))


CONDITIONS: Conditions = {
    "merge": _check_may_ask,
    "absorb": _check_not_merging,
    "follow": _check_follows,
    "let_go": _check_has_followers,
}
DECISIONS: Decisions = {"merge": _merge, "absorb": _absorb, "let_go": _let_go, "follow": _follow}
CHANGES: Changes = {
    fact.MergeRequested: _merge_requested,
    fact.MergeRefused: lambda case, _: with_kin(case, merging=None),
    fact.Absorbed: lambda case, event: with_kin(case, absorbed=(*case.kin.absorbed, event.reference)),
    fact.LetGone: _let_gone,
    fact.Merged: lambda case, event: with_kin(case, merging=None, survivor=event.into),
    fact.Followed: _followed,
    fact.Reopened: _reopened,
    fact.Closed: _closed,
    fact.SurveyAnswered: _survey_answered,
}
EFFECTS: Effects = {
    fact.MergeRequested: _ask_the_survivor,
    fact.MergeRefused: _tell_of_refused_merge,
    fact.Merged: _tell_it_was_merged,
    fact.Followed: _tell_what_became_of_it,
    fact.Executed: _pass_result_on,
    fact.Closed: _pass_end_on,
    fact.Reopened: _leave_the_survivor,
}
