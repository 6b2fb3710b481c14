"""Every notice in every language: complete, in the reader's words, and safe against what complainants write."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from infra.db.tables import Audience
from infra.letters.writer import LetterWriter, OnFile, Reader
from tests.support.postings import RECEIVED_AT
from workflows.contract.effects import Notice
from workflows.contract.vocabulary import Language, Level, Outcome

REFERENCE = "7K2M-9QXD-4TBC"
WRITER = LetterWriter("desk.example", timezone(timedelta(hours=8)))
MEETING = {
    "number": "1",
    "chair": "lin.wan",
    "invited": "高峰",
    "agenda": "who pays",
    "starts_at": "2026-03-03T01:30:00+00:00",
    "ends_at": "2026-03-03T02:30:00+00:00",
}
FACTS = {
    Notice.ACKNOWLEDGEMENT: {},
    Notice.QUESTION: {"question": "哪一天送货？"},
    Notice.REMINDER: {"question": "哪一天送货？"},
    Notice.ANSWER: {"answer": "星期五。"},
    Notice.PROGRESS: {"text": "We have asked the carrier."},
    Notice.REOPENED: {"reason": "still broken"},
    Notice.CLOSING: {"outcome": "out_of_scope", "reason": "a bank's matter", "referral": "the banking ombudsman"},
    Notice.ASSIGNMENT: {"reason": "knows the product"},
    Notice.PROPOSAL_REFUSED: {"by": "lin.wan", "reason": "too little"},
    Notice.DE_ESCALATION: {"level": "owner", "reason": "the press has gone"},
    Notice.ESCALATION: {
        "level": "head",
        "clock": "first_reply",
        "percent": "100",
        "repetition": "2",
        "due_at": "2026-03-03T09:00:00+00:00",
        "reason": "nobody answers",
    },
    Notice.APPROVAL_REQUEST: {
        "by": "zhou.qi",
        "round": "2",
        "solution": "take it back",
        "redress": "refund 300.00 CNY (in full); apology",
    },
    Notice.INVITATION: MEETING,
    Notice.MEETING_RESCHEDULED: MEETING,
    Notice.MEETING_CALLED_AGAIN: MEETING,
    Notice.MEETING_CANCELLED: MEETING | {"reason": "the carrier has paid"},
    Notice.MEETING_FELL_BACK: {"number": "1", "agenda": "who pays"},
    Notice.TASKS: {"tasks": "3 2026-03-03T09:00:00+00:00 call the carrier", "decision": "we pay"},
    Notice.TASK_OVERDUE: {
        "task": "3",
        "text": "call the carrier",
        "owner": "he.jun",
        "due_at": "2026-03-03T09:00:00+00:00",
    },
    Notice.SURVEY: {"result": "refunded", "link": "https://desk.example/survey/token"},
    Notice.MERGED: {},
    Notice.MERGED_ENDED: {"outcome": "withdrawn"},
    Notice.MAJOR_EVENT: {
        "title": "The warehouse has burnt down",
        "plan": "Everybody is told today.",
        "by": "lin.wan",
        "spokesperson": "gao.feng",
        "statement": "Your parcel may have been lost.",
    },
    Notice.KINSHIP_REFUSED: {
        "wanted": "merge",
        "reference": "7K2M-9QXD-4TBC",
        "code": "archived",
        "message": "the complaint is archived",
    },
}
REQUIRED = {
    Notice.CLOSING: {"outcome": "resolved"},
    Notice.QUESTION: FACTS[Notice.QUESTION],
    Notice.ANSWER: FACTS[Notice.ANSWER],
    Notice.DE_ESCALATION: {"level": "owner"},
    Notice.ESCALATION: {"level": "executive", "reason": "the press is asking"},
    Notice.APPROVAL_REQUEST: {"solution": "take it back"},
    Notice.INVITATION: MEETING,
    Notice.MEETING_RESCHEDULED: MEETING,
    Notice.MEETING_CALLED_AGAIN: MEETING,
    Notice.MEETING_CANCELLED: MEETING,
    Notice.MEETING_FELL_BACK: FACTS[Notice.MEETING_FELL_BACK],
    Notice.TASKS: {"tasks": "3 2026-03-03T09:00:00+00:00 call the carrier"},
    Notice.TASK_OVERDUE: FACTS[Notice.TASK_OVERDUE],
    Notice.SURVEY: FACTS[Notice.SURVEY],
    Notice.REMINDER: {},
    Notice.PROGRESS: FACTS[Notice.PROGRESS],
    Notice.MERGED_ENDED: {"outcome": "resolved"},
    Notice.MAJOR_EVENT: {"title": "A fire", "plan": "Tell all.", "by": "lin.wan"},
    Notice.KINSHIP_REFUSED: FACTS[Notice.KINSHIP_REFUSED],
}
"""The facts that are always there; without the others a letter must still read well."""


def on_file(*, subject: str | None = "洗衣机", name: str | None = "王芳", language: Language = Language.ZH) -> OnFile:
    """What a letter is about."""
    return OnFile(REFERENCE, language, subject, RECEIVED_AT, name, "wang@customer.example")


def reader(language: Language, *, subject: str | None = "lin.wan", name: str | None = "林婉") -> Reader:
    """Whom it is for."""
    return Reader(Audience.STAFF, subject, name, "lin.wan@desk.example", language)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("notice", Notice)
def test_every_notice_says_what_it_must_in_every_language(notice: Notice, language: Language) -> None:
    """Reference and reader, and every fact; an undefined name would be an error."""
    letter = WRITER.write(on_file(), notice, 7, reader(language), FACTS[notice])
    assert REFERENCE in letter.subject
    assert REFERENCE in letter.body
    assert "林婉" in letter.body
    spoken = {"tasks", "level", "outcome", "clock", "round", "due_at", "starts_at", "ends_at", "redress", "wanted"}
    for fact, value in FACTS[notice].items():
        assert fact in spoken or value in letter.body, fact
    chinese = any("\u4e00" <= character <= "\u9fff" for character in letter.subject)
    assert chinese is (language is Language.ZH)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("notice", Notice)
def test_missing_facts_leave_no_gap(notice: Notice, language: Language) -> None:
    """A nameless reader, a complaint without a subject, and none of the optional facts."""
    letter = WRITER.write(
        on_file(subject=None, name=None), notice, 7, reader(language, subject=None, name=None), REQUIRED.get(notice, {})
    )
    for text in (letter.subject, letter.body):
        assert "None" not in text
        assert "  " not in text
        assert "\n\n\n" not in text
        assert "（）" not in text
        assert "()" not in text


@pytest.mark.parametrize("language", Language)
def test_moments_name_their_zone(language: Language) -> None:
    """A due time without a zone would be another time elsewhere."""
    escalation = WRITER.write(on_file(), Notice.ESCALATION, 7, reader(language), FACTS[Notice.ESCALATION])
    assert "2026-03-03 17:00 (UTC+08:00)" in escalation.body
    assert "100%" in escalation.subject
    invitation = WRITER.write(on_file(), Notice.INVITATION, 7, reader(language), FACTS[Notice.INVITATION])
    assert "2026-03-03 09:30 (UTC+08:00)" in invitation.body


@pytest.mark.parametrize("language", Language)
def test_moments_are_shown_as_the_readers_clock_shows_them(language: Language) -> None:
    """Of the reader whose zone is known, in summer time and in winter time; the desk's is for the others."""
    in_london = replace(reader(language), zone=ZoneInfo("Europe/London"))
    winter = WRITER.write(on_file(), Notice.INVITATION, 7, in_london, MEETING)
    assert "2026-03-03 01:30 (UTC+00:00)" in winter.body
    assert "2026-03-03 02:30 (UTC+00:00)" in winter.body
    moved = MEETING | {"starts_at": "2026-07-03T01:30:00+00:00", "ends_at": "2026-07-03T02:30:00+00:00"}
    summer = WRITER.write(on_file(), Notice.MEETING_RESCHEDULED, 7, in_london, moved)
    assert "2026-07-03 02:30 (UTC+01:00)" in summer.body
    assert "(UTC+08:00)" not in summer.body


