"""What passes between the desk and the complainant, and who may say that it is solved."""

from __future__ import annotations

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Answered, CalledBack, Closed, Resumed
from workflows.contract.vocabulary import Outcome, Status
from workflows.core.authority import allowed


def letters(story: Story, notice: Notice) -> list[Notify]:
    """All of one kind."""
    return [effect for effect in story.effects if isinstance(effect, Notify) and effect.notice is notice]


def test_an_acknowledgement_by_a_person_stops_the_clock_that_waits_for_one() -> None:
    """Who was told by telephone has been told."""
    rule = b.clock("acknowledgement", "filed", "acknowledged", 24)
    story = Story().assessed(b.assessment(b.policy(rule))).after(b.HOUR).does("acknowledge", b.AGENT)
    assert story.clock("acknowledgement").stopped_at == story.now
    assert story.case.status is Status.ASSIGNED


def test_a_question_goes_out_while_the_case_goes_on() -> None:
    """Unlike waiting, it stops neither work nor clocks, and the letter says so."""
    story = Story().assessed().does("accept", b.AGENT).does("ask", b.AGENT, question="Which colour?")
    assert story.case.status is Status.INVESTIGATING
    assert story.clock("solution").is_live
    assert not story.clock("solution").is_paused
    [letter] = letters(story, Notice.QUESTION)
    assert letter.to is None
    assert letter.facts["question"] == "Which colour?"
    assert letter.facts["meanwhile"]


def test_an_answer_is_kept_and_its_owner_told() -> None:
    """Unless it was the owner who wrote it down."""
    story = Story().assessed().does("accept", b.AGENT).does("record_answer", b.COMPLAINANT, answer="Red.")
    assert [answered.answer for answered in story.events(Answered)] == ["Red."]
    assert [(letter.to, letter.facts) for letter in letters(story, Notice.ANSWER)] == [
        (b.AGENT.subject, {"answer": "Red."})
    ]
    story.does("record_answer", b.AGENT)
    assert len(letters(story, Notice.ANSWER)) == 1


def test_an_answer_ends_a_wait_for_the_complainant_and_no_other() -> None:
    """A third party's answer is not the complainant's to give."""
    waiting = Story().assessed().reaches(Status.WAITING).does("record_answer", b.COMPLAINANT, answer="A-17")
    assert waiting.case.status is Status.INVESTIGATING
    assert [resumed.answer for resumed in waiting.events(Resumed)] == ["A-17"]
    assert [letter.to for letter in letters(waiting, Notice.ANSWER)] == [b.AGENT.subject]
    third = Story().assessed().does("wait", b.HEAD, waiting_for="third_party").does("record_answer", b.COMPLAINANT)
    assert third.case.status is Status.WAITING


def test_a_call_back_that_finds_it_solved_closes_the_case() -> None:
    """Without a letter about what they have just said; the score is kept."""
    story = Story().assessed().reaches(Status.CONFIRMING).does("confirm", b.COLLEAGUE, score=5)
    assert (story.case.status, story.case.outcome) == (Status.CLOSED, Outcome.RESOLVED)
    [said] = story.events(CalledBack)
    assert (said.solved, said.how, said.score) == (True, "by telephone", 5)
    assert letters(story, Notice.CLOSING) == []


def test_a_call_back_that_finds_it_unsolved_reopens_the_case() -> None:
    """The same complaint goes on."""
    story = Story().assessed().reaches(Status.CONFIRMING).does("confirm", b.LEAD, solved=False)
    assert story.last(2) == ["called_back", "reopened"]
    assert story.case.status is Status.INVESTIGATING


@pytest.mark.parametrize("command", ["confirm", "close"])
def test_who_carried_it_out_does_not_say_that_it_is_solved(command: str) -> None:
    """A real call-back is somebody else's; the refusal names them."""
    story = Story().assessed().reaches(Status.CONFIRMING)
    with pytest.raises(AmendsError, match=r"somebody else .*board\.executive or service\.head or") as refused:
        story.does(command, b.AGENT)
    assert refused.value.code is ErrorCode.SEPARATION_OF_DUTIES
    assert command not in allowed(story.case, b.AGENT)
    assert story.does(command, b.HEAD).case.outcome is Outcome.RESOLVED


def test_where_nobody_else_is_free_even_they_may_ask() -> None:
    """Better than that nobody asks."""
    story = Story().assessed()
    for subject in ("service.lead", "board.executive"):
        story.does("declare_interest", b.OTHER_EXECUTIVE, subject=subject)
    story.does("propose", b.HEAD).does("approve", b.OTHER_EXECUTIVE).does("execute", b.HEAD)
    assert "confirm" in allowed(story.case, b.HEAD)


def test_only_the_last_execution_counts() -> None:
    """After reopening, somebody else carried it out."""
    story = Story().assessed().reaches(Status.CONFIRMING).does("confirm", b.LEAD, solved=False)
    story.does("propose", b.AGENT).does("approve", b.LEAD).does("execute", b.HEAD)
    assert "confirm" in allowed(story.case, b.AGENT)
    assert "confirm" not in allowed(story.case, b.HEAD)


def test_a_case_that_waits_in_vain_can_be_closed_as_unanswered() -> None:
    """By those in charge; the complainant gets it in writing, with the reason."""
    story = Story().assessed().reaches(Status.WAITING).does("close", b.LEAD, reason="three letters came back")
    assert [closed.outcome for closed in story.events(Closed)] == [Outcome.UNANSWERED]
    assert letters(story, Notice.CLOSING)[0].facts["reason"] == "three letters came back"


def test_a_third_partys_silence_closes_nothing() -> None:
    """Nor does anybody close around an approval."""
    story = Story().assessed().does("wait", b.HEAD, waiting_for="third_party")
    with pytest.raises(AmendsError, match="third party") as refused:
        story.does("close", b.HEAD)
    assert refused.value.code is ErrorCode.WRONG_STATUS
    assert "close" not in allowed(story.case, b.HEAD)
    assert "close" not in allowed(Story().assessed().reaches(Status.APPROVING).case, b.EXECUTIVE)
