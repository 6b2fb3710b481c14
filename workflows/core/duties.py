"""Who has to do what about a case now. Nothing lies around without anybody having to do something about it, unless
somebody outside has to.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from workflows.contract.assignment import AssignTo
from workflows.contract.views import DUTIES_MAX, Duty
from workflows.contract.vocabulary import DutyKind, EventType, Level, Role, Severity, Status
from workflows.core.addressees import Addressee
from workflows.core.approval import barred, department_of, not_asked, open_steps, roles_asked, rule_for
from workflows.core.case import Case, procedure_in, proposal_in
from workflows.core.dues import Dues, dues
from workflows.core.meeting_duties import of_meeting, of_tasks
from workflows.core.silence import is_over

_CALLED_BACK_FROM = Severity.HIGH
"""How bad a case must have been for somebody to ask in person whether it is solved."""

_HANDLERS = (Role.AGENT, Role.LEAD, Role.HEAD)
_IN_CHARGE = (Role.LEAD, Role.HEAD, Role.EXECUTIVE)

_TAKES_UP_AN_ANSWER = (
    EventType.INFORMED,
    EventType.ASKED,
    EventType.NOTED,
    EventType.MEETING_CALLED,
    EventType.CLASSIFIED,
    EventType.PROPOSED,
    EventType.EXECUTED,
    EventType.REOPENED,
)


def duties(case: Case, limits: Dues | None = None) -> tuple[Duty, ...]:
    """All that people on the staff have to do now. `limits` are `dues(case)`, where these are known already."""
    if case.procedure is None or case.status in (Status.RECEIVED, Status.CLOSED, Status.ARCHIVED):
        return ()
    limits = limits or dues(case)
    sources = (_of_status, _of_silence, of_meeting, of_tasks, _of_answer, _of_level)
    return tuple(islice(chain.from_iterable(source(case, limits) for source in sources), DUTIES_MAX))


def _of_status(case: Case, limits: Dues) -> Iterator[Duty]:
    """What takes the case on from where it stands."""
    if _is_stuck(case):
        yield _help(case, limits)
        return
    match case.status:
        case Status.ASSIGNED | Status.INVESTIGATING if case.meeting is None and _is_unsure(case):
            yield from limits.of_owner(DutyKind.CLASSIFY, EventType.ACCEPTED)
        case Status.ASSIGNED if _fell_to_the_head(case):
            yield from limits.of_owner(DutyKind.ASSIGN, EventType.ACCEPTED)
        case Status.ASSIGNED:
            yield from limits.of_owner(DutyKind.ACCEPT, EventType.ACCEPTED)
        case Status.INVESTIGATING if case.meeting is None and not _has_unread_answer(case):
            yield from limits.of_owner(DutyKind.HANDLE, EventType.PROPOSED)
        case Status.APPROVING:
            yield from _approvals(case, limits)
        case Status.EXECUTING:
            yield from limits.of_owner(DutyKind.EXECUTE, EventType.EXECUTED)


def _is_stuck(case: Case) -> bool:
    """Everybody in its line is barred from it, its owner among them."""
    waits_for_owner = case.status in (Status.ASSIGNED, Status.INVESTIGATING, Status.EXECUTING)
    return waits_for_owner and case.owner.subject in case.conflicts


def _help(case: Case, limits: Dues) -> Duty:
    """Others in charge have to take it over; not those who approved its solution, who could not own it."""
    others = Addressee(department=case.owner.department, roles=_IN_CHARGE)
    spoken = case.proposal.spoken if case.proposal else ()
    return limits.of(others, DutyKind.TAKE_OVER, EventType.ACCEPTED, but_not=spoken)


def _is_unsure(case: Case) -> bool:
    """The classifier was, and nobody at intake has said yet what it is."""
    classified, policy = case.classification, procedure_in(case).policy
    is_sure = classified is None or (classified.in_scope and classified.confidence >= policy.min_confidence)
    return not is_sure and case.owner.department == policy.intake_department


def _fell_to_the_head(case: Case) -> bool:
    """Nobody was there to be given it, where the policy gives it to people."""
    procedure = procedure_in(case)
    is_meant_for_others = procedure.policy.assignment.to is AssignTo.PERSON
    return is_meant_for_others and case.owner.subject == procedure.departments[case.owner.department].head


def _approvals(case: Case, limits: Dues) -> Iterator[Duty]:
    """The people of a step, without those whose consent would not count; and those who were handed a right."""
    proposal, cannot = proposal_in(case), not_asked(case)
    void = {*barred(case), *proposal.spoken}
    for step in open_steps(case):
        update = {
            "due_at": limits.met_by(*(() if step.clock else (EventType.APPROVED,)), clock=step.clock),
            "about": step.step if rule_for(case).steps else None,
        }
        asked = Addressee(department=department_of(case, step), roles=tuple(dict.fromkeys(roles_asked(case, step))))
        yield limits.of(asked, DutyKind.APPROVE, but_not=cannot).model_copy(update=update)
        for handed in proposal.delegations:
            if handed.step == step.step and handed.to not in cannot and handed.by not in void:
                yield limits.of(Addressee(handed.to), DutyKind.APPROVE).model_copy(update=update)


def _of_silence(case: Case, limits: Dues) -> Iterator[Duty]:
    """It is for somebody outside to say something; what they say of a serious case, somebody asks in person."""
    if case.status is Status.WAITING and is_over(case, EventType.RESUMED):
        yield from limits.of_owner(DutyKind.ANSWER, EventType.INFORMED)
    is_to_be_asked = _is_serious(case) or is_over(case, EventType.SURVEY_ANSWERED)
    if case.status is Status.CONFIRMING and case.closing is None and is_to_be_asked:
        yield from _call_back(case, limits)


def _is_serious(case: Case) -> bool:
    return case.classification is not None and case.classification.severity.rank >= _CALLED_BACK_FROM.rank


def _call_back(case: Case, limits: Dues) -> Iterator[Duty]:
    """The owner asks whether it is solved, or somebody else of the department if it is the owner's own work."""
    own_work = (case.executed_by,) if case.executed_by else ()
    if case.owner.subject not in (*own_work, *case.conflicts):
        yield from limits.of_owner(DutyKind.CONFIRM, EventType.CALLED_BACK, but_not=own_work)
        return
    others = Addressee(department=case.owner.department, roles=_HANDLERS)
    yield limits.of(others, DutyKind.CONFIRM, EventType.CALLED_BACK, but_not=own_work)


