"""A major event: one complaint leads many with the same cause. One plan, one statement, one decision for all of them;
each child still goes its own way to its own end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.effects import Effect, Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.kinship import KIN_MAX, Child, Decision, MajorEvent, Request, Standpoint
from workflows.contract.parties import SYSTEM, Actor, Party
from workflows.contract.replies import Answer
from workflows.contract.vocabulary import Status
from workflows.core import joint_decision
from workflows.core.case import Case, procedure_in
from workflows.core.event_members import answered, as_member, child_of, of_event, references
from workflows.core.joint_decision import decision_of
from workflows.core.kin import is_yes, other, refusal, relay, tell_who_asked, with_kin
from workflows.core.people import person_in
from workflows.core.room import Changes, Conditions, Decisions, Effects
from workflows.core.stages import ASSESSED

_APPROVED = frozenset({Status.EXECUTING, Status.CONFIRMING})


def _event_of(case: Case) -> MajorEvent:
    if case.kin.event is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "it leads no major event")
    return case.kin.event


def _check_leads(case: Case, _actor: Actor) -> None:
    _event_of(case)


def _check_leads_none(case: Case, _actor: Actor) -> None:
    if case.kin.event:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"it already leads the major event {case.kin.event.title}")
    _check_free(case)


def _check_may_join(case: Case, _actor: Actor) -> None:
    if case.kin.event:
        raise AmendsError(
            ErrorCode.WRONG_STATUS, "it leads a major event itself, and events have no events of their own"
        )
    _check_free(case)


def _check_free(case: Case) -> None:
    if case.kin.parent:
        raise AmendsError(ErrorCode.ALREADY_THERE, f"it belongs to the event of {case.kin.parent}; leave that first")
    if asked := case.kin.joining or case.kin.merging:
        raise AmendsError(ErrorCode.WRONG_STATUS, f"{asked.reference} was asked to take it and has to answer first")


def _check_belongs(case: Case, _actor: Actor) -> None:
    if case.kin.parent is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "it belongs to no major event")


def _check_is_child(case: Case, _actor: Actor) -> None:
    if not (case.kin.parent or case.kin.joining):
        raise AmendsError(ErrorCode.WRONG_STATUS, "it belongs to no major event")


def _declare(case: Case, command: ask.DeclareMajorEvent, _now: datetime) -> tuple[Event, ...]:
    procedure = procedure_in(case)
    told: list[str | None] = []
    departments = tuple(dict.fromkeys(command.departments))
    for index, department in enumerate(command.departments):
        told.append(person_in(procedure, Party(department=department), f"departments.{index}").subject)
        told.append(procedure.departments[department].lead)
    declared = fact.MajorEventDeclared(
        title=command.title,
        departments=departments,
        plan=command.plan,
        spokesperson=command.spokesperson,
        statement=command.statement,
        told=tuple(dict.fromkeys(person for person in told if person)),
    )
    return (declared, fact.Informed(text=command.statement)) if command.statement else (declared,)


def _join(case: Case, command: ask.JoinEvent, _now: datetime) -> tuple[Event, ...]:
    parent = other(case, command.parent, "parent")
    return (fact.JoinRequested(parent=parent, by=command.actor.subject, reason=command.reason),)


def _leave(case: Case, command: ask.LeaveEvent, _now: datetime) -> tuple[Event, ...]:
    _check_belongs(case, command.actor)
    return (fact.LeftEvent(parent=str(case.kin.parent), reason=command.reason),)


def _adopt(case: Case, command: ask.AdoptChild, _now: datetime) -> tuple[Event, ...]:
    children = _event_of(case).children
    if any(child.reference == command.reference for child in children):
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{command.reference} already belongs to the event")
    if len(children) >= KIN_MAX:
        raise AmendsError(ErrorCode.TOO_MANY, f"a major event has at most {KIN_MAX} complaints; declare another one")
    return (fact.ChildAdopted(reference=command.reference),)


def _broadcast(case: Case, command: ask.Broadcast, _now: datetime) -> tuple[Event, ...]:
    said = fact.StatementMade(text=command.text, children=len(_event_of(case).children))
    return (said, fact.Informed(text=command.text)) if case.status in ASSESSED else (said,)


def _pass_on(case: Case, command: ask.PassOn, _now: datetime) -> tuple[Event, ...]:
    return (*as_member(case, command.parent), fact.Informed(text=command.text))


def hear_of_joining(case: Case, answer: Answer) -> tuple[Event, ...]:
    """The leading complaint has adopted this one, or has not. Should this one have ended meanwhile, it is let go."""
    request = case.kin.joining
    if request is None or (request.reference, request.sequence) != (answer.reference, answer.sequence):
        return ()
    if is_yes(answer) and case.status in ASSESSED:
        return (fact.JoinedEvent(parent=request.reference),)
    here = is_yes(answer)
    code, message = (ErrorCode.WRONG_STATUS, f"it is {case.status.value} by now") if here else refusal(answer)
    return (fact.JoinRefused(parent=request.reference, by=request.by, code=code, message=message, here=here),)


def hear_of_statement(case: Case, answer: Answer) -> tuple[Event, ...]:
    """Only who could not be told anything, and was not known for that, is worth a line."""
    child = child_of(case, answer.reference)
    if child is None or is_yes(answer) or answer.code is child.code:
        return ()
    return (answered(answer),)


def _declared(case: Case, event: fact.MajorEventDeclared) -> dict[str, Any]:
    status = case.wait.resume_to if case.wait else case.status
    led = MajorEvent(
        title=event.title,
        departments=event.departments,
        plan=event.plan,
        spokesperson=event.spokesperson,
        statement=event.statement,
        decision=decision_of(case) if status in _APPROVED else None,
    )
    return with_kin(case, event=led)


def _join_requested(case: Case, event: fact.JoinRequested) -> dict[str, Any]:
    request = Request(reference=event.parent, sequence=case.sequence + 1, by=event.by, reason=event.reason)
    return with_kin(case, joining=request)


def _adopted(case: Case, event: fact.ChildAdopted) -> dict[str, Any]:
    present = case.kin.event.children if case.kin.event else ()
    return of_event(case, children=(*present, Child(reference=event.reference)))


def _child_answered(case: Case, event: fact.ChildAnswered) -> dict[str, Any]:
    present = case.kin.event.children if case.kin.event else ()

    def updated(child: Child) -> Child:
        standpoint = child.standpoint
        if event.command == ask.ApplyDecision.name:
            standpoint = Standpoint.DECIDED if event.applied else Standpoint.OWN_WAY
        return Child(reference=child.reference, standpoint=standpoint, code=event.code)

    children = (updated(child) if child.reference == event.reference else child for child in present)
    return of_event(case, children=tuple(children))


def _call_departments(entry: Entry, event: fact.MajorEventDeclared, _case: Case) -> tuple[Effect, ...]:
    given = {"title": event.title, "plan": event.plan, "by": entry.actor.subject, "spokesperson": event.spokesperson}
    facts = {name: value for name, value in (given | {"statement": event.statement}).items() if value}
    return tuple(
        Notify(sequence=entry.sequence, notice=Notice.MAJOR_EVENT, to=person, facts=facts) for person in event.told
    )


def _ask_to_join(entry: Entry, event: fact.JoinRequested, case: Case) -> tuple[Effect, ...]:
    return relay(entry, (event.parent,), ask.AdoptChild(actor=SYSTEM, reference=case.reference))


def _tell_of_refusal(entry: Entry, event: fact.JoinRefused, case: Case) -> tuple[Effect, ...]:
    forget = relay(entry, (event.parent,), ask.LetGo(actor=SYSTEM, reference=case.reference)) if event.here else ()
    return (*tell_who_asked(entry, event, "join_event", event.parent), *forget)


def _leave_parent(entry: Entry, event: fact.LeftEvent, case: Case) -> tuple[Effect, ...]:
    return relay(entry, (event.parent,), ask.LetGo(actor=SYSTEM, reference=case.reference))


def _brief(entry: Entry, event: fact.ChildAdopted, case: Case) -> tuple[Effect, ...]:
    """Who joins late learns what the others know."""
    led, child = case.kin.event, (event.reference,)
    said = led and led.statement and ask.PassOn(actor=SYSTEM, parent=case.reference, text=led.statement)
    decision = led.decision if led and not _is_doubtful(case, led.decision) else None
    decided = decision and ask.ApplyDecision(actor=SYSTEM, parent=case.reference, decision=decision)
    return tuple(effect for command in (said, decided) if command for effect in relay(entry, child, command))


def _is_doubtful(case: Case, decision: Decision | None) -> bool:
    """Somebody who made it has turned out to have an interest in it."""
    makers = {decision.by, *(consent.by for consent in decision.consents)} if decision else set()
    return not makers.isdisjoint(case.conflicts)


def _tell_all(entry: Entry, event: fact.StatementMade, case: Case) -> tuple[Effect, ...]:
    return relay(entry, references(case), ask.PassOn(actor=SYSTEM, parent=case.reference, text=event.text))


CONDITIONS: Conditions = {
    "declare_major_event": _check_leads_none,
    "join_event": _check_may_join,
    "leave_event": _check_belongs,
    "broadcast": _check_leads,
    "adopt_child": _check_leads,
    "pass_on": _check_is_child,
    "apply_decision": _check_is_child,
}
DECISIONS: Decisions = {
    "declare_major_event": _declare,
    "join_event": _join,
    "leave_event": _leave,
    "broadcast": _broadcast,
    "adopt_child": _adopt,
    "pass_on": _pass_on,
    **joint_decision.DECISIONS,
}
CHANGES: Changes = {
    fact.MajorEventDeclared: _declared,
    fact.JoinRequested: _join_requested,
    fact.JoinRefused: lambda case, _: with_kin(case, joining=None),
    fact.JoinedEvent: lambda case, event: with_kin(case, joining=None, parent=event.parent, heard=0),
    fact.LeftEvent: lambda case, _: with_kin(case, parent=None, heard=0),
    fact.ChildAdopted: _adopted,
    fact.ChildAnswered: _child_answered,
    fact.StatementMade: lambda case, event: of_event(case, statement=event.text),
    **joint_decision.CHANGES,
}
EFFECTS: Effects = {
    fact.MajorEventDeclared: _call_departments,
    fact.JoinRequested: _ask_to_join,
    fact.JoinRefused: _tell_of_refusal,
    fact.LeftEvent: _leave_parent,
    fact.ChildAdopted: _brief,
    fact.StatementMade: _tell_all,
    **joint_decision.EFFECTS,
}
