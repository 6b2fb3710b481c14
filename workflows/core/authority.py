"""Who may ask for what: the relations a person has to a case, the matrix of the policy, and what bars them from it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from workflows.contract.authority_rule import BY_APPROVAL_MATRIX, AuthorityRule
from workflows.contract.commands import COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, StandIn
from workflows.core import attention, dialogue, ending, file, kinship, meeting, ownership, solution, tasks
from workflows.core.case import Case
from workflows.core.matrix import is_about, proposed_amount, rules_for
from workflows.core.relations import is_barred, persons, relations_of
from workflows.core.room import Conditions
from workflows.core.stages import check_status, makes_sense

OPEN_TO_THE_CONFLICTED = frozenset({"note"})

_CONDITIONS: Conditions = {
    **ownership.CONDITIONS,
    **solution.CONDITIONS,
    **meeting.CONDITIONS,
    **tasks.CONDITIONS,
    **dialogue.CONDITIONS,
    **attention.CONDITIONS,
    **file.CONDITIONS,
    **kinship.CONDITIONS,
    **ending.CONDITIONS,
}


def check(case: Case, command: str, actor: Actor, amount: Decimal | None = None) -> None:
    """Refuse a command that the status of the case, the standing of the actor or the matrix does not allow. `amount` is
    that of the redress a command asks for; without it, that of the present proposal counts.

    Raises:
        AmendsError: `archived`, `wrong_status`, `conflict_of_interest`, `not_permitted`, `contractor`, or what the
            condition of the command says.
    """
    check_status(case, command)
    if is_barred(case, actor) and command not in OPEN_TO_THE_CONFLICTED:
        raise AmendsError(
            ErrorCode.CONFLICT_OF_INTEREST, f"{actor.subject} has declared an interest in this case", "actor"
        )
    if command not in BY_APPROVAL_MATRIX:
        _check_matrix(case, command, actor, proposed_amount(case) if amount is None else amount)
    if condition := _CONDITIONS.get(command):
        condition(case, actor)


def allowed(case: Case, actor: Actor) -> tuple[str, ...]:
    """The commands of which some content would be accepted from this actor now."""
    return tuple(name for name in COMMANDS if makes_sense(case, name) and _is_allowed(case, name, actor))


def _is_allowed(case: Case, command: str, actor: Actor) -> bool:
    try:
        check(case, command, actor, Decimal(0) if command == "propose" else None)
    except AmendsError:
        return False
    return True


def _check_matrix(case: Case, command: str, actor: Actor, amount: Decimal) -> None:
    rules = rules_for(case, command)
    people = (actor,) if command in OPEN_TO_THE_CONFLICTED and actor.subject in case.conflicts else persons(case, actor)
    fitting = [rule for rule in rules if _permits(rule, case, people, amount)]
    if not fitting:
        who = ", or ".join(_in_words(rule) for rule in rules)
        because = f"only {who} may" if rules else "no rule of this policy lets anybody"
        raise AmendsError(ErrorCode.NOT_PERMITTED, f"{actor.subject} may not {command} here: {because}", "actor")
    if actor.contractor and not any(rule.contractors for rule in fitting):
        raise AmendsError(
            ErrorCode.CONTRACTOR,
            f"{actor.subject} works for a contractor, to whom rule {fitting[0].rule} gives no {command}",
            "actor",
        )


def _permits(rule: AuthorityRule, case: Case, people: Iterable[Actor | StandIn], amount: Decimal) -> bool:
    return is_about(rule, case, amount) and any(_meets(rule, case, person) for person in people)


def _meets(rule: AuthorityRule, case: Case, person: Actor | StandIn) -> bool:
    """One person meets every criterion: a role of one and the department of another do not add up."""
    return (
        (not rule.relations or not set(rule.relations).isdisjoint(relations_of(case, person)))
        and (not rule.roles or not set(rule.roles).isdisjoint(person.roles))
        and (not rule.departments or person.department in rule.departments)
    )


def _in_words(rule: AuthorityRule) -> str:
    who = [" or ".join(word.value for word in words) for words in (rule.relations, rule.roles) if words]
    if rule.departments:
        who.append(f"staff of {' or '.join(rule.departments)}")
    limits = [f"up to severity {rule.max_severity.value}"] if rule.max_severity else []
    limits += [f"up to an amount of {rule.max_amount}"] if rule.max_amount is not None else []
    return f"{', '.join([' and '.join(who), *limits])} (rule {rule.rule})"
