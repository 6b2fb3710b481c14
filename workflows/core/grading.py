"""How grave a case is, for its approval: who lowers it themselves does not get their proposal approved more easily."""

from __future__ import annotations

from typing import Any

from workflows.contract import events as fact
from workflows.contract.vocabulary import Severity
from workflows.core.case import Case, Lowering, Proposal, classification_in


def classified(case: Case, event: fact.Classified) -> dict[str, Any]:
    """The classification, and from which severity somebody lowered it, until it is as grave again. What the classifier
    was unsure of was no severity yet.
    """
    before, now = case.classification, event.classification
    lowered = tuple(each for each in case.lowered if each.severity.rank > now.severity.rank)
    was_sure = before and case.procedure and before.confidence >= case.procedure.policy.min_confidence
    if before and was_sure and now.severity.rank < before.severity.rank:
        lowered += (Lowering(by=now.classifier, severity=before.severity),)
    return {"classification": now, "lowered": lowered}


def severity_to_approve(case: Case, proposal: Proposal) -> Severity:
    """The gravest from which its owner, its proposer or who handled it since lowered it; else the present one."""
    judges = {proposal.by, case.owner.subject, *proposal.handlers}
    own = (each.severity for each in case.lowered if each.by in judges)
    return max((classification_in(case).severity, *own), key=lambda severity: severity.rank)
