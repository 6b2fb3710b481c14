from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from infra.policies import load_policy
from starter.policy.approval_words import approval_in_words
from starter.policy.authority_words import authority_in_words
from starter.policy.meeting_words import meeting_in_words
from starter.policy.words import assignment_in_words, in_words, target_in_words
from workflows.contract.approval_rule import ApprovalRule
from workflows.contract.assignment import AssignmentRule, AssignTo
from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.clock_rule import ClockRule
from workflows.contract.limits import Counts, Days, Months, Target, Weeks
from workflows.contract.meeting_rule import FallBack, MeetingRule
from workflows.contract.vocabulary import Nature, Severity


@pytest.mark.parametrize(
    ("target", "counts", "words"),
    [
        (timedelta(hours=24), Counts.CONTINUOUS, "24 h"),
        (timedelta(days=15), Counts.CONTINUOUS, "15 x 24 h"),
        (timedelta(days=3), Counts.BUSINESS_HOUR, "72 h"),
        (timedelta(hours=1, minutes=30, seconds=5), Counts.CONTINUOUS, "1 h 30 min 5 s"),
        (timedelta(0), Counts.CONTINUOUS, "0 h"),
        (Days(days=1), Counts.BUSINESS_DAY, "1 business day"),
        (Days(days=30), Counts.CALENDAR_DAY, "30 calendar days"),
        (Weeks(weeks=8), Counts.CALENDAR_WEEK, "8 weeks"),
        (Months(months=6), Counts.CALENDAR_DAY, "6 months"),
    ],
)
def test_a_limit_reads_as_people_say_it(target: Target, counts: Counts, words: str) -> None:
    assert target_in_words(target, counts) == words


def test_a_clock_says_everything_its_author_may_have_meant_otherwise() -> None:
    """Limit, pauses, reopening, expiry, ladder, extension, waiver and source."""
    reply = in_words(load_policy("default").clock("first_reply"))
    assert reply.limit == "24 h (critical 4 h) at any hour"
    assert reply.ladder[2:] == ("at 100 % the head", "at 150 % the executive")
    summary = in_words(load_policy("uk_fca_disp").clock("summary_resolution"))
    assert summary.limit == "3 business days, due when the last business day closes"
    assert summary.then == "opportunity: then it ends quietly"
    assert summary.waives == ("final_response",)
    payment = in_words(load_policy("uk_fca_psd").clock("final_response"))
    assert payment.extensions[0].startswith("to 35 business days by head or executive: exceptional circumstances")
    assert (
        payment.runs
        == "from filed until executed or declared out of scope; never pauses; reopened, it stays as it ended"
    )
    assert payment.source
    assert payment.source.endswith("(unconfirmed)")


LINE = {"step": "line", "roles": ["lead", "head"], "approvals": 2, "clock": "signing"}
LEGAL = {"step": "legal", "roles": ["head"], "department": "legal"}
ANY_LEAD = {"step": "line", "roles": ["lead"]}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"roles": ["lead", "head"]}, "every other proposal: 1 of lead or head"),
        (
            {"natures": ["price", "quality"], "min_severity": "high", "min_amount": 1000, "roles": ["executive"]},
            "price or quality complaints, severity high and above, from an amount of 1000: 1 of executive",
        ),
        (
            {"steps": [LINE, LEGAL]},
            "every other proposal: line (2 of lead or head, within clock signing), then legal (1 of head of legal)",
        ),
        (
            {"min_amount": "0.50", "steps": [LEGAL, ANY_LEAD], "order": "parallel"},
            "from an amount of 0.50: legal (1 of head of legal); and at once line (1 of lead)",
        ),
    ],
)
def test_an_approval_rule_says_whose_consent_a_proposal_needs(rule: dict[str, Any], words: str) -> None:
    """And in which order."""
    assert approval_in_words(ApprovalRule.model_validate(rule)) == words


def test_the_clock_of_a_step_says_when_it_runs() -> None:
    """It has no events to name."""
    signing = ClockRule(name="signing", start=(), stop=(), target=dict.fromkeys(Severity, timedelta(hours=4)))
    assert in_words(signing).runs == "while the approval step is open that names it"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (AssignmentRule(), "new cases go to the head of their department; contractors hold none"),
        (
            AssignmentRule(to=AssignTo.PERSON, contractors=True),
            "new cases go to a person of their department; contractors may hold cases",
        ),
    ],
)
def test_who_gets_new_cases_is_said_in_words(rule: AssignmentRule, said: str) -> None:
    """The author can compare it with what was meant."""
    assert assignment_in_words(rule) == said


def test_meetings_are_said_in_words() -> None:
    """The quorum, who decides without it, how far ahead; and whom a meeting calls that comes by itself."""
    assert meeting_in_words(MeetingRule()) == (
        "a quorum is 50 % of the departments; without it a second call, after that an executive decides alone",
        "times are found at least 1 h ahead, for the second call 1 h",
        "never called by itself",
    )
    stated = MeetingRule(
        quorum_percent=60,
        notice=timedelta(minutes=30),
        fall_back=FallBack.CHAIR,
        convene=True,
        departments={Nature.QUALITY: ("customer_service", "legal_compliance")},
        agenda="Why?",
    )
    assert meeting_in_words(stated) == (
        "a quorum is 60 % of the departments; without it a second call, after that the chair decides alone",
        "times are found at least 30 min ahead, for the second call 1 h",
        "called by itself for complaints that need several departments",
        "those about quality need customer_service and legal_compliance, too",
        "the agenda is then: Why?",
    )


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (
            {"commands": ["close"], "departments": ["law"], "contractors": True},
            "ours: close by anybody of law, contractors too",
        ),
        (
            {
                "commands": ["close", "withdraw"],
                "relations": ["owner", "member"],
                "roles": ["lead"],
                "departments": ["law"],
                "max_severity": "low",
                "max_amount": "20",
            },
            "ours: close and withdraw by owner or member, being lead of law, up to severity low, up to an amount of 20",
        ),
    ],
)
def test_authority_is_said_in_words(stated: dict[str, Any], said: str) -> None:
    """Every criterion of a rule is there."""
    assert authority_in_words(AuthorityRule.model_validate({"rule": "ours", **stated})) == said
