"""The approval of a proposal: which steps it has to pass, which of them are open, and who can never consent."""

from __future__ import annotations

from collections.abc import Collection

from workflows.contract.approval_rule import ApprovalRule, ApprovalStep, StepOrder
from workflows.contract.clock_rule import ClockRule
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import ApprovalEscalated, Proposed
from workflows.contract.redress import total
from workflows.contract.vocabulary import EventType, Level, Role, Status
from workflows.core.case import Case, Procedure, Proposal, classification_in
from workflows.core.grading import severity_to_approve

_LEVEL_OF = {Role.AGENT: Level.OWNER, Role.LEAD: Level.LEAD, Role.HEAD: Level.HEAD, Role.EXECUTIVE: Level.EXECUTIVE}
_ROLE_OF = {level: role for role, level in _LEVEL_OF.items()}


def rule_for(case: Case) -> ApprovalRule:
    """The first rule of the policy's matrix that fits the present proposal by nature, severity and amount."""
    procedure, proposal = _pending(case)
    nature, severity = classification_in(case).nature, severity_to_approve(case, proposal)
    amount = total(proposal.redress)
    return next(rule for rule in procedure.policy.approval if rule.fits(nature, severity, amount))


def open_steps(case: Case) -> tuple[ApprovalStep, ...]:
    """The steps in which somebody's consent is waited for now, in the order of the rule."""
    if case.status is not Status.APPROVING or case.proposal is None or not (case.procedure and case.classification):
        return ()
    rule, proposal = rule_for(case), case.proposal
    missing = tuple(step for step in rule.in_steps if still_needed(proposal, step) > 0)
    return missing if rule.order is StepOrder.PARALLEL else missing[:1]


def still_needed(proposal: Proposal, step: ApprovalStep) -> int:
    """How many consents a step lacks."""
    return step.approvals - sum(consent.step == step.step for consent in proposal.consents)


def department_of(case: Case, step: ApprovalStep) -> str:
    """Whose people a step asks."""
    return step.department or case.owner.department


def roles_asked(case: Case, step: ApprovalStep) -> tuple[Role, ...]:
    """Who may decide in a step: the roles it names, and the level on which silence has called."""
    level = case.proposal.called_on.get(step.step) if case.proposal else None
    return step.roles if level is None else (*step.roles, _ROLE_OF[level])


def barred(case: Case) -> tuple[str, ...]:
    """Who can never consent, nor anybody for them: the proposer, the owner, who owned the case since it was proposed or
    proposed what was amended or refused, and whoever has an interest in it.
    """
    _, proposal = _pending(case)
    return tuple(sorted({proposal.by, case.owner.subject, *proposal.handlers, *case.refused, *case.conflicts}))


def not_asked(case: Case) -> tuple[str, ...]:
    """Whom a request must not go to: those barred, and those whose say is used up or handed on."""
    _, proposal = _pending(case)
    handed_on = (delegation.by for delegation in proposal.delegations)
    return tuple(sorted({*barred(case), *proposal.spoken, *handed_on}))


def check_may_own(case: Case, subject: str, field: str) -> None:
    """Refuse to make somebody the owner who consented to the proposal of the case, or for whom somebody did.

    Raises:
        AmendsError: `separation_of_duties`.
    """
    if case.proposal and subject in case.proposal.spoken:
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES, f"{subject} approved the proposal, so cannot own the case", field
        )


def put_up_again(case: Case) -> Proposed:
    """The present proposal as a new one: people approved it in a case of another nature, severity or department or by
    another matrix, and others have to now.
    """
    _, proposal = _pending(case)
    return Proposed(round=proposal.round + 1, by=proposal.by, solution=proposal.solution, redress=proposal.redress)


def without(proposal: Proposal, subject: str) -> Proposal:
    """A proposal as if this person had never consented, had anybody consent for them, nor handed anything on or over:
    what is left when they turn out to have an interest in it.
    """
    kept = tuple(consent for consent in proposal.consents if subject not in (consent.by, consent.on_behalf_of))
    return without_people(proposal.model_copy(update={"consents": kept}), {subject})


def without_people(proposal: Proposal, left: Collection[str]) -> Proposal:
    """A proposal whose delegations from and to these people are void. What they consented to while they were there
    stays consented to.
    """
    kept = tuple(each for each in proposal.delegations if each.by not in left and each.to not in left)
    return proposal.model_copy(update={"delegations": kept})


def escalations(case: Case, breached: ClockRule) -> tuple[ApprovalEscalated, ...]:
    """What a breach means for the steps that are open: those of this clock, or all if it runs until the approval, go
    one level up. Above the executives there is nobody.
    """
    if case.proposal is None:
        return ()
    until_approved = EventType.APPROVED in breached.stop
    silent = (step for step in open_steps(case) if until_approved or step.clock == breached.name)
    return tuple(
        ApprovalEscalated(round=case.proposal.round, step=step.step, to=highest.next())
        for step in silent
        if (highest := _highest(case, step)) is not Level.EXECUTIVE
    )


def _highest(case: Case, step: ApprovalStep) -> Level:
    levels = (_LEVEL_OF.get(role, Level.OWNER) for role in roles_asked(case, step))
    return max(levels, key=lambda level: level.rank)


def _pending(case: Case) -> tuple[Procedure, Proposal]:
    if case.procedure is None or case.proposal is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "there is no proposal to decide on")
    return case.procedure, case.proposal
