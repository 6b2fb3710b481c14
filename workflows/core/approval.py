"""The approval matrix: who must consent to a proposal, and who never may."""

from __future__ import annotations

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Proposed
from workflows.contract.parties import Actor
from workflows.contract.policy import ApprovalRule
from workflows.contract.redress import total
from workflows.contract.vocabulary import Role
from workflows.core.case import Case, Procedure, Proposal


def rule_for(case: Case) -> ApprovalRule:
    """The first rule of the policy's matrix that the present proposal reaches by severity and amount."""
    procedure, proposal = _pending(case)
    if case.classification is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "the complaint has not been assessed yet")
    amount = total(proposal.redress)
    rank = case.classification.severity.rank
    return next(
        rule for rule in procedure.policy.approval if rank >= rule.min_severity.rank and amount >= rule.min_amount
    )


def barred(case: Case) -> tuple[str, ...]:
    """Who can never approve: the proposer, the owner, and who owned the case since it was proposed."""
    _, proposal = _pending(case)
    return tuple(sorted({proposal.by, case.owner.subject, *proposal.handlers}))


def check_entitled(case: Case, actor: Actor, command: str) -> None:
    """Refuse anybody but those the matrix names, and executives, to whom the ladder leads when those are silent.

    Raises:
        AmendsError: `separation_of_duties`, `not_permitted` or `already_approved`.
    """
    _, proposal = _pending(case)
    rule = rule_for(case)
    if actor.subject in barred(case):
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES,
            f"{actor.subject} proposed or owns this case, so somebody else must decide on it",
            "actor",
        )
    here = actor.department == case.owner.department
    if Role.EXECUTIVE not in actor.roles and not (here and set(actor.roles) & set(rule.roles)):
        local = " or ".join(role.value for role in rule.roles if role is not Role.EXECUTIVE)
        needed = f"{local} of {case.owner.department}, or an executive" if local else "an executive"
        raise AmendsError(
            ErrorCode.NOT_PERMITTED, f"{actor.subject} may not decide on this proposal: it needs {needed}", "actor"
        )
    if command == "approve" and actor.subject in proposal.approvals:
        raise AmendsError(ErrorCode.ALREADY_APPROVED, f"{actor.subject} has already approved this proposal", "actor")


def still_needed(case: Case) -> int:
    """How many approvals are missing."""
    _, proposal = _pending(case)
    return rule_for(case).approvals - len(proposal.approvals)


def put_up_again(case: Case) -> Proposed:
    """The present proposal as a new one: people approved it in a case of another nature, severity or department or by
    another matrix, and others have to now.
    """
    _, proposal = _pending(case)
    return Proposed(round=proposal.round + 1, by=proposal.by, solution=proposal.solution, redress=proposal.redress)


def _pending(case: Case) -> tuple[Procedure, Proposal]:
    if case.procedure is None or case.proposal is None:
        raise AmendsError(ErrorCode.WRONG_STATUS, "there is no proposal to decide on")
    return case.procedure, case.proposal
