"""Clocks as bars: in which order, drawn from when to when, why they are due then, and what their ledgers say."""

from __future__ import annotations

import pytest

from starter.console.complaint.clocks import Bar, bars
from starter.console.complaint.letters import readable
from starter.console.complaint.names import Names
from starter.console.complaint.pieces import plain
from starter.console.complaint.wording import Wording
from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.vocabulary import Language
from workflows.core.view import view

NAMES = Names({}, {"service": {"zh": "客服部", "en": "Service"}})


def shown(story: Story, language: Language = Language.EN) -> list[Bar]:
    """The clocks of a complaint as they are drawn now."""
    return bars(view(story.case, story.now), Wording(language, "UTC", NAMES), story.now)


def named(story: Story, name: str) -> Bar:
    """One of them."""
    return next(bar for bar in shown(story) if bar["name"].startswith(name))


def waited() -> Story:
    """Four hours of work, three of waiting for the complainant, and one of work."""
    story = Story().assessed().does("accept", b.AGENT).after(4 * b.HOUR).does("wait", b.AGENT)
    return story.after(3 * b.HOUR).does("resume", b.AGENT).after(b.HOUR)


def test_those_that_run_come_first_the_next_due_before_the_others_and_then_those_that_ended() -> None:
    drawn = shown(waited())
    live = [bar for bar in drawn if bar["is_live"]]
    assert live == drawn[: len(live)]
    assert [bar["due"] for bar in live] == sorted(bar["due"] for bar in live)
    assert any(bar["state"] == "met" for bar in drawn[len(live) :])


def test_a_bar_runs_from_its_start_to_its_limit_with_every_stretch_and_threshold_in_its_place() -> None:
    bar = named(waited(), "solution")
    hour, start = 3_600_000, int(b.START.timestamp() * 1000)
    drawn = [(each["kind"], (each["start"] - start) / hour) for each in bar["stretches"]]
    kinds = [kind for kind, _ in drawn]
    assert kinds[0] == kinds[-1] == "counted"
    assert ("paused", 4) in drawn
    assert bar["stretches"][-1]["end"] is None
    assert (bar["ends"] - start) / hour == 27
    assert [(mark["at"] - start) / hour for mark in bar["marks"] if mark["kind"] == "due"] == [27]
    assert bar["stops"] is None


def test_a_clock_that_ended_is_drawn_until_its_end() -> None:
    story = Story().assessed().after(2 * b.HOUR).does("accept", b.AGENT).after(10 * b.HOUR)
    bar = named(story, "first_reply")
    assert not bar["is_live"]
    assert bar["stops"] == bar["ends"] == int((b.START + 2 * b.HOUR).timestamp() * 1000)
    assert "due" not in bar


def test_why_this_date_names_the_limit_the_start_and_what_did_not_count() -> None:
    why = " ".join(named(waited(), "solution")["why"])
    assert "24 h, counted by day and night" in why
    assert "From 2 Mar, 08:00: 24 h, and 3 h of pauses that did not count, make 3 Mar, 11:00." in why


@pytest.mark.parametrize("language", Language)
def test_a_ledger_has_every_stretch_with_what_had_counted_by_then(language: Language) -> None:
    bar = next(each for each in shown(waited(), language) if each["name"] == "solution-1")
    lines = [line for line in bar["ledger"] if line["kind"] != "moment"]
    assert [line["kind"] for line in lines if line["kind"] != "counted"] == ["paused"]
    paused = next(line for line in lines if line["kind"] == "paused")
    assert paused["lasts"] == {Language.EN: "3 h", Language.ZH: "3 小时"}[language]
    assert lines[-1]["counted"] == {Language.EN: "5 h", Language.ZH: "5 小时"}[language]


def test_the_bar_says_in_words_what_it_draws() -> None:
    label = named(waited(), "solution")["label"]
    assert "5 h used of 24 h, paused for 3 h" in label


def test_thresholds_cut_the_ledger_where_they_fell() -> None:
    story = Story().assessed().does("accept", b.AGENT).after(13 * b.HOUR)
    ledger = named(story, "solution")["ledger"]
    place = next(number for number, line in enumerate(ledger) if line["kind"] == "moment")
    assert ledger[place]["says"] == "50% used"
    assert ledger[place]["counted"] == ledger[place - 1]["counted"] == "12 h"


def test_the_key_of_a_survey_is_not_shown_to_staff() -> None:
    body = "Please open this link:\nhttps://desk.example.org/survey/abc.def-123\n\nThank you"
    assert readable(body) == "Please open this link:\nhttps://desk.example.org/survey/…\n\nThank you"


def test_facts_of_a_clock_say_who_used_it() -> None:
    facts = {row["label"]: plain(row["value"]) for row in named(waited(), "solution")["facts"]}
    assert facts["Used"].startswith("5 h (20.8%)") or facts["Used"].startswith("5 h (21%)")
    assert facts["Used by"] == "Service 5 h"
