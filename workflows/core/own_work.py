"""Whoever carried a solution out does not say for the complainant that it has solved the problem."""

from __future__ import annotations

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.core.case import Case, procedure_in
from workflows.core.people import line_of


def check_not_own_work(case: Case, actor: Actor) -> None:
    """Refuse to have a solution judged by whoever carried it out, unless nobody else answers for the case.

    Raises:
        AmendsError: `separation_of_duties`.
    """
    acts_for = {actor.subject, *(absent.subject for absent in actor.stands_in_for)}
    if case.executed_by is None or case.executed_by not in acts_for:
        return
    answering = {case.owner.subject, *line_of(procedure_in(case), case.owner.department)}
    others = sorted(answering - {actor.subject, case.executed_by, *case.conflicts})
    if others:
        raise AmendsError(
            ErrorCode.SEPARATION_OF_DUTIES,
            f"{actor.subject} carried the solution out, so somebody else has to ask whether it is solved:"
            f" {' or '.join(others)}, or a colleague",
            "actor",
        )
