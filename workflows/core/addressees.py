"""Whom a command of a case's owner is left to: the owner, unless the policy's matrix gives it to others alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.vocabulary import Relation, Role
from workflows.core.case import Case
from workflows.core.matrix import is_about, proposed_amount, rules_for

_HANDLERS = frozenset({Role.AGENT, Role.LEAD, Role.HEAD})
_ROLES_OF = {
    Relation.STAFF: _HANDLERS,
    Relation.MEMBER: _HANDLERS,
    Relation.LEAD: frozenset({Role.LEAD}),
    Relation.HEAD: frozenset({Role.HEAD}),
    Relation.HEAD_OF_ANY: frozenset({Role.HEAD}),
    Relation.EXECUTIVE: frozenset({Role.EXECUTIVE}),
}
_OWNERS = frozenset({Relation.OWNER, Relation.MEMBER, Relation.STAFF})


class Addressee(NamedTuple):
    """Somebody by name, or whoever has one of the roles in a department."""

    subject: str | None = None
    department: str | None = None
    roles: tuple[Role, ...] = ()


def addressees(case: Case, command: str) -> tuple[Addressee, ...]:
    """Who is to give this command. A proposal may be of any amount; what comes after it is about its redress."""
    owner = Addressee(subject=case.owner.subject)
    amount = Decimal(0) if command == "propose" else proposed_amount(case)
    rules = [rule for rule in rules_for(case, command) if is_about(rule, case, amount)]
    if any(_lets_owner(rule) for rule in rules):
        return (owner,)
    return tuple(dict.fromkeys(other for rule in rules for other in _others(case, rule))) or (owner,)


def _lets_owner(rule: AuthorityRule) -> bool:
    """As far as the case can tell, which does not know what roles its owner has."""
    return not rule.roles and not rule.departments and not _OWNERS.isdisjoint(rule.relations)


def _others(case: Case, rule: AuthorityRule) -> Iterator[Addressee]:
    related = frozenset[Role]().union(*(_ROLES_OF.get(relation, frozenset()) for relation in rule.relations))
    roles = frozenset(rule.roles) or related or _HANDLERS
    if rule.roles and related:
        roles &= related
    if rule.departments:
        roles -= {Role.EXECUTIVE}  # who would be asked wherever they are, and the rule names departments
    for department in rule.departments or (case.owner.department,):
        if roles:
            yield Addressee(department=department, roles=tuple(role for role in Role if role in roles))
