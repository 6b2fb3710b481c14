"""One command for many complaints: each answers for itself, none acts twice, and what may not be seen is not asked."""

from __future__ import annotations

import asyncio

import pytest

from starter.access.admission import Admission
from starter.access.caller import Caller
from starter.access.claims import Person
from starter.bulk import Result, Verdict
from starter.console.commands.offered import OFFERED
from starter.console.queue.mass import COMMANDS, Mass
from starter.matching import Match
from starter.projection import projected
from starter.read_model import ReadModel
from tests.console.conftest import Console
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Channel, Language

INVOICE = "发票抬头开错了，打了三次电话都没有改，请尽快更正。"
NOTE = {"text": "已电话告知"}
NOWHERE = reference_for("test", "nowhere")


async def on_file(console: Console, *keys: str) -> list[str]:
    """Complaints for the customer service."""
    filings = [
        await console.desk.file(
            FileComplaint(
                source="mass",
                source_key=key,
                channel=Channel.WEB,
                language=Language.ZH,
                complainant=Complainant(name="王芳"),
                text=INVOICE,
            )
        )
        for key in keys
    ]
    for filing in filings:
        assert await projected(console.engine, filing.reference, 3)  # and assigned
    return [filing.reference for filing in filings]


async def caller(console: Console, subject: str) -> Caller:
    return await Admission(console.engine).admit(Person(subject), authenticated_by="test")


class Run:
    """What became of each complaint."""

    def __init__(self) -> None:
        self.results: dict[str, Result] = {}

    def add(self, _: Match, result: Result) -> None:
        """One has answered."""
        self.results[result.reference] = result

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """By references."""
        return {reference: result.verdict for reference, result in self.results.items()}


def mass(console: Console, command: str, references: list[str]) -> Mass:
    return Mass(OFFERED[command], references, engine=console.engine, desk=console.desk, settings=console.at.settings)


async def notes(console: Console, reference: str) -> int:
    return [event.type for event in await ReadModel(console.engine).events(reference)].count("noted")


def test_only_what_says_the_same_of_many_is_offered() -> None:
    assert set(COMMANDS) <= set(OFFERED)


async def test_a_dry_run_asks_each_complaint_and_changes_nothing(console: Console) -> None:
    references = await on_file(console, "dry-1", "dry-2")
    lin, run = await caller(console, "lin.wan"), Run()
    before = [(await console.desk.view(each)).summary.sequence for each in references]
    allowed = await mass(console, "note", references).tried(lin, NOTE, run.add)
    await allowed.run()
    assert run.verdicts == dict.fromkeys(references, Verdict.ALLOWED)
    refused = await mass(console, "de_escalate", references).tried(lin, {"to": "owner", "reason": "x"}, run.add)
    await refused.run()
    assert run.verdicts == dict.fromkeys(references, Verdict.NOT_ALLOWED)
    assert before == [(await console.desk.view(each)).summary.sequence for each in references]


async def test_a_run_that_is_repeated_acts_once(console: Console) -> None:
    """Under the same name with the same words; other words are another run."""
    references = await on_file(console, "repeat-1", "repeat-2", "repeat-3")
    zhou = await caller(console, "lin.wan")
    runs = [Run() for _ in range(3)]
    for run, mark, fields in zip(runs, ("a", "a", "a"), (NOTE, NOTE, {"text": "另有一事"}), strict=True):
        going = await mass(console, "note", references).given(zhou, fields, mark, run.add)
        await going.run()
        assert going.bulk.is_complete
        assert run.verdicts == dict.fromkeys(references, Verdict.ACCEPTED)
    first, repeated, other = runs
    assert first.results == repeated.results
    assert first.results != other.results
    for reference in references:
        receipt = other.results[reference].receipt
        assert receipt is not None
        assert await projected(console.engine, reference, receipt.sequence)
        assert await notes(console, reference) == len(runs) - 1


async def test_one_refusal_is_nobody_elses(console: Console) -> None:
    """What has gone on meanwhile refuses with its code; the others are done."""
    taken, open_one = await on_file(console, "refusal-1", "refusal-2")
    lin, run = await caller(console, "lin.wan"), Run()
    for reference in (taken,):
        going = await mass(console, "take_over", [reference]).given(lin, {"reason": "x"}, "first", run.add)
        await going.run()
    assert run.verdicts == {taken: Verdict.ACCEPTED}
    going = await mass(console, "take_over", [taken, open_one]).given(lin, {"reason": "x"}, "then", run.add)
    await going.run()
    assert run.verdicts == {taken: Verdict.REFUSED, open_one: Verdict.ACCEPTED}
    assert run.results[taken].code is not None


async def test_what_the_caller_may_not_see_is_answered_as_if_it_were_not_there(console: Console) -> None:
    """It is not asked, and nothing happens to it."""
    (hidden,) = await on_file(console, "hidden")
    before = (await console.desk.view(hidden)).summary.sequence
    he = await caller(console, "he.jun")
    for is_dry in (True, False):
        run, many = Run(), mass(console, "note", [hidden, NOWHERE])
        going = await (many.tried(he, NOTE, run.add) if is_dry else many.given(he, NOTE, "m", run.add))
        await going.run()
        said = [run.results[each] for each in (hidden, NOWHERE)]
        assert [result.code for result in said] == [ErrorCode.UNKNOWN_REFERENCE] * 2
        assert (said[0].message or "").replace(hidden, "") == (said[1].message or "").replace(NOWHERE, "")
    assert (await console.desk.view(hidden)).summary.sequence == before


@pytest.mark.parametrize(
    ("subject", "fields", "code"),
    [("paul.weir", NOTE, ErrorCode.NOT_PERMITTED), ("lin.wan", {"text": ""}, ErrorCode.INVALID_INPUT)],
)
async def test_what_no_complaint_could_take_is_refused_before_any_is_asked(
    console: Console, subject: str, fields: dict[str, str], code: ErrorCode
) -> None:
    """From auditors nothing; from others nothing that is no command."""
    references = await on_file(console, "before")
    who, run = await caller(console, subject), Run()
    for attempt in (
        mass(console, "note", references).tried(who, fields, run.add),
        mass(console, "note", references).given(who, fields, "m", run.add),
    ):
        with pytest.raises(AmendsError) as refused:
            await attempt
        assert refused.value.code is code
    assert run.results == {}


async def test_a_run_can_be_stopped(console: Console) -> None:
    """What has been asked answers; the rest is left alone."""
    references = await on_file(console, "stop-1", "stop-2")
    lin, run = await caller(console, "lin.wan"), Run()
    going = await mass(console, "note", references).given(lin, NOTE, "stopped", run.add)
    task = asyncio.create_task(going.run())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not going.bulk.is_complete
    assert run.results == {}