@pytest.mark.parametrize(
    ("language", "said"), [(Language.ZH, "“shop_visit”时限已超期"), (Language.EN, '"shop visit" has')]
)
def test_a_reminder_after_the_limit_says_that_it_has_passed(language: Language, said: str) -> None:
    """It has no percentage; a clock that only a policy knows is named as a limit in Chinese too."""
    facts = {"level": "head", "clock": "shop_visit", "due_at": "2026-03-03T09:00:00+00:00"}
    letter = WRITER.write(on_file(), Notice.ESCALATION, 7, reader(language), facts)
    assert said in letter.subject
    assert "%" not in letter.subject + letter.body


@pytest.mark.parametrize("language", Language)
def test_a_request_for_approval_says_how_to_act(language: Language) -> None:
    """The commands can be pasted, whatever the reader's subject is."""
    awkward = reader(language, subject="o'hara; rm -rf ~")
    letter = WRITER.write(on_file(), Notice.APPROVAL_REQUEST, 7, awkward, FACTS[Notice.APPROVAL_REQUEST])
    assert f"amends act {REFERENCE} approve --as 'o'\"'\"'hara; rm -rf ~'" in letter.body
    assert f"amends act {REFERENCE} refuse --as " in letter.body


def test_redress_is_named_in_chinese_to_chinese_readers() -> None:
    """Amounts and notes stay as they are."""
    letter = WRITER.write(on_file(), Notice.APPROVAL_REQUEST, 7, reader(Language.ZH), FACTS[Notice.APPROVAL_REQUEST])
    assert "- 退款 300.00 CNY (in full)\n- 致歉" in letter.body


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_closing_letter_tells_its_outcome_apart(outcome: Outcome, language: Language) -> None:
    """Three outcomes, three different letters, all with the way to reopen."""
    bodies = {
        each: WRITER.write(on_file(), Notice.CLOSING, 7, reader(language), {"outcome": each.value}).body
        for each in Outcome
    }
    assert len(set(bodies.values())) == len(Outcome)
    assert ("重新受理" if language is Language.ZH else "reopen") in bodies[outcome]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("level", Level)
