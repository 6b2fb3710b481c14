"""Who may ask for what: the relations a person has to a case, the matrix of the policy, and what bars them from it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.commands import COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, StandIn
from workflows.contract.redress import total
from workflows.contract.vocabulary import Relation, Role
from workflows.core import attention, dialogue, ending, file, meeting, ownership, solution
from workflows.core.case import Case
from workflows.core.matrix import BY_APPROVAL_MATRIX, rules_for
from workflows.core.room import Conditions
from workflows.core.stages import check_status

_STAFF_ROLES = {Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE}

OPEN_TO_THE_CONFLICTED = frozenset({"note"})

_CONDITIONS: Conditions = {
    **ownership.CONDITIONS,
    **solution.CONDITIONS,
    **meeting.CONDITIONS,
    **dialogue.CONDITIONS,
    **attention.CONDITIONS,
    **file.CONDITIONS,
    **ending.CONDITIONS,
}


def relations(case: Case, actor: Actor) -> frozenset[Relation]:
    """What an actor is to a case, themselves or standing in for somebody who is absent."""
    return frozenset(relation for person in persons(case, actor) for relation in _relations(case, person))


def persons(case: Case, actor: Actor) -> tuple[Actor | StandIn, ...]:
    """The actor and those they stand in for; without those whom a conflict of interest bars from the case."""
    everybody: tuple[Actor | StandIn, ...] = (actor, *actor.stands_in_for)
    return tuple(person for person in everybody if person.subject not in case.conflicts)


def check(case: Case, command: str, actor: Actor, amount: Decimal | None = None) -> None:
    """Refuse a command that the status of the case, the standing of the actor or the matrix does not allow. `amount` is
    that of the redress a command asks for; without it, that of the present proposal counts.

    Raises:
        AmendsError: `archived`, `wrong_status`, `conflict_of_interest`, `not_permitted`, `contractor`, or what the
            condition of the command says.
    """
    check_status(case, command)
    if actor.subject in case.conflicts and command not in OPEN_TO_THE_CONFLICTED:
        raise AmendsError(
            ErrorCode.CONFLICT_OF_INTEREST, f"{actor.subject} has declared an interest in this case", "actor"
        )
    if command not in BY_APPROVAL_MATRIX:
        _check_matrix(case, command, actor, _amount(case) if amount is None else amount)
    if condition := _CONDITIONS.get(command):
        condition(case, actor)


def allowed(case: Case, actor: Actor) -> tuple[str, ...]:
    """The commands of which some content would be accepted from this actor now."""
    return tuple(name for name in COMMANDS if _is_allowed(case, name, actor))


def _is_allowed(case: Case, command: str, actor: Actor) -> bool:
    try:
        check(case, command, actor, Decimal(0) if command == "propose" else None)
    except AmendsError:
        return False
    return True


def _relations(case: Case, person: Actor | StandIn) -> Iterator[Relation]:
    roles = set(person.roles)
    if roles & _STAFF_ROLES:
        yield Relation.STAFF
        if Role.HEAD in roles:
            yield Relation.HEAD_OF_ANY
        if Role.EXECUTIVE in roles:
            yield Relation.EXECUTIVE
        if person.subject == case.owner.subject:
            yield Relation.OWNER
        if person.department == case.owner.department:
            yield Relation.MEMBER
            yield from (Relation(role.value) for role in roles & {Role.LEAD, Role.HEAD})
    yield from (Relation(role.value) for role in roles & {Role.COMPLAINANT, Role.SYSTEM})


def _check_matrix(case: Case, command: str, actor: Actor, amount: Decimal) -> None:
    rules = rules_for(case, command)
    fitting = [rule for rule in rules if _permits(rule, case, actor, amount)]
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


def _permits(rule: AuthorityRule, case: Case, actor: Actor, amount: Decimal) -> bool:
    if rule.max_amount is not None and amount > rule.max_amount:
        return False
    severity = case.classification.severity if case.classification else None
    if rule.max_severity and severity and severity.rank > rule.max_severity.rank:
        return False
    return any(_meets(rule, case, person) for person in persons(case, actor))


def _meets(rule: AuthorityRule, case: Case, person: Actor | StandIn) -> bool:
    """One person meets every criterion: a role of one and the department of another do not add up."""
    return (
        (not rule.relations or not set(rule.relations).isdisjoint(_relations(case, person)))
        and (not rule.roles or not set(rule.roles).isdisjoint(person.roles))
        and (not rule.departments or person.department in rule.departments)
    )


def _amount(case: Case) -> Decimal:
    return total(case.proposal.redress if case.proposal else ())


def _in_words(rule: AuthorityRule) -> str:
    who = [" or ".join(word.value for word in words) for words in (rule.relations, rule.roles) if words]
    if rule.departments:
        who.append(f"staff of {' or '.join(rule.departments)}")
    limits = [f"up to severity {rule.max_severity.value}"] if rule.max_severity else []
    limits += [f"up to an amount of {rule.max_amount}"] if rule.max_amount is not None else []
    return f"{', '.join([' and '.join(who), *limits])} (rule {rule.rule})"
