"""A policy is read out whole in both languages, and so is what makes it differ from another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.policies import shipped_policies
from infra.rule_sets import load_rule_set
from starter.console.administration.difference_words import in_words
from starter.console.administration.rollout_panel import receipts
from starter.console.administration.rules_in_words import RulesInWords
from starter.console.texts import texts
from starter.policy.differences import differences
from starter.policy.rollout import Result, Verdict
from workflows.contract.policy import Policy
from workflows.contract.vocabulary import Language

DEFAULT = load_rule_set("default")


def _read_out(policy: Policy, words: RulesInWords) -> Iterator[str]:
    for rule in policy.clocks:
        clock = words.clock(rule)
        yield from (clock.name, clock.limit, *clock.sentences)
    yield from map(words.approval, policy.approval)
    yield from map(words.authority, policy.authority)
    yield from words.meeting(policy.meeting)
    yield words.assignment(policy.assignment)
    yield from words.routing(policy)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", shipped_policies())
def test_every_shipped_policy_is_read_out_without_a_gap(name: str, language: Language) -> None:
    said = list(_read_out(load_rule_set(name).policy, RulesInWords(language)))
    assert all(said)
    assert not [line for line in said if "administration." in line or "None" in line or "{" in line]


def test_a_clock_says_how_long_it_is_who_is_told_and_what_then() -> None:
    rule = DEFAULT.policy.clock("first_reply")
    english, chinese = (RulesInWords(language).clock(rule) for language in (Language.EN, Language.ZH))
    assert english.limit == "24 h (critical: 4 h) at any hour"
    assert "At 75 % tell the lead" in english.sentences
    assert chinese.limit == texts().say(Language.ZH, "administration.rules.counts.continuous", length=_chinese_target())
    assert len(english.sentences) == len(chinese.sentences)


def test_differences_are_said_in_words_and_not_as_data() -> None:
    other = load_rule_set("itil")
    for language in Language:
        found = list(in_words(differences(DEFAULT, other), RulesInWords(language), language))
        assert len(found) == len(differences(DEFAULT, other))
        assert all(each.part and (each.before or each.after) for each in found)
    limits = [each for each in found if each.field == "limit · Low" and each.part == "Time limit: First reply"]
    assert [(each.before, each.after) for each in limits] == [(("24 h",), ("4 h",))]


def test_a_receipt_is_a_line_of_the_file_even_where_nothing_moved() -> None:
    refused = Result(reference="7K2M-9QXD-4TBC", before="default@1", verdict=Verdict.REFUSED, message="not, now")
    lines = receipts([refused]).splitlines()
    assert lines[1] == '7K2M-9QXD-4TBC,default@1,refused,,,,False,"not, now"'


def _chinese_target() -> str:
    words = RulesInWords(Language.ZH)
    rule = DEFAULT.policy.clock("first_reply")
    return words.targets(rule.target, rule.counts)
