"""Whom a proposal is put to, and what the letter tells them of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflows.contract.approval_rule import ApprovalStep, StepOrder
from workflows.contract.effects import Effect, Notice, Notify, RequestApproval
from workflows.contract.events import ApprovalEscalated, ApprovalStepPassed, Delegated, Entry
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Role
from workflows.core.approval import department_of, not_asked, open_steps, roles_asked, rule_for
from workflows.core.case import Case, proposal_in


def ask_all(entry: Entry, case: Case) -> tuple[Effect, ...]:
    """A request for each step that is open."""
    return tuple(_request(entry, case, step, roles_asked(case, step)) for step in open_steps(case))


def ask_next(entry: Entry, _event: ApprovalStepPassed, case: Case) -> tuple[Effect, ...]:
    """A request for the step that comes after the one passed; steps taken at once were all asked for before."""
    return () if rule_for(case).order is StepOrder.PARALLEL else ask_all(entry, case)


def ask_above(entry: Entry, event: ApprovalEscalated, case: Case) -> tuple[Effect, ...]:
    """A request to the people of the level that has been called on."""
    role = Role(event.to.value)
    return tuple(_request(entry, case, step, (role,)) for step in _called(case, event.step))


def ask_delegate(entry: Entry, event: Delegated, case: Case) -> tuple[Effect, ...]:
    """The letter that others had before, to the one who decides instead of one of them."""
    told = {"on_behalf_of": event.by, "reason": event.reason}
    return tuple(
        Notify(
            sequence=entry.sequence,
            notice=Notice.APPROVAL_REQUEST,
            to=event.to,
            facts=_facts(case, step) | told,
        )
        for step in _called(case, event.step)
    )


def in_words(redress: Redress) -> str:
    """Redress in one line, as letters show it: `refund 120.00 CNY (to the card)`."""
    amount = f" {redress.amount} {redress.currency}" if redress.amount else ""
    note = f" ({redress.note})" if redress.note else ""
    return f"{redress.kind.value}{amount}{note}"


def _called(case: Case, name: str) -> Iterator[ApprovalStep]:
    return (step for step in open_steps(case) if step.step == name)


def _request(entry: Entry, case: Case, step: ApprovalStep, roles: Iterable[Role]) -> RequestApproval:
    return RequestApproval(
        sequence=entry.sequence,
        department=department_of(case, step),
        roles=tuple(roles),
        barred=not_asked(case),
        facts=_facts(case, step),
    )


def _facts(case: Case, step: ApprovalStep) -> dict[str, str]:
    """The step is named where there are several."""
    proposal = proposal_in(case)
    return {
        "by": proposal.by,
        "round": str(proposal.round),
        "solution": proposal.solution,
        "redress": "; ".join(in_words(redress) for redress in proposal.redress),
        **({"step": step.step} if rule_for(case).steps else {}),
    }
