"""What the authority rules of a policy say, in words that its author can compare with what was meant."""

from __future__ import annotations

from workflows.contract.authority_rule import AuthorityRule


def authority_in_words(rule: AuthorityRule) -> str:
    """Such as `trifles: propose by owner, being lead or head, up to an amount of 200`: all of it has to be met."""
    who = [" or ".join(each.value for each in several) for several in (rule.relations, rule.roles) if several]
    where = f" of {' or '.join(rule.departments)}" if rule.departments else ""
    up_to = [f"up to severity {rule.max_severity.value}"] if rule.max_severity else []
    up_to += [f"up to an amount of {rule.max_amount}"] if rule.max_amount is not None else []
    up_to += ["contractors too"] if rule.contractors else []
    return ", ".join(
        [f"{rule.rule}: {' and '.join(rule.commands)} by {', being '.join(who) or 'anybody'}{where}", *up_to]
    )