def test_every_level_of_the_ladder_has_a_name(level: Level, language: Language) -> None:
    """Chinese readers see no English word, English readers no machine name."""
    facts = {"level": level.value, "reason": "无人处理"}
    body = WRITER.write(on_file(), Notice.ESCALATION, 7, reader(language), facts).body
    if language is Language.ZH:
        assert f"：{level.value}" not in body
    else:
        assert "(level: " in body


def test_nothing_a_complainant_writes_adds_a_header_or_breaks_the_subject() -> None:
    """Line breaks and control characters become blanks."""
    nasty = "x\r\nBcc: all@customer.example\n\u2028\x00y"
    for notice in Notice:
        facts = FACTS[notice] | {"clock": nasty} if notice is Notice.ESCALATION else FACTS[notice]
        letter = WRITER.write(on_file(subject=nasty, name=nasty), notice, 7, reader(Language.EN, name=nasty), facts)
        assert letter.subject.isprintable(), notice


def test_the_message_id_depends_on_the_event_and_the_reader_alone() -> None:
    """So a repeat has the same, and two readers have different ones."""
    first = WRITER.write(on_file(), Notice.ASSIGNMENT, 7, reader(Language.EN), {"reason": "one"})
    again = WRITER.write(on_file(subject=None), Notice.ASSIGNMENT, 7, reader(Language.ZH), {"reason": "two"})
    other = WRITER.write(on_file(), Notice.ASSIGNMENT, 7, reader(Language.EN, subject="王 芳@x"), {})
    long = WRITER.write(on_file(), Notice.ASSIGNMENT, 7, reader(Language.EN, subject="王" * 200), {})
    assert first.message_id == again.message_id == f"<{REFERENCE}.7.assignment.lin.wan@desk.example>"
    assert other.message_id == f"<{REFERENCE}.7.assignment.%E7%8E%8B%20%E8%8A%B3%40x@desk.example>"
    assert len(long.message_id) < 200


def test_markup_reaches_the_reader_as_it_was_written() -> None:
    """These are plain text mails."""
    facts = {"question": "<b>1 & 2</b> {{ 7 * 7 }}"}
    assert facts["question"] in WRITER.write(on_file(), Notice.QUESTION, 7, reader(Language.EN), facts).body


@pytest.mark.parametrize(("language", "said"), [(Language.EN, "going on with"), (Language.ZH, "会继续处理")])
def test_a_question_says_whether_the_case_waits_for_the_answer(language: Language, said: str) -> None:
    """People hurry when it does."""
    waiting, meanwhile = (
        WRITER.write(on_file(), Notice.QUESTION, 7, reader(language), {"question": "哪一天送货？"} | more).body
        for more in ({}, {"meanwhile": "work goes on"})
    )
    assert said in meanwhile
    assert said not in waiting


@pytest.mark.parametrize(
    ("language", "new", "handed"), [(Language.EN, "come in", "handover"), (Language.ZH, "新收到", "转交")]
)
def test_an_assignment_tells_a_new_case_from_one_handed_over(language: Language, new: str, handed: str) -> None:
    """And a head who holds it for want of others is told how to assign it."""
    fresh = WRITER.write(on_file(), Notice.ASSIGNMENT, 7, reader(language), {"new": "by the matrix"}).body
    given = WRITER.write(on_file(), Notice.ASSIGNMENT, 7, reader(language), {"reason": "knows it"}).body
    held = WRITER.write(
        on_file(), Notice.ASSIGNMENT, 7, reader(language), {"new": "by the matrix", "warning": "x"}
    ).body
    assert (new in fresh, new in given) == (True, False)
    assert (handed in fresh, handed in given) == (False, True)
    assert f"amends act {REFERENCE} assign --as lin.wan" in held
