"""The promise to other systems: what is sent arrives unchanged, what is wrong is named, errors have their answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.core import builders as b
from tests.core.story import SENSIBLE, Story, ask
from workflows.contract.assessment import Assessment
from workflows.contract.base import TEXT_MAX_CHARACTERS
from workflows.contract.clock_rule import ClockRule
from workflows.contract.commands import COMMANDS, AddNote, CallMeeting, Command, Propose
from workflows.contract.effects import Effect
from workflows.contract.errors import AmendsError, ErrorCode, invalid_input
from workflows.contract.events import EVENT_TYPES, CommandRefused, Entry
from workflows.contract.filing import FileComplaint, Start
from workflows.contract.parties import SYSTEM
from workflows.contract.policy import Policy
from workflows.contract.views import ComplaintView, Summary
from workflows.contract.vocabulary import Status
from workflows.core.assess import procedure_of
from workflows.core.step import Step
from workflows.core.view import summary, view

TYPED_IN = b.filing().model_dump(mode="json")


def a_full_life() -> Story:
    """One complaint to which everything happens."""
    story = Story().assessed().after(30 * b.HOUR).does("note", b.AGENT).does("reassign", b.HEAD)
    story.does("reassign", b.EXECUTIVE, to={"department": "service"}).does("escalate", b.AGENT).reaches(Status.WAITING)
    story.does("extend", b.LEAD).does("inform", b.AGENT).after(4 * b.DAY)
    story.does("adopt_policy", b.HEAD).does("amend_calendar", b.EXECUTIVE)
    story.does("resume", b.COMPLAINANT).does("call_meeting", b.AGENT).does("decide_meeting", b.AGENT)
    story.does("call_meeting", b.AGENT).after(2 * b.DAY).does("propose", b.AGENT).does("refuse", b.LEAD)
    with_an_approval_in_steps(story)
    story.does("propose", b.AGENT, redress=({"kind": "refund", "amount": "12.50", "currency": "CNY"},))
    story.reaches(Status.CLOSED).does("reopen", b.COMPLAINANT).does("declare_out_of_scope", b.AGENT)
    with_meetings(story.does("reopen", b.COMPLAINANT))
    with_kin(story.does("reopen", b.COMPLAINANT))
    with_people_about_it(story.does("reopen", b.COMPLAINANT))
    story.does("reopen", b.COMPLAINANT).does("withdraw", b.COMPLAINANT)
    refused = CommandRefused(command="cancel", code=ErrorCode.NOT_PERMITTED, message="withdraw ends a complaint")
    return story.add(Step(story.case).then((refused,), story.now, b.COMPLAINANT)).after(40 * b.DAY)


def with_an_approval_in_steps(story: Story) -> None:
    """Silence calls on those above, one hands their right on, and in the end it is refused."""
    steps = ({"step": "line", "roles": ("head",)}, {"step": "again", "roles": ("lead", "executive")})
    story.does("adopt_policy", b.HEAD, policy=b.policy(approval=({"steps": steps},)))
    story.does("propose", b.AGENT).after(9 * b.HOUR).does("delegate", b.HEAD).does("approve", b.COLLEAGUE)
    story.does("refuse", b.LEAD).does("adopt_policy", b.HEAD, policy=b.policy())


def with_meetings(story: Story) -> None:
    """One is called off, one moved and missed twice, one votes; tasks are late, keep it open, and are dropped."""
    story.does("call_meeting", b.AGENT).finds_time().does("cancel_meeting", b.AGENT)
    story.does("call_meeting", b.AGENT).finds_time()
    story.does("reschedule_meeting", b.AGENT, starts_at=story.now + 2 * b.HOUR).finds_time()
    for _ in range(2):
        story.begins().does("record_minutes", b.AGENT, present=()).finds_time()
    task = {"text": "Call.", "owner": {"department": "quality"}, "due_at": story.now + b.HOUR}
    story.does("decide_meeting", b.EXECUTIVE, present=(), tasks=(task,)).after(2 * b.HOUR)
    story.does("call_meeting", b.AGENT).does("move", b.HEAD).does("move", b.HEAD).does("record_minutes", b.AGENT)
    story.does("vote", b.HEAD).does("vote", b.HEAD, motion=2, choice="against")
    story.does("decide_meeting", b.AGENT, present=(), motion=1).reaches(Status.CONFIRMING)
    story.does("confirm", b.LEAD).does("complete_task", b.HEAD).does("reopen", b.COMPLAINANT)
    later = task | {"due_at": story.now + b.HOUR}
    story.does("call_meeting", b.AGENT).does("decide_meeting", b.AGENT, tasks=(later,)).does("withdraw", b.COMPLAINANT)


def with_kin(story: Story) -> None:
    """It has to do with others: links, a merge refused and one carried out, an event it belongs to and one it leads."""
    story.does("link", b.AGENT).does("link_from", SYSTEM).hears("link_from", ErrorCode.UNKNOWN_REFERENCE)
    story.does("merge", b.HEAD).hears("absorb", ErrorCode.WRONG_STATUS).does("merge", b.HEAD).hears("absorb")
    story.does("follow", SYSTEM).does("reopen", b.COMPLAINANT).does("split", b.HEAD)
    story.does("absorb", SYSTEM).does("let_go", SYSTEM)
    story.does("join_event", b.HEAD).hears("adopt_child", ErrorCode.WRONG_STATUS)
    story.does("join_event", b.HEAD).does("pass_on", SYSTEM).does("apply_decision", SYSTEM)
    again = SENSIBLE["apply_decision"]["decision"] | {"round": 2}
    story.does("apply_decision", SYSTEM, decision=again).does("leave_event", b.HEAD)
    story.does("declare_major_event", b.HEAD).does("adopt_child", SYSTEM).does("broadcast", b.HEAD)
    story.hears("pass_on", ErrorCode.ARCHIVED).does("withdraw", b.COMPLAINANT)


def with_people_about_it(story: Story) -> None:
    """They talk with the complainant, keep documents, come and go; somebody calls back in the end."""
    story.does("acknowledge", b.AGENT).does("ask", b.HEAD).does("record_answer", b.COMPLAINANT)
    story.does("attach", b.COMPLAINANT).does("legal_hold", b.EXECUTIVE).does("lift_hold", b.EXECUTIVE)
    story.does("de_escalate", b.EXECUTIVE).does("take_over", b.LEAD).does("take_over", b.HEAD)
    story.does("declare_interest", b.COLLEAGUE).does("amend_staff", b.EXECUTIVE)
    story.reaches(Status.CONFIRMING).does("confirm", b.EXECUTIVE)


def fault(model: type[BaseModel], **fields: Any) -> AmendsError:
    """What Amends says to an input that is refused."""
    with pytest.raises(ValidationError) as refused:
        model.model_validate(fields)
    return invalid_input(refused.value)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_survives_json(name: str) -> None:
    """As an update, as a signal and through the shell."""
    command = ask(name, b.AGENT, command_id="c-1")
    assert type(command).model_validate_json(command.model_dump_json()) == command
    assert SENSIBLE.keys() == COMMANDS.keys()


def test_every_event_effect_and_view_survives_json() -> None:
    """All of them occur in one full life, and none comes back as another."""
    story = a_full_life()
    assert {entry.event.type for entry in story.entries} == set(EVENT_TYPES)
    for entry in story.entries:
        assert Entry.model_validate_json(entry.model_dump_json()) == entry
    effects = TypeAdapter[tuple[Effect, ...]](tuple[Effect, ...])
    assert effects.validate_json(effects.dump_json(story.effects)) == story.effects
    for shown in (summary(story.case), view(story.case, story.now)):
        assert type(shown).model_validate_json(shown.model_dump_json()) == shown


def test_the_view_of_a_complaint_that_is_not_yet_assessed_survives_json() -> None:
    """The first second has a view too."""
    shown = view(Story().case, b.START)
    assert ComplaintView.model_validate_json(shown.model_dump_json()) == shown
    assert Summary.model_validate_json(shown.summary.model_dump_json()).status is Status.RECEIVED


def test_assessment_and_policy_survive_json_with_the_same_version() -> None:
    """The hash of a policy is its name in every history."""
    given_ = b.assessment()
    back = Assessment.model_validate_json(given_.model_dump_json())
    assert back == given_
    assert back.policy.version == given_.policy.version
    assert b.policy(min_confidence=0.51).version != given_.policy.version


def test_complaints_under_one_policy_share_one_copy_of_it() -> None:
    """However often it was read; a worker keeps thousands of complaints in memory."""
    given_ = b.assessment()
    first, second = (procedure_of(Assessment.model_validate_json(given_.model_dump_json())) for _ in range(2))
    assert first.policy is second.policy
    assert first.policy == given_.policy
    assert first.version == f"{first.policy.name}@{first.policy.version}"


@given(st.text(min_size=1, max_size=500))
def test_any_text_is_kept_letter_by_letter_or_refused(text: str) -> None:
    """Whatever language, emoji or control characters it is written in; only blanks around it go."""
    try:
        filed = FileComplaint.model_validate(TYPED_IN | {"text": text})
    except ValidationError:
        assert "\0" in text or not any(character.isalnum() for character in text)
    else:
        assert FileComplaint.model_validate_json(filed.model_dump_json()) == filed
        assert filed.text in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "?!…"}, "text"),
        ({"text": "x" * 3_000_000}, "text"),
        ({"text": "字" * (TEXT_MAX_CHARACTERS + 1)}, "text"),
        ({"text": "bro\0ken"}, "text"),
        ({"text": "half a \ud800 character"}, "text"),
        ({"text": 7}, "text"),
        ({"txt": "hello"}, "txt"),
        ({"source_key": ""}, "source_key"),
        ({"channel": "pigeon"}, "channel"),
        ({"language": "fr"}, "language"),
        ({"complainant": {"nmae": "Li"}}, "complainant.nmae"),
        ({"complainant": {"email": "not an address"}}, "complainant.email"),
        ({"received_at": "2026-03-02T08:00:00"}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at"),
        ({"received_at": "9999-12-31T23:59:59-14:00"}, "received_at"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_complaint_is_refused_and_the_field_named(changes: dict[str, Any], field: str) -> None:
    """In one sentence that does not repeat what was sent."""
    error = fault(FileComplaint, **TYPED_IN | changes)
    assert (error.code, error.field) == (ErrorCode.INVALID_INPUT, field)
    assert len(str(error)) < 300


def test_a_field_name_of_three_megabytes_is_not_repeated_either() -> None:
    """It may be as personal, and is as long."""
    assert len(str(fault(FileComplaint, **TYPED_IN | {"x" * 3_000_000: 1}))) < 300


@pytest.mark.parametrize(
    ("model", "changes", "field"),
    [
        (AddNote, {"text": "hello", "txt": "x"}, "txt"),
        (AddNote, {"text": "hello", "command_id": "x" * 101}, "command_id"),
        (CallMeeting, {"departments": (), "agenda": "x"}, "departments"),
        (CallMeeting, {"departments": ("Not A Slug",), "agenda": "x"}, "departments.0"),
        (CallMeeting, {"departments": ("legal",), "agenda": "x", "starts_at": "2026-03-02T08:00"}, "starts_at"),
        (Propose, {"solution": "x", "redress": [{"kind": "refund", "amount": "-1"}]}, "redress.0.amount"),
        (Propose, {"solution": "x", "redress": [{"kind": "refund", "amount": "0.001"}]}, "redress.0.amount"),
        (Propose, {"solution": "x", "redress": [{"kind": "refund", "currency": "yuan"}]}, "redress.0.currency"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_command_is_refused_and_the_field_named(
    model: type[Command], changes: dict[str, Any], field: str
) -> None:
    """Down to the element of a list."""
    error = fault(model, actor=b.AGENT, **changes)
    assert (error.code, error.field) == (ErrorCode.INVALID_INPUT, field)


@pytest.mark.parametrize("model", [FileComplaint, *COMMANDS.values()], ids=lambda model: model.__name__)
def test_nothing_that_comes_from_outside_is_unbounded(model: type[BaseModel]) -> None:
    """What is accepted has to fit into a payload later, so every text and every list has a greatest length."""
    schema = model.model_json_schema()
    endless = [path for path, part in _parts(schema) if _is_endless(part, schema)]
    assert not endless


WORTH_REPEATING = {408, 429, 503, 504}
"""Nothing is wrong with the request: later, the answer may be another."""

BAD_INPUT = {405, 413, 415, 422}
REFUSED = {401, 403, 412}


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_has_its_answers(code: ErrorCode) -> None:
    """One HTTP status and one exit code each; both say the same about whose fault it is."""
    assert code.http_status in {401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 500, 503, 504}
    assert code.exit_code in {1, 2, 3, 4, 5}
    assert (code.http_status in WORTH_REPEATING) == (code.exit_code == 5)
    assert (code.http_status == 404) == (code.exit_code == 4)
    assert (code.http_status in BAD_INPUT) <= (code.exit_code == 2)
    assert (code.http_status in REFUSED) <= (code.exit_code == 3)


def a_policy(**changes: Any) -> dict[str, Any]:
    """A policy as a document."""
    return b.policy().model_dump(mode="json") | changes


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"routing": {"service": "service"}}, "no department for nature quality"),
        ({"approval": []}, "at least 1 item"),
        (
            {"approval": [{"min_severity": "high", "roles": ["head"]}]},
            "last approval rule must apply to every proposal",
        ),
        ({"approval": [{"min_amount": 5, "roles": ["head"]}]}, "last approval rule must apply to every proposal"),
        ({"clocks": [b.FIRST_REPLY, b.FIRST_REPLY]}, "two clocks have the same name"),
        ({"min_confidence": 1.5}, "less than or equal to 1"),
        ({"quorum": 50}, "not permitted"),
    ],
)
def test_an_impossible_policy_is_refused(changes: dict[str, Any], says: str) -> None:
    """Before any complaint is opened under it."""
    assert says in str(fault(Policy, **a_policy(**changes)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"start": ["field"]}, "start.0: Input should be 'filed', 'classified'"),
        ({"stop": ["accepted", "solved"]}, "stop.1: Input should be 'filed'"),
        ({"target": {"low": "PT1H"}}, "no target for severity normal"),
        (
            {"target": dict.fromkeys(("low", "normal", "high", "critical"), "-PT1H")},
            "greater than or equal to 0 seconds",
        ),
        ({"target": dict.fromkeys(("low", "normal", "high", "critical"), "P999999999D")}, "target"),
        ({"ladder": [{"percent": 75, "tell": "lead"}, {"percent": 50, "tell": "owner"}]}, "must rise"),
        ({"ladder": [{"percent": 50, "tell": "lead"}, {"percent": 50, "tell": "owner"}]}, "must rise"),
        ({"on_expiry": "explode"}, "on_expiry"),
    ],
)
def test_an_impossible_clock_is_refused(changes: dict[str, Any], says: str) -> None:
    """Among them one whose end no date could hold."""
    assert says in str(fault(ClockRule, **b.FIRST_REPLY.model_dump(mode="json") | changes))


def test_a_start_carries_a_complaint_or_a_state() -> None:
    """Other systems send the complaint alone."""
    started = Start.model_validate_json(f'{{"complaint": {b.filing().model_dump_json()}}}')
    assert started.complaint == b.filing()
    assert started.carried is None


def _parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        if {"type": "number", "minimum": 0.0} in schema.get("anyOf", ()):
            return  # a decimal, which may be written as a text and is bounded by its digits
        for key, part in schema.items():
            yield from _parts(part, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from _parts(part, f"{path}/{index}")


def _is_endless(part: dict[str, Any], schema: dict[str, Any]) -> bool:
    if isinstance(part.get("additionalProperties"), dict):
        keys = part["propertyNames"].get("$ref", "").removeprefix("#/$defs/")
        return "maxProperties" not in part and "enum" not in schema["$defs"].get(keys, {})
    bounded = {"maxLength", "pattern", "enum", "const", "format"}
    if part.get("type") == "string":
        return not bounded & part.keys()
    return part.get("type") == "array" and "maxItems" not in part
