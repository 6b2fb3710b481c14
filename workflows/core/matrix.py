"""The authority matrix that applies where a policy does not say otherwise, and which of its rules permit a command."""

from __future__ import annotations

from decimal import Decimal

from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.commands import BY_AMENDS
from workflows.contract.redress import total
from workflows.contract.vocabulary import Relation, Role
from workflows.core.case import Case

_IN_CHARGE = (Relation.OWNER, Relation.LEAD, Relation.HEAD, Relation.EXECUTIVE)

BUILT_IN: tuple[AuthorityRule, ...] = (
    AuthorityRule(
        rule="handling",
        commands=("propose", "execute", "inform", "ask", "wait", "resume", "call_meeting"),
        relations=_IN_CHARGE,
        contractors=True,
    ),
    AuthorityRule(
        rule="chairing",
        commands=("reschedule_meeting", "cancel_meeting", "record_minutes", "decide_meeting"),
        relations=(Relation.CHAIR, *_IN_CHARGE),
        contractors=True,
    ),
    AuthorityRule(rule="seats", commands=("move", "vote"), relations=(Relation.INVITED,)),
    AuthorityRule(
        rule="tasks", commands=("complete_task",), relations=(Relation.TASK_OWNER, *_IN_CHARGE), contractors=True
    ),
    AuthorityRule(
        rule="in_charge",
        commands=(
            "classify",
            "assign",
            "reassign",
            "take_over",
            "withdraw",
            "declare_out_of_scope",
            "close",
            "reopen",
            "extend",
        ),
        relations=_IN_CHARGE,
    ),
    AuthorityRule(
        rule="above_the_owner", commands=("de_escalate",), relations=(Relation.LEAD, Relation.HEAD, Relation.EXECUTIVE)
    ),
    AuthorityRule(
        rule="department",
        commands=("accept",),
        relations=(Relation.OWNER, Relation.MEMBER, Relation.EXECUTIVE),
        contractors=True,
    ),
    AuthorityRule(
        rule="any_staff",
        commands=("escalate", "note", "attach", "acknowledge", "record_answer", "declare_interest", "link"),
        relations=(Relation.STAFF,),
        contractors=True,
    ),
    AuthorityRule(
        rule="call_back", commands=("confirm",), relations=(Relation.OWNER, Relation.MEMBER, Relation.EXECUTIVE)
    ),
    AuthorityRule(
        rule="complainant",
        commands=("resume", "record_answer", "attach", "answer_survey", "withdraw", "reopen"),
        relations=(Relation.COMPLAINANT,),
    ),
    AuthorityRule(
        rule="kinship",
        commands=("merge", "split", "join_event", "leave_event", "broadcast"),
        relations=_IN_CHARGE,
    ),
    AuthorityRule(rule="leads", commands=("declare_major_event",), relations=(Relation.HEAD, Relation.EXECUTIVE)),
    AuthorityRule(
        rule="between_complaints", commands=tuple(command.name for command in BY_AMENDS), relations=(Relation.SYSTEM,)
    ),
    AuthorityRule(
        rule="changes_rules",
        commands=("adopt_policy", "amend_calendar", "amend_staff"),
        relations=(Relation.HEAD_OF_ANY, Relation.EXECUTIVE),
    ),
    AuthorityRule(
        rule="legal_hold",
        commands=("legal_hold", "lift_hold"),
        roles=(Role.LEAD, Role.HEAD),
        departments=("legal_compliance",),  # where it is called otherwise, the policy names it
    ),
    AuthorityRule(rule="hold_by_executive", commands=("legal_hold", "lift_hold"), relations=(Relation.EXECUTIVE,)),
)

_BETWEEN_COMPLAINTS = frozenset(command.name for command in BY_AMENDS)
"""No policy gives these to people: each is half of something whose other half happens in another complaint."""

_BUILT_IN_FOR = {
    command: tuple(rule for rule in BUILT_IN if command in rule.commands)
    for command in {command for rule in BUILT_IN for command in rule.commands}
}


def rules_for(case: Case, command: str) -> tuple[AuthorityRule, ...]:
    """Every rule that may permit a command: the policy's own, or where it says nothing the built-in ones."""
    own = case.procedure.policy.authority if case.procedure and command not in _BETWEEN_COMPLAINTS else ()
    return tuple(rule for rule in own if command in rule.commands) or _BUILT_IN_FOR.get(command, ())


def is_about(rule: AuthorityRule, case: Case, amount: Decimal) -> bool:
    """The case is not too grave for a rule, nor the redress of a command too large."""
    if rule.max_amount is not None and amount > rule.max_amount:
        return False
    severity = case.classification.severity if case.classification else None
    return not (rule.max_severity and severity and severity.rank > rule.max_severity.rank)


def proposed_amount(case: Case) -> Decimal:
    """Of the redress of the present proposal."""
    return total(case.proposal.redress if case.proposal else ())
