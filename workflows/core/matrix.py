"""The authority matrix that applies where a policy does not say otherwise, and which of its rules permit a command."""

from __future__ import annotations

from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.vocabulary import Relation
from workflows.core.case import Case

_IN_CHARGE = (Relation.OWNER, Relation.LEAD, Relation.HEAD, Relation.EXECUTIVE)

BUILT_IN: tuple[AuthorityRule, ...] = (
    AuthorityRule(
        rule="handling",
        commands=("propose", "execute", "inform", "wait", "resume", "call_meeting", "decide_meeting"),
        relations=_IN_CHARGE,
        contractors=True,
    ),
    AuthorityRule(
        rule="in_charge",
        commands=("classify", "reassign", "withdraw", "declare_out_of_scope", "reopen", "extend"),
        relations=_IN_CHARGE,
    ),
    AuthorityRule(
        rule="department",
        commands=("accept",),
        relations=(Relation.MEMBER, Relation.EXECUTIVE),
        contractors=True,
    ),
    AuthorityRule(rule="any_staff", commands=("escalate", "note"), relations=(Relation.STAFF,), contractors=True),
    AuthorityRule(
        rule="complainant",
        commands=("resume", "answer_survey", "withdraw", "reopen"),
        relations=(Relation.COMPLAINANT,),
    ),
    AuthorityRule(
        rule="changes_rules",
        commands=("adopt_policy", "amend_calendar"),
        relations=(Relation.HEAD_OF_ANY, Relation.EXECUTIVE),
    ),
)

BY_APPROVAL_MATRIX = frozenset({"approve", "refuse"})
"""Who may give these is for the policy's approval rules alone to say."""

_BUILT_IN_FOR = {
    command: tuple(rule for rule in BUILT_IN if command in rule.commands)
    for command in {command for rule in BUILT_IN for command in rule.commands}
}


def rules_for(case: Case, command: str) -> tuple[AuthorityRule, ...]:
    """Every rule that may permit a command: the policy's own, or where it says nothing the built-in ones."""
    own = case.procedure.policy.authority if case.procedure else ()
    return tuple(rule for rule in own if command in rule.commands) or _BUILT_IN_FOR.get(command, ())
