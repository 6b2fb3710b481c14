"""What is entered into the form makes the complaint that was meant, or says at which field it does not."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from starter.console.filing.entered import FIELDS, Entered, Fault, FaultsError
from starter.console.filing.prefilled import Prefilled
from starter.console.texts import texts
from workflows.contract.base import LINE_MAX_CHARACTERS, NAME_MAX_CHARACTERS, TEXT_MAX_CHARACTERS
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.vocabulary import Channel, Language

SHANGHAI = ZoneInfo("Asia/Shanghai")
KEY = "key-of-the-form"
CALL = {"channel": "hotline", "phone": "138 0000 0000", "text": "洗衣机漏水"}


def complaint(**fields: str) -> FileComplaint:
    """The complaint of a call with these fields besides."""
    return Entered({**CALL, **fields}).complaint(KEY, SHANGHAI)


def faults(**fields: str) -> list[tuple[str, str]]:
    """What is wrong with it."""
    with pytest.raises(FaultsError) as refused:
        complaint(**fields)
    assert all(fault.key in texts() and texts().say(Language.EN, fault.key, **fault.values) for fault in _of(refused))
    return [(fault.name, fault.key.rpartition(".")[2]) for fault in _of(refused)]


def _of(refused: pytest.ExceptionInfo[FaultsError]) -> tuple[Fault, ...]:
    return refused.value.faults


def test_a_call_is_filed_under_the_key_of_its_form() -> None:
    made = complaint(name=" 王芳 ", subject="", remedy_sought="退款")
    assert (made.source, made.source_key, made.channel) == ("console", KEY, Channel.HOTLINE)
    assert made.complainant == Complainant(name="王芳", phone="138 0000 0000")
    assert (made.text, made.subject, made.remedy_sought) == ("洗衣机漏水", None, "退款")
    assert made.received_at is None
    assert made.reference == complaint(name="王芳", text="another text").reference


def test_what_has_a_number_of_its_own_is_filed_once_whoever_files_it() -> None:
    """Two people open the same letter; the same number of another channel is another thing."""
    made = complaint(channel="letter", number="2026-117")
    assert (made.source, made.source_key) == ("letter", "2026-117")
    again = Entered({**CALL, "channel": "letter", "number": "2026-117 "}).complaint("another form", SHANGHAI)
    assert again.reference == made.reference
    assert complaint(channel="regulator", number="2026-117").reference != made.reference


@pytest.mark.parametrize(
    ("text", "chosen", "language"),
    [
        ("洗衣机漏水", "", Language.ZH),
        ("It leaks", "", Language.EN),
        ("我的 iPhone 坏了", "", Language.ZH),
        ("It leaks", "zh", Language.ZH),
    ],
)
def test_the_language_is_guessed_unless_it_is_chosen(text: str, chosen: str, language: Language) -> None:
    assert complaint(text=text, language=chosen).language is language


def test_a_moment_is_one_in_the_time_zone_of_the_desk() -> None:
    received_at = complaint(received_at="2026-03-02T09:30").received_at
    assert received_at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def test_an_anonymous_complaint_leaves_out_what_was_typed_before() -> None:
    entered = Entered({**CALL, "name": "王芳"}, anonymous=True)
    assert entered.complaint(KEY, SHANGHAI).complainant == Complainant()
    assert "王芳" not in dict(entered.lines()).values()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone": ""}, [("phone", "nobody")]),
        ({"text": ""}, [("text", "missing")]),
        ({"text": "…?!"}, [("text", "no_words")]),
        ({"text": "a\0b"}, [("text", "unusable")]),
        ({"text": "x" * (TEXT_MAX_CHARACTERS + 1)}, [("text", "too_long")]),
        ({"email": "wang"}, [("email", "no_address")]),
        ({"phone": "1" * 41}, [("phone", "too_long")]),
        ({"subject": "x" * (LINE_MAX_CHARACTERS + 1)}, [("subject", "too_long")]),
        ({"number": "x" * (NAME_MAX_CHARACTERS + 1)}, [("number", "too_long")]),
        ({"received_at": "yesterday"}, [("received_at", "time")]),
        ({"received_at": "1986-05-04T02:30"}, [("received_at", "no_such_time")]),
        ({"received_at": "1066-10-14T09:00"}, [("received_at", "too_early")]),
        (
            {"text": "", "email": "@", "received_at": "?"},
            [("received_at", "time"), ("email", "no_address"), ("text", "missing")],
        ),
    ],
)  # fmt: skip
def test_every_fault_is_said_at_its_field(fields: dict[str, str], expected: list[tuple[str, str]]) -> None:
    """All of them at once, in the order of the form."""
    assert faults(**fields) == expected


def test_nothing_that_was_entered_is_missing_from_what_is_added_to_another_complaint() -> None:
    entered = {name: f"{name} as it was said" for name in FIELDS}
    said = dict(Entered(entered).lines())
    assert set(FIELDS) - set(said) == {"channel", "language"}
    assert all(said[name] == entered[name] for name in said)
    assert next(iter(said)) == "text"


def test_an_address_fills_the_form() -> None:
    query = {
        "phone": "138 0000 0000",
        "text": "洗衣机\n漏水",
        "channel": "letter",
        "received_at": "2026-03-02T01:30:00Z",
    }
    assert Prefilled.by(query, SHANGHAI) == Prefilled({**query, "received_at": "2026-03-02T09:30"}, ())


@pytest.mark.parametrize(
    ("parameter", "value", "why"),
    [
        ("channel", "fax", "no_choice"),
        ("language", "de", "no_choice"),
        ("received_at", "yesterday", "no_moment"),
        ("colour", "red", "unknown"),
        ("key", "of another form", "unknown"),
        ("anonymous", "true", "unknown"),
    ],
)
def test_what_an_address_says_and_the_form_has_not_is_named(parameter: str, value: str, why: str) -> None:
    """The rest is filled in all the same."""
    prefilled = Prefilled.by({parameter: value, "text": "漏水"}, SHANGHAI)
    assert prefilled.fields == {"text": "漏水"}
    ((key, *said),) = prefilled.left_out
    assert (key, said) == (f"filing.prefilled.{why}", [parameter, value])
    assert parameter in texts().say(Language.ZH, key, parameter=parameter, value=value)


@pytest.mark.parametrize(
    ("moment", "local"),
    [
        ("2026-03-02T09:30", "2026-03-02T09:30"),
        ("2026-03-02T09:30:15+01:00", "2026-03-02T16:30"),
        ("2026-03-02T09:30:15 01:00", "2026-03-02T16:30"),
        ("2026-03-02", "2026-03-02T00:00"),
    ],
)
def test_moments_of_an_address_are_shown_as_the_desk_reads_them(moment: str, local: str) -> None:
    """A plus that was not escaped reaches us as a blank."""
    assert Prefilled.by({"received_at": moment}, SHANGHAI).fields == {"received_at": local}
