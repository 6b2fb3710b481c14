"""What is kept with the file: documents by reference, and that it must be preserved."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.core import builders as b
from tests.core.story import SENSIBLE, Story, ask
from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.commands import Attach
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.events import Archived, Attached
from workflows.contract.vocabulary import Role, Status
from workflows.core.authority import allowed
from workflows.core.thresholds import next_threshold
from workflows.core.view import view

LAWYER = b.staff(Role.HEAD, "legal_compliance")
HOLDS = ("legal_hold", "lift_hold")


def test_a_document_is_kept_by_reference_even_when_the_case_is_closed() -> None:
    """With all that tells whether it is still the same."""
    story = Story().assessed().reaches(Status.CLOSED).does("attach", b.COMPLAINANT)
    [attached] = story.events(Attached)
    assert attached.model_dump(exclude={"type"}) == SENSIBLE["attach"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"uri": "file:///tmp/letter.pdf"}, "uri"),
        ({"uri": "http://files.example/letter.pdf"}, "uri"),
        ({"uri": "letter.pdf"}, "uri"),
        ({"uri": "https:///letter.pdf"}, "uri"),
        ({"uri": "https://ann:secret@files.example/letter.pdf"}, "uri"),
        ({"uri": "https://[files.example/letter.pdf"}, "uri"),
        ({"uri": "https://files.example/letter 1.pdf"}, "uri"),
        ({"uri": f"https://files.example/{'x' * 2000}"}, "uri"),
        ({"sha256": "5e" * 31}, "sha256"),
        ({"sha256": "x" * 64}, "sha256"),
        ({"size_bytes": -1}, "size_bytes"),
        ({"media_type": "pdf"}, "media_type"),
        ({"file_name": ""}, "file_name"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(changes: dict[str, Any], field: str) -> None:
    """Before it is on file, with the field at fault."""
    with pytest.raises(ValidationError) as refused:
        Attach.model_validate({"actor": b.AGENT} | SENSIBLE["attach"] | changes)
    assert invalid_input(refused.value).field == field


def test_a_hash_in_capitals_is_the_same_hash() -> None:
    """Some programs print them so."""
    command = ask("attach", b.AGENT, sha256="5E" * 32)
    assert isinstance(command, Attach)
    assert command.sha256 == "5e" * 32


def test_a_file_on_hold_closes_but_is_not_archived() -> None:
    """The right to reopen ends in time all the same, and nothing is left that would fall due."""
    story = Story().assessed().does("legal_hold", b.EXECUTIVE).reaches(Status.CLOSED).after(40 * b.DAY)
    assert (story.case.status, story.last()) == (Status.CLOSED, ["clock_expired"])
    assert next_threshold(story.case) is None
    assert view(story.case, story.now).hold == "a court has asked for it"


def test_what_fell_due_during_the_hold_is_archived_when_it_is_lifted() -> None:
    """In the same step."""
    story = Story().assessed().does("legal_hold", b.EXECUTIVE).reaches(Status.CLOSED).after(40 * b.DAY)
    assert story.does("lift_hold", b.EXECUTIVE).last(2) == ["hold_lifted", "archived"]
    assert story.case.status is Status.ARCHIVED


def test_a_hold_that_is_lifted_in_time_changes_nothing() -> None:
    """The file is archived when the right to reopen ends."""
    story = Story().assessed().does("legal_hold", b.EXECUTIVE).reaches(Status.CLOSED).after(10 * b.DAY)
    assert story.does("lift_hold", b.EXECUTIVE).last() == ["hold_lifted"]
    assert [type(event) for event in story.after(20 * b.DAY).events(Archived)] == [Archived]


def test_a_case_reopened_on_hold_is_not_archived_by_an_earlier_end() -> None:
    """Its new right to reopen has to end first."""
    story = Story().assessed().does("legal_hold", b.EXECUTIVE).reaches(Status.CLOSED).after(40 * b.DAY)
    story.does("reopen", b.AGENT).reaches(Status.CLOSED)
    assert story.does("lift_hold", b.EXECUTIVE).last() == ["hold_lifted"]
    assert story.case.status is Status.CLOSED


def test_a_hold_is_placed_once_and_lifted_once() -> None:
    """The second would mean nothing, so it is not offered."""
    story = Story().assessed()
    assert set(HOLDS) & set(allowed(story.case, b.EXECUTIVE)) == {"legal_hold"}
    story.does("legal_hold", b.EXECUTIVE)
    assert set(HOLDS) & set(allowed(story.case, b.EXECUTIVE)) == {"lift_hold"}
    with pytest.raises(AmendsError, match="on legal hold already: a court has asked for it") as refused:
        story.does("legal_hold", b.EXECUTIVE)
    assert refused.value.code is ErrorCode.ALREADY_THERE


def test_the_lawyers_decide_about_holds_wherever_the_case_is() -> None:
    """And where they are called otherwise, the policy names them."""
    story = Story().assessed()
    assert "legal_hold" in allowed(story.case, LAWYER)
    assert "legal_hold" not in allowed(story.case, b.staff(Role.AGENT, "legal_compliance"))
    assert "legal_hold" not in allowed(story.case, b.HEAD)
    ours = AuthorityRule(rule="our_lawyers", commands=HOLDS, roles=(Role.HEAD,), departments=("legal",))
    other = Story().assessed(b.assessment(b.policy(authority=(ours,))))
    assert "legal_hold" in allowed(other.case, b.staff(Role.HEAD, "legal"))
    assert "legal_hold" not in allowed(other.case, LAWYER)
