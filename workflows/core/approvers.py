"""Who may decide on a proposal, and by whose right: their own, one handed to them, or that of somebody absent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workflows.contract.approval_rule import ApprovalStep
from workflows.contract.consent import Consent
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, StandIn, Standing
from workflows.contract.vocabulary import Role
from workflows.core.approval import barred, department_of, open_steps, roles_asked
from workflows.core.case import Case, Proposal, proposal_in


class _Right(NamedTuple):
    """To decide in a step: the actor's own, or that of somebody else."""

    step: ApprovalStep
    of: str | None = None


def consent_of(case: Case, actor: Actor) -> Consent:
    """What an approval by this actor counts as: their own, before one handed to them, before that of somebody absent.
    Of several open steps the first that names their role, else the first in which they may decide at all.

    Raises:
        AmendsError: `separation_of_duties`, `contractor`, `already_approved` or `not_permitted`.
    """
    proposal = proposal_in(case)
    _check_person(case, actor)
    if actor.subject in proposal.spoken:
        raise AmendsError(ErrorCode.ALREADY_APPROVED, _has_spoken(proposal, actor.subject), "actor")
    _check_not_handed_on(proposal, actor)
    right = _right(case, actor)
    return Consent(by=actor.subject, step=right.step.step, on_behalf_of=right.of)


def objector(case: Case, actor: Actor) -> str | None:
    """On whose behalf this actor refuses the proposal, if not their own. Who has consented may change their mind while
    others are still needed.

    Raises:
        AmendsError: `separation_of_duties`, `contractor`, `already_approved` or `not_permitted`.
    """
    proposal = proposal_in(case)
    _check_person(case, actor)
    if actor.subject in proposal.spoken:
        return None
    _check_not_handed_on(proposal, actor)
    return _right(case, actor).of


def own_step(case: Case, actor: Actor) -> ApprovalStep:
    """The open step in which the actor may hand on their right: only their own, and only while they hold nobody else's.

    Raises:
        AmendsError: `separation_of_duties`, `contractor`, `already_approved` or `not_permitted`.
    """
    proposal = proposal_in(case)
    _check_person(case, actor)
    if actor.subject in proposal.spoken:
        raise AmendsError(ErrorCode.ALREADY_APPROVED, _has_spoken(proposal, actor.subject), "actor")
    for delegation in proposal.delegations:
        if delegation.to == actor.subject:
            raise AmendsError(
                ErrorCode.NOT_PERMITTED,
                f"{actor.subject} holds the right of {delegation.by}; what was handed over is not handed on",
                "actor",
            )
    step = _step_open_to(case, actor)
    if step is None:
        raise AmendsError(ErrorCode.NOT_PERMITTED, _needed(case, actor), "actor")
    return step


def may_decide(case: Case, step: ApprovalStep, person: Actor | StandIn | Standing) -> bool:
    """The roles a person has, where they have them, let them decide in a step; an executive may in any."""
    return Role.EXECUTIVE in person.roles or _is_named(case, step, person)


def _is_named(case: Case, step: ApprovalStep, person: Actor | StandIn | Standing) -> bool:
    roles = set(person.roles) & set(roles_asked(case, step))
    return Role.EXECUTIVE in roles or (bool(roles) and person.department == department_of(case, step))


def _step_open_to(case: Case, person: Actor | StandIn) -> ApprovalStep | None:
    """Where they are asked by name before where they may just decide as well."""
    steps = [step for step in open_steps(case) if may_decide(case, step, person)]
    return min(steps, key=lambda step: not _is_named(case, step, person), default=None)


def _right(case: Case, actor: Actor) -> _Right:
    if step := _step_open_to(case, actor):
        return _Right(step)
    void: list[AmendsError] = []
    for right in _rights_of_others(case, actor):
        fault = _void(case, right.of or "")
        if fault is None:
            return right
        void.append(fault)
    raise void[0] if void else AmendsError(ErrorCode.NOT_PERMITTED, _needed(case, actor), "actor")


def _rights_of_others(case: Case, actor: Actor) -> Iterator[_Right]:
    """Those handed to the actor come first."""
    proposal = proposal_in(case)
    steps = {step.step: step for step in open_steps(case)}
    for delegation in proposal.delegations:
        if delegation.to == actor.subject and delegation.step in steps:
            yield _Right(steps[delegation.step], delegation.by)
    handed_on = {delegation.by for delegation in proposal.delegations}
    for absent in actor.stands_in_for:
        is_theirs = not absent.contractor and absent.subject not in {*handed_on, actor.subject}
        if is_theirs and (step := _step_open_to(case, absent)):
            yield _Right(step, absent.subject)


def _void(case: Case, absent: str) -> AmendsError | None:
    """Why nobody can decide for this person."""
    if absent in case.conflicts:
        return AmendsError(ErrorCode.CONFLICT_OF_INTEREST, f"{absent} has declared an interest in this case", "actor")
    if absent in barred(case):
        return AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES,
            f"{absent} proposed or owns this case, so nobody can decide on it for them",
            "actor",
        )
    proposal = proposal_in(case)
    if absent in proposal.spoken:
        return AmendsError(ErrorCode.ALREADY_APPROVED, _has_spoken(proposal, absent), "actor")
    return None


def _check_person(case: Case, actor: Actor) -> None:
    if actor.subject in barred(case):
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES,
            f"{actor.subject} proposed or owns this case, so somebody else must decide on it",
            "actor",
        )
    if actor.contractor:
        raise AmendsError(
            ErrorCode.CONTRACTOR, f"{actor.subject} works for a contractor, and contractors never approve", "actor"
        )


def _check_not_handed_on(proposal: Proposal, actor: Actor) -> None:
    for delegation in proposal.delegations:
        if delegation.by == actor.subject:
            raise AmendsError(
                ErrorCode.NOT_PERMITTED,
                f"{actor.subject} has handed the right to decide on this proposal to {delegation.to}",
                "actor",
            )


def _has_spoken(proposal: Proposal, subject: str) -> str:
    for consent in proposal.consents:
        if consent.on_behalf_of == subject:
            return f"{consent.by} has already approved this proposal on behalf of {subject}"
    return f"{subject} has already approved this proposal"


def _needed(case: Case, actor: Actor) -> str:
    steps = open_steps(case)
    needed = " or ".join(_in_words(case, step, is_one_of_many=len(steps) > 1) for step in steps)
    return f"{actor.subject} may not decide on this proposal: it needs {needed}"


def _in_words(case: Case, step: ApprovalStep, *, is_one_of_many: bool) -> str:
    local = " or ".join(role.value for role in roles_asked(case, step) if role is not Role.EXECUTIVE)
    who = f"{local} of {department_of(case, step)}, or an executive" if local else "an executive"
    return f"{who} (step {step.step})" if is_one_of_many else who
