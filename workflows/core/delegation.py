"""Handing the right to decide on the present proposal to a colleague: who may, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.consent import Delegation
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Event
from workflows.contract.parties import Standing
from workflows.contract.vocabulary import Role
from workflows.core.approval import barred
from workflows.core.approvers import may_decide, own_step
from workflows.core.case import Case, Proposal, proposal_in

_STAFF = {Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE}
_FIELD = "to.subject"


def delegate(case: Case, command: ask.Delegate, now: datetime) -> tuple[Event, ...]:
    """Decide the command. A later delegation of the same person takes the place of an earlier one."""
    proposal, step = proposal_in(case), own_step(case, command.actor)
    to = command.to.subject
    if to is None:
        raise AmendsError(ErrorCode.INVALID_INPUT, "name the colleague who decides instead", _FIELD)
    if command.to.standing is None:
        raise AmendsError(
            ErrorCode.UNKNOWN_STAFF, f"the directory was not asked who {to} is; name them through a door", _FIELD
        )
    for code, fault in _faults(case, command.actor.subject, to, command.to.standing, now):
        raise AmendsError(code, fault, _FIELD)
    if may_decide(case, step, command.to.standing):
        raise AmendsError(ErrorCode.ALREADY_THERE, f"{to} may decide on this proposal in their own right", _FIELD)
    delegated = fact.Delegated(
        round=proposal.round, step=step.step, by=command.actor.subject, to=to, reason=command.reason
    )
    return (delegated,)


def handed_on(proposal: Proposal, event: fact.Delegated) -> Proposal:
    """The proposal with the delegation, which replaces what the same person delegated before."""
    kept = tuple(each for each in proposal.delegations if each.by != event.by)
    delegation = Delegation(step=event.step, by=event.by, to=event.to)
    return proposal.model_copy(update={"delegations": (*kept, delegation)})


def _faults(case: Case, by: str, to: str, standing: Standing, now: datetime) -> Iterator[tuple[ErrorCode, str]]:
    """Why this person cannot decide instead, the gravest reason first."""
    if to == by:
        yield ErrorCode.INVALID_INPUT, f"{to} has this right already; name a colleague"
    if to in case.conflicts:
        yield ErrorCode.CONFLICT_OF_INTEREST, f"{to} has declared an interest in this case"
    if to in barred(case):
        yield ErrorCode.SEPARATION_OF_DUTIES, f"{to} proposed or owns this case, so cannot decide on it"
    yield from _unfitness(to, standing, now)
    yield from _engagements(proposal_in(case), to)


def _unfitness(to: str, standing: Standing, now: datetime) -> Iterator[tuple[ErrorCode, str]]:
    if standing.contractor:
        yield ErrorCode.CONTRACTOR, f"{to} works for a contractor, and contractors never approve"
    if _STAFF.isdisjoint(standing.roles):
        yield ErrorCode.NOT_PERMITTED, f"{to} handles no complaints, so cannot decide on one"
    if standing.absent_until and standing.absent_until > now:
        instead = f"; {standing.deputy} stands in for them" if standing.deputy else ""
        yield ErrorCode.ABSENT, f"{to} is absent until {standing.absent_until.isoformat()}{instead}"


def _engagements(proposal: Proposal, to: str) -> Iterator[tuple[ErrorCode, str]]:
    if to in proposal.spoken:
        yield ErrorCode.ALREADY_APPROVED, f"{to} has already approved this proposal, or somebody for them"
    for delegation in proposal.delegations:
        if delegation.by == to:
            yield ErrorCode.NOT_PERMITTED, f"{to} has handed their own right to {delegation.to}"
        if delegation.to == to:
            yield ErrorCode.ALREADY_THERE, f"{to} decides for {delegation.by} already, and nobody counts twice"
