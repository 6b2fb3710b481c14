"""Whether those outside had their time to answer."""

from __future__ import annotations

from workflows.contract.clock_rule import OnExpiry
from workflows.contract.vocabulary import EventType
from workflows.core.case import Case, procedure_in


def is_over(case: Case, answered: EventType) -> bool:
    """Their time to answer with this event has ended, or they never had a limit: no clock will take the case on."""
    procedure = procedure_in(case)
    running = (procedure.rule(clock.name) for clock in case.clocks if clock.is_live)
    return not any(answered in rule.stop and rule.on_expiry is not OnExpiry.BREACH for rule in running)
