from __future__ import annotations

from datetime import timedelta

import pytest

from infra.policies import load_policy
from starter.policy.words import in_words, target_in_words
from workflows.contract.limits import Counts, Days, Months, Target, Weeks


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
