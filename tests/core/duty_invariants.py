"""What must hold of duties at any time: whoever has one can do it, and nothing lies around without one."""

from __future__ import annotations

from collections.abc import Iterable

from tests.core.clock_invariants import is_obligation, rule_of
from workflows.contract.parties import Actor
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, EventType, Role, Status
from workflows.core.authority import allowed
from workflows.core.case import Case
from workflows.core.duties import duties

NOBODY_HAS_TO = {Status.RECEIVED, Status.CLOSED, Status.ARCHIVED}
"""Amends itself assesses what was received; the others are over."""

WAITS_OUTSIDE = {Status.WAITING: EventType.RESUMED, Status.CONFIRMING: EventType.SURVEY_ANSWERED}
"""With what ends it."""

RANKS = {role.value: rank for rank, role in enumerate((Role.LEAD, Role.HEAD, Role.EXECUTIVE))}


def names(duty: Duty, person: Actor) -> bool:
    """The duty is this person's, as the contract says."""
    if person.subject in duty.but_not:
        return False
    if duty.subject is not None:
        return duty.subject == person.subject
    if Role.EXECUTIVE in duty.roles and Role.EXECUTIVE in person.roles:
        return True
    return duty.department == person.department and not set(duty.roles).isdisjoint(person.roles)


def whoever_has_a_duty_can_do_it(case: Case, people: Iterable[Actor]) -> None:
    """The command that does it would be accepted from everybody whom the duty names."""
    for person in people:
        offered = set(allowed(case, person))
        for duty in duties(case):
            if duty.duty.command and names(duty, person) and _is_what_the_case_thinks(duty, person):
                assert duty.duty.command in offered, (duty, person, case.status)


def nothing_lies_around(case: Case) -> None:
    """Somebody has to do something, unless we wait for somebody outside who has until a limit that still runs."""
    ends = WAITS_OUTSIDE.get(case.status)
    runs = [rule_of(case, clock) for clock in case.clocks if clock.is_live]
    is_outside = any(ends in rule.stop and not is_obligation(rule) for rule in runs)
    if case.status not in NOBODY_HAS_TO and not is_outside:
        assert duties(case), case.status


def _is_what_the_case_thinks(duty: Duty, person: Actor) -> bool:
    """The case knows by name who answers for a department, the directory by their role: they agree where doors give
    the commands, but not where a generated `amend_staff` appoints just anybody.
    """
    if duty.duty is not DutyKind.ESCALATED:
        return True
    return any(RANKS.get(role.value, -1) >= RANKS[str(duty.about)] for role in person.roles)
