"""Who is recognised: with enough complaints and answers, and at least as well as all together."""

from __future__ import annotations

from dataclasses import replace

from starter.figures.endings import Ended
from starter.figures.people import ANSWERED_ENOUGH, HANDLED_ENOUGH, recognised

ALL = Ended(handled=200, on_time=180, answers=100, solved=80, reopened=10)
GOOD = Ended(handled=20, on_time=18, answers=10, solved=8, reopened=1)
"""Exactly as all together."""


def test_who_does_as_well_as_all_together_is_recognised() -> None:
    assert recognised(GOOD, ALL)
    assert recognised(replace(GOOD, on_time=20, solved=10, reopened=0), ALL)


def test_each_of_the_three_shares_counts() -> None:
    assert not recognised(replace(GOOD, on_time=17), ALL)
    assert not recognised(replace(GOOD, solved=7), ALL)
    assert not recognised(replace(GOOD, reopened=2), ALL)


def test_with_few_complaints_or_answers_nobody_is() -> None:
    few = Ended(handled=HANDLED_ENOUGH, on_time=HANDLED_ENOUGH, answers=ANSWERED_ENOUGH, solved=ANSWERED_ENOUGH)
    assert recognised(few, ALL)
    assert not recognised(replace(few, handled=HANDLED_ENOUGH - 1, on_time=HANDLED_ENOUGH - 1), ALL)
    assert not recognised(replace(few, answers=ANSWERED_ENOUGH - 1, solved=ANSWERED_ENOUGH - 1), ALL)
    assert not recognised(Ended(), Ended())
