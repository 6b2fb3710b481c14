"""Who decides on what they saw decides only if it is still so: `seen_sequence`, compared where the decision is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import builders as b
from tests.core.story import Story, ask
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.sameness import digest
from workflows.contract.views import Receipt
from workflows.contract.vocabulary import Status
from workflows.core.step import Step, obey
from workflows.receipts import Receipts


def assigned() -> Story:
    """A complaint that somebody has to accept."""
    return Story().assessed().reaches(Status.ASSIGNED)


def accept(story: Story, seen: int | None = None) -> Step:
    """Its owner accepts it now, having seen so much."""
    return obey(story.case, ask("accept", b.AGENT, seen_sequence=seen), story.now)


def refusal(story: Story, seen: int) -> AmendsError:
    """What the owner is told instead."""
    with pytest.raises(AmendsError) as refused:
        accept(story, seen)
    return refused.value


def test_whoever_has_seen_the_last_event_is_obeyed() -> None:
    """Its number is the one that rows and receipts tell."""
    story = assigned()
    assert accept(story, story.case.sequence).case.status is Status.INVESTIGATING


def test_whoever_has_not_seen_the_last_event_is_refused() -> None:
    """With a code of its own, the field at fault and both numbers."""
    story = assigned()
    seen = story.case.sequence
    story.does("note", b.COLLEAGUE)
    error = refusal(story, seen)
    assert (error.code, error.field) == (ErrorCode.STALE, "seen_sequence")
    assert f"at event {seen + 1}" in error.message
    assert f"seen {seen}" in error.message


def test_whoever_says_nothing_of_what_they_saw_is_obeyed() -> None:
    """The field is for those who want it."""
    story = assigned().does("note", b.COLLEAGUE)
    assert accept(story).case.status is Status.INVESTIGATING


@given(st.integers(min_value=0, max_value=40))
def test_nobody_can_have_seen_what_has_not_happened(seen: int) -> None:
    """A number too high is as wrong as one too low."""
    story = assigned()
    if seen == story.case.sequence:
        assert accept(story, seen).entries
    else:
        assert refusal(story, seen).code is ErrorCode.STALE


def test_a_limit_that_ran_out_meanwhile_counts_although_nobody_has_noticed() -> None:
    """The worker was away: what the screen showed was no longer so all the same."""
    story = assigned()
    seen = story.case.sequence
    story.after(2 * b.DAY, noticed=False)
    assert story.case.sequence == seen
    assert refusal(story, seen).code is ErrorCode.STALE


def test_a_limit_that_ends_at_this_very_instant_does_not_count() -> None:
    """An act at the very instant of a limit keeps it, and so it has not run out before the act."""
    one_day = b.clock("one_day", "filed", "executed", 24)
    story = Story().assessed(b.assessment(b.policy(one_day, *b.RIGHTS)))
    seen = story.case.sequence
    story.after(b.DAY, noticed=False)
    assert accept(story, seen).case.status is Status.INVESTIGATING


def test_a_stale_command_is_refused_as_stale_whatever_else_is_wrong_with_it() -> None:
    """Its sender has to look again first; what they would be refused with then may be something else."""
    story = assigned()
    seen = story.case.sequence
    assert refusal(story.does("accept", b.AGENT), seen).code is ErrorCode.STALE


def test_a_repeat_gets_its_receipt_although_more_has_happened() -> None:
    """Whoever lost the answer on the way says again what they had seen then, and must not be told to look again."""
    story, receipts = assigned(), Receipts()
    command = ask("accept", b.AGENT, command_id="accept-1", seen_sequence=story.case.sequence)
    story.obeys(command)
    receipt = receipt_of(story, command)
    receipts.keep(command, receipt)
    story.does("note", b.COLLEAGUE)
    assert receipts.answer(command) == receipt


def test_a_repeat_may_have_seen_more_than_the_first_try() -> None:
    """It is the same command: whoever looked again before repeating it asks for the same."""
    first, again = (ask("accept", b.AGENT, command_id="accept-1", seen_sequence=seen) for seen in (3, 4))
    assert digest(first) == digest(again)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_say_what_its_sender_saw(name: str) -> None:
    """And is written without it where it does not, because each history holds a copy."""
    seen = ask(name, b.AGENT, seen_sequence=7)
    assert type(seen).model_validate_json(seen.model_dump_json()) == seen
    assert "seen_sequence" not in ask(name, b.AGENT).model_dump_json()


def receipt_of(story: Story, command: Command) -> Receipt:
    """As the workflow writes it."""
    return Receipt(
        reference=story.case.reference,
        command_id=command.command_id,
        sequence=story.case.sequence,
        at=story.now,
        status=story.case.status,
        events=tuple(story.last()),
    )