def _of_answer(case: Case, limits: Dues) -> Iterator[Duty]:
    """An answer has come, or nobody waits for it any longer, and the owner has not gone on since."""
    if case.status in (Status.ASSIGNED, Status.WAITING) or case.owner.subject in case.conflicts:
        return
    is_for_intake = case.status is Status.INVESTIGATING and case.meeting is None and _is_unsure(case)
    if _has_unread_answer(case) and not is_for_intake:
        yield from limits.of_owner(DutyKind.ANSWER, EventType.INFORMED)


def _has_unread_answer(case: Case) -> bool:
    order = {event: place for place, event in enumerate(case.happened)}
    answered = max(order.get(EventType.ANSWERED, -1), order.get(EventType.RESUMED, -1))
    return answered >= 0 and all(order.get(event, -1) < answered for event in _TAKES_UP_AN_ANSWER)


def _of_level(case: Case, limits: Dues) -> Iterator[Duty]:
    """The level that a limit or a person called on, while we and not somebody outside have to do something."""
    if case.level is Level.OWNER or case.status in (Status.WAITING, Status.CONFIRMING):
        return
    subject = case.person_at(case.level)
    if subject in _from(case, case.level) and subject not in (case.owner.subject, *case.conflicts):
        duty = limits.of(Addressee(subject), DutyKind.ESCALATED)
        yield duty.model_copy(update={"about": case.level.value})


def _from(case: Case, level: Level) -> tuple[str, ...]:
    """Who stands at a level or above it."""
    procedure = procedure_in(case)
    responsible = procedure.departments[case.owner.department]
    rungs = (responsible.lead or responsible.head, responsible.head, procedure.executive)
    return rungs[level.rank - Level.LEAD.rank :]
