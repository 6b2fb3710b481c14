"""Invitations as they arrive: read back from the mail by a reader that has nothing to do with what wrote them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from activities.invitation import InvitationWriter
from activities.mail import Mail, on_the_wire
from infra.db.tables import Audience, outbox
from infra.letters.writer import Reader
from tests.activities.conftest import MAIL_DOMAIN, SENDER, Bureau, make_bureau
from tests.support.calendar_mail import calendar_part, event_in, text_of
from tests.support.icalendar_reader import read_icalendar
from tests.support.mail import MailServer
from tests.support.postings import complaint, entry, opening, posting
from workflows.contract.effects import CancelMeeting, InviteToMeeting, InvitingStatus, MeetingStatus, Notice, Notify
from workflows.contract.ports import Posted, Undelivered
from workflows.contract.vocabulary import Language

FILING = complaint()
UID = f"{FILING.reference}.meeting.1@{MAIL_DOMAIN}"
STARTS_AT = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NASTY = '谁来承担，运费、退款; 以及 "质保", a\\b\\n\n第二行：' + "由物流部门说明破损经过，" * 40 + "\n\n\t完。🙂"
WRITER = InvitationWriter(SENDER, MAIL_DOMAIN)


def invite(
    sequence: int = 2,
    *,
    revision: int = 0,
    status: InvitingStatus = MeetingStatus.CALLED,
    invited: tuple[str, ...] = ("gao.feng", "nora.lind"),
    agenda: str = "谁来承担",
    starts_at: datetime = STARTS_AT,
) -> InviteToMeeting:
    """To a meeting of an hour about who pays."""
    return InviteToMeeting(
        sequence=sequence,
        number=1,
        call=1,
        revision=revision,
        status=status,
        chair="lin.wan",
        invited=invited,
        agenda=agenda,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
    )


def cancel(sequence: int, *, revision: int) -> CancelMeeting:
    """That meeting."""
    taken_over = invite().model_dump(exclude={"kind", "status", "sequence", "revision"})
    return CancelMeeting(sequence=sequence, revision=revision, reason="物流公司已赔付", **taken_over)


def reader(subject: str, name: str | None, email: str | None) -> Reader:
    """Somebody invited."""
    return Reader(Audience.STAFF, subject, name, email, Language.ZH)


async def test_an_invitation_goes_into_the_calendars_of_all(bureau: Bureau, mail_server: MailServer) -> None:
    """Chair and invited, each in their own language; an answer would go to the desk."""
    await bureau.journal.record(opening(FILING))
    for _ in range(2):
        assert await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(invite(),))) == Posted()
    mails = {mail.recipients[0]: mail.read() for mail in mail_server.sink.messages()}
    assert set(mails) == {f"{name}@amends.example" for name in ("lin.wan", "gao.feng", "nora.lind")}
    summaries = set()
    for address, mail in mails.items():
        assert (mail["From"], mail["To"], mail["Auto-Submitted"]) == (SENDER, address, "auto-generated")
        event = event_in(mail, "REQUEST")
        assert event.one("UID").text == UID
        assert event.one("SEQUENCE").value == "0"
        assert (event.one("DTSTART").value, event.one("DTEND").value) == ("20260304T060000Z", "20260304T070000Z")
        assert event.one("STATUS").value == "CONFIRMED"
        assert event.one("CLASS").value == "CONFIDENTIAL"
        assert event.one("DESCRIPTION").text == "谁来承担"
        assert event.one("ORGANIZER").value == f"mailto:{SENDER}"
        assert event.one("ORGANIZER").parameters["CN"] == "林婉"
        written_at = datetime.strptime(event.one("DTSTAMP").value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        assert datetime.now(UTC) - written_at < timedelta(minutes=1)
        people = {each.value: each.parameters for each in event.properties["ATTENDEE"]}
        assert {address: parameters["CN"] for address, parameters in people.items()} == {
            "mailto:lin.wan@amends.example": "林婉",
            "mailto:gao.feng@amends.example": "高峰",
            "mailto:nora.lind@amends.example": "Nora Lind",
        }
        assert {(each["PARTSTAT"], each["RSVP"]) for each in people.values()} == {("NEEDS-ACTION", "TRUE")}
        assert {address: each["ROLE"] for address, each in people.items() if each["ROLE"] != "REQ-PARTICIPANT"} == {
            "mailto:lin.wan@amends.example": "CHAIR"
        }
        summaries.add((mail["Content-Language"], event.one("SUMMARY").text))
    reference = FILING.reference
    assert summaries == {("zh", f"投诉 {reference} 跨部门会议"), ("en", f"Meeting about complaint {reference}")}
    english = text_of(mails["nora.lind@amends.example"])
    assert "Begins: 2026-03-04 06:00 (UTC+00:00)\nEnds: 2026-03-04 07:00" in english


async def test_everybody_reads_the_time_that_their_own_clock_shows(bureau: Bureau, mail_server: MailServer) -> None:
    """That of the desk, where the directory knows no calendar, or one that does not exist."""
    await bureau.run("UPDATE staff SET calendar = 'england' WHERE subject = 'nora.lind'")
    await bureau.run("UPDATE staff SET calendar = 'china' WHERE subject = 'gao.feng'")
    await bureau.run("UPDATE staff SET calendar = 'atlantis' WHERE subject = 'lin.wan'")
    await bureau.journal.record(opening(FILING))
    in_summer = invite(starts_at=datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
    await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(in_summer,)))
    texts = {mail.recipients[0].split("@")[0]: text_of(mail.read()) for mail in mail_server.sink.messages()}
    assert "2026-07-01 09:00 (UTC+01:00)" in texts["nora.lind"]
    assert "2026-07-01 16:00 (UTC+08:00)" in texts["gao.feng"]
    assert "2026-07-01 08:00 (UTC+00:00)" in texts["lin.wan"]


async def test_nothing_of_the_complainants_goes_into_calendars(bureau: Bureau, mail_server: MailServer) -> None:
    """Neither name nor address, nor what the complaint is about."""
    await bureau.journal.record(opening(FILING))
    await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(invite(),)))
    for mail in mail_server.sink.messages():
        content = calendar_part(mail.read()).get_content()
        assert FILING.reference in content
        for personal in (FILING.complainant.name, FILING.complainant.email, FILING.subject, FILING.text):
            assert personal
            assert personal not in content


async def test_new_times_and_cancellations_reach_the_same_event(bureau: Bureau, mail_server: MailServer) -> None:
    """One UID, rising sequence numbers; calendars replace what they have, and at last take it out."""
    await bureau.journal.record(opening(FILING))
    later = STARTS_AT + 24 * HOUR
    for effect in (
        invite(2),
        invite(3, revision=1, status=MeetingStatus.RESCHEDULED, starts_at=later),
        invite(4, revision=2, status=MeetingStatus.CALLED_AGAIN, starts_at=2 * HOUR + later),
    ):
        await bureau.meeting.invite_to_meeting(posting(FILING, entry(effect.sequence), effects=(effect,)))
    await bureau.meeting.cancel_meeting(posting(FILING, entry(5), effects=(cancel(5, revision=3),)))
    mails = mail_server.mails_to("nora.lind@amends.example")
    methods = ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    told = [event_in(mail.read(), method) for mail, method in zip(mails, methods, strict=True)]
    assert [event.one("SEQUENCE").value for event in told] == ["0", "1", "2", "3"]
    assert {event.one("UID").text for event in told} == {UID}
    assert [event.one("STATUS").value for event in told] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event.one("DTSTART").value for event in told][:3] == [
        "20260304T060000Z",
        "20260305T060000Z",
        "20260305T080000Z",
    ]
    assert [mail.subject.split(":")[0] for mail in mails[1:]] == ["New time", "Second call", "Cancelled"]
    assert "Reason:\n物流公司已赔付" in text_of(mails[3].read())


async def test_a_calendar_part_survives_a_mail_server_that_is_down(bureau: Bureau, mail_server: MailServer) -> None:
    """It is in the outbox with the rest of the mail."""
    await bureau.journal.record(opening(FILING))
    await mail_server.stop()
    posted = await bureau.meeting.invite_to_meeting(posting(FILING, entry(2), effects=(invite(invited=()),)))
    assert len(posted.undelivered) == 1
    await mail_server.start()
    another_worker = make_bureau(bureau.engine, mail_server.address)
    await another_worker.notification.deliver(Undelivered(reference=FILING.reference, message_ids=posted.undelivered))
    await another_worker.mailer.close()
    (mail,) = mail_server.sink.messages()
    assert event_in(mail.read(), "REQUEST").one("UID").text == UID


async def test_other_mails_have_no_calendar_part(bureau: Bureau, mail_server: MailServer) -> None:
    """They stay plain text."""
    await bureau.notification.notify(opening(FILING, Notify(sequence=1, notice=Notice.ACKNOWLEDGEMENT, to=None)))
    (mail,) = mail_server.sink.messages()
    assert mail.read().get_content_type() == "text/plain"
    (row,) = await bureau.rows(outbox)
    assert row.calendar is None


def test_any_agenda_arrives_as_it_was_written() -> None:
    """Chinese, commas, semicolons, backslashes, lines, and far more of it than a line holds."""
    text = WRITER.write("R", invite(agenda=NASTY), [reader("lin.wan", "林婉", None)], Language.ZH, STARTS_AT)
    event = read_icalendar(text.encode()).components[0]
    assert event.one("DESCRIPTION").text == NASTY
    assert "ATTENDEE" not in event.properties


@pytest.mark.parametrize("written", ["a\r\nb\rc", "a\x0bb\x0cc\x85d\u2028e\x1b[0m"])
def test_no_control_character_gets_into_a_calendar(written: str) -> None:
    """Neither from an agenda nor from a name, from which it could start a line of its own."""
    name = f'{written}";ROLE=X:mailto:\r\nATTENDEE:all@customer.example'
    text = WRITER.write("R", invite(agenda=written), [reader("lin.wan", name, SENDER)], Language.EN, STARTS_AT)
    event = read_icalendar(text.encode()).components[0]
    for found in (event.one("DESCRIPTION").text.replace("\n", ""), event.one("ATTENDEE").parameters["CN"]):
        assert found.isprintable()
    assert event.one("ATTENDEE").parameters["ROLE"] == "CHAIR"
    assert event.one("ATTENDEE").value == f"mailto:{SENDER}"


def test_unusual_addresses_are_written_as_addresses() -> None:
    """As a `mailto:` has them (RFC 6068)."""
    people = [reader("lin.wan", "林婉", "林.wan+a%b/c@desk.example")]
    text = WRITER.write("R", invite(), people, Language.EN, STARTS_AT)
    event = read_icalendar(text.encode()).components[0]
    assert event.one("ATTENDEE").value == "mailto:%E6%9E%97.wan+a%25b%2Fc@desk.example"


def test_two_hundred_people_are_invited_at_once() -> None:
    """Each is in there, with a name or without."""
    people = [reader(f"p{n}", None if n % 9 == 0 else f"同事, 第{n}号", f"p{n}@desk.example") for n in range(200)]
    meeting = invite().model_copy(update={"chair": "p7"})
    text = WRITER.write("R", meeting, people, Language.ZH, STARTS_AT)
    sent = on_the_wire(Mail("<1@x>", "p1@desk.example", "zh", "会议", "正文\n", text), SENDER)
    assert all(len(line) <= 78 for line in sent.split(b"\r\n"))
    attendees = read_icalendar(text.encode()).components[0].properties["ATTENDEE"]
    assert [each.value for each in attendees] == [f"mailto:p{n}@desk.example" for n in range(200)]
    names = [each.parameters["CN"] for each in attendees]
    assert names[:3] == ["p0", "同事, 第1号", "同事, 第2号"]
    assert [n for n, each in enumerate(attendees) if each.parameters["ROLE"] == "CHAIR"] == [7]


def test_a_calendar_part_without_a_method_is_a_mistake() -> None:
    """No mail program would know what to do with it."""
    with pytest.raises(ValueError, match="METHOD"):
        on_the_wire(Mail("<1@x>", "a@desk.example", "en", "s", "b", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), SENDER)
