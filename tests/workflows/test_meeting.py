"""The whole of a cross-department meeting on the real servers, as those invited see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from infra.devstack.mail_sink import StoredMail
from starter.directory import Directory, MemberChanges
from tests.support.calendar_mail import begins, event_in, text_of
from tests.support.desk import Desk
from tests.workflows.case import Case
from tests.workflows.paths import answer, solve
from tests.workflows.people import AGENT, COMPLAINANT, ENGINEER, EXECUTIVE, HEAD, LAWYERS_HEAD, staff
from workflows.contract import commands as ask
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor, Party
from workflows.contract.vocabulary import Choice, Outcome, Role, Status

IN_CHINA, IN_ENGLAND = "gao.feng", "shen.yi"
"""Heads of the technicians and of the lawyers."""

ZONES = {IN_CHINA: ZoneInfo("Asia/Shanghai"), IN_ENGLAND: ZoneInfo("Europe/London")}
OFFICE_HOURS = {IN_CHINA: (time(9), time(18)), IN_ENGLAND: (time(9), time(17, 30))}
DEPARTMENTS = ("technical_support", "legal_compliance")


@pytest.fixture
async def in_two_zones(desk: Desk) -> AsyncIterator[None]:
    """One head works in China, one in England."""
    directory = Directory(desk.engine)
    calendars = {IN_CHINA: "china", IN_ENGLAND: "england"}
    for subject, calendar in calendars.items():
        await directory.change(subject, MemberChanges(calendar=calendar), EXECUTIVE)
    yield
    for subject in calendars:
        await directory.change(subject, MemberChanges(calendar=None), EXECUTIVE)


async def call(case: Case, **changes: object) -> None:
    """File and call the technicians and the lawyers."""
    await case.file()
    await case.give(ask.Accept(actor=AGENT))
    called = {"actor": AGENT, "departments": DEPARTMENTS, "agenda": "Who calls back, and when?"} | changes
    await case.give(ask.CallMeeting.model_validate(called))


def mails(case: Case, subject: str) -> list[StoredMail]:
    """What this person got about the case that goes into calendars, in order."""
    to = f"{subject}@amends.example"
    got = [mail for mail in case.desk.stack.mail.messages() if mail.recipients == (to,)]
    about = [mail for mail in got if mail.message_id.startswith(f"<{case.reference}.")]
    return [mail for mail in about if mail.read().get_content_type() == "multipart/alternative"]


@pytest.mark.usefixtures("in_two_zones")
async def test_a_meeting_finds_its_time_and_in_the_end_its_decision(new_case: Callable[..., Case]) -> None:
    """In the hours of two continents; nobody comes, twice; it is moved; the executive decides; a task holds it open."""
    case = new_case()
    await call(case)
    for subject, zone in ZONES.items():
        (mail,) = mails(case, subject)
        invitation = event_in(mail.read(), "REQUEST")
        opens, closes = OFFICE_HOURS[subject]
        starts_at = begins(invitation).astimezone(zone)
        assert opens <= starts_at.time() <= (starts_at + timedelta(hours=1)).time() <= closes
        assert starts_at.weekday() < 5
    meeting = (await case.view()).meeting
    assert meeting
    assert meeting.because
    assert "gao.feng (china)" in meeting.because
    assert "shen.yi (england)" in meeting.because

    alone = ask.RecordMinutes(actor=AGENT, present=(AGENT.subject,), minutes="I was alone.")
    assert await case.refusal(alone) is ErrorCode.NO_QUORUM, "it has not begun"
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=10)
    await case.give(ask.RescheduleMeeting(actor=AGENT, starts_at=soon, reason="It is urgent."))
    await case.pass_time(timedelta(minutes=11))
    await case.give(alone)
    later = soon + timedelta(minutes=20)
    await case.give(ask.RescheduleMeeting(actor=AGENT, starts_at=later, reason="It is still urgent."))
    first, moved, again, moved_again = (event_in(mail.read(), "REQUEST") for mail in mails(case, IN_ENGLAND))
    assert len({event.one("UID").value for event in (first, moved, again, moved_again)}) == 1
    assert [event.one("SEQUENCE").value for event in (first, moved, again, moved_again)] == ["0", "1", "2", "3"]
    assert (begins(moved), begins(moved_again)) == (soon, later)
    assert begins(again) >= soon + timedelta(hours=1)

    await case.pass_time(timedelta(minutes=20))
    await case.give(alone.model_copy(update={"minutes": "Alone again."}))
    meeting = (await case.view()).meeting
    assert meeting
    assert (meeting.call, meeting.fallback) == (2, EXECUTIVE.subject)
    assert [row.notice for row in await case.messages() if row.staff == EXECUTIVE.subject] == ["meeting_fell_back"]
    decision = ask.DecideMeeting(
        actor=EXECUTIVE,
        decision="We call back.",
        tasks=(
            ask.TaskOrder(
                text="Find out who hung up.",
                owner=Party(department="technical_support", subject=ENGINEER.subject),
                due_at=datetime.now(UTC) + timedelta(hours=30),
            ),
        ),
    )
    assert await case.refusal(decision.model_copy(update={"actor": AGENT})) is ErrorCode.NOT_PERMITTED
    await case.give(decision)

    await solve(case)
    await answer(case, solved=True)
    assert (await case.row()).status == Status.CONFIRMING
    await case.pass_time(timedelta(hours=31))
    late = [row.staff for row in await case.messages() if row.notice == "task_overdue"]
    assert sorted(map(str, late)) == sorted((ENGINEER.subject, IN_CHINA))
    await case.give(ask.CompleteTask(actor=ENGINEER, task=1, result="Nobody did: the line broke."))
    row = await case.row()
    assert (row.status, row.outcome) == (Status.CLOSED, Outcome.RESOLVED)
    assert [
        event for event in await case.story() if event.startswith(("meeting", "minutes", "quorum", "task", "clos"))
    ] == [
        "meeting_called",
        "meeting_scheduled",
        "meeting_rescheduled",
        "meeting_scheduled",
        "minutes_recorded",
        "quorum_missed",
        "meeting_scheduled",
        "meeting_rescheduled",
        "meeting_scheduled",
        "minutes_recorded",
        "quorum_missed",
        "meeting_fell_back",
        "meeting_decided",
        "closing_deferred",
        "task_overdue",
        "task_done",
        "closed",
    ]


def in_days(days: int) -> datetime:
    """At noon."""
    return datetime.combine(datetime.now(UTC) + timedelta(days=days), time(12), UTC)


async def test_a_meeting_in_which_motions_are_carried(new_case: Callable[..., Case]) -> None:
    """The time asked for, everybody comes, two vote for it, and it is the decision."""
    case = new_case()
    await call(case, starts_at=in_days(2))
    (mail,) = mails(case, IN_CHINA)
    assert begins(event_in(mail.read(), "REQUEST")) == in_days(2)
    present = (AGENT.subject, HEAD.subject, IN_CHINA, LAWYERS_HEAD.subject)
    await case.give(ask.RecordMinutes(actor=HEAD, present=present, minutes="All were there."))
    await case.give(ask.Move(actor=staff(IN_CHINA), text="We call back and pay the telephone bill."))
    for voter, choice in ((staff(IN_CHINA), Choice.FOR), (HEAD, Choice.FOR), (AGENT, Choice.AGAINST)):
        await case.give(ask.CastVote(actor=voter, motion=1, choice=choice))
    await case.give(ask.DecideMeeting(actor=AGENT, decision="We call back and pay.", motion=1))
    last = (await case.view()).last_meeting
    assert last
    assert (last.decision, last.is_quorate, last.motions[0].is_carried) == ("We call back and pay.", True, True)
    assert (await case.story())[-2:] == ["motion_carried", "meeting_decided"]


async def test_a_cancelled_meeting_leaves_every_calendar(new_case: Callable[..., Case]) -> None:
    """Of the chair, too; and a withdrawn complaint does the same."""
    case = new_case()
    await call(case)
    await case.give(ask.CancelMeeting(actor=AGENT, reason="They agreed by telephone."))
    for subject in (AGENT.subject, IN_CHINA, IN_ENGLAND):
        invitation, cancellation = (mail.read() for mail in mails(case, subject))
        off = event_in(cancellation, "CANCEL")
        assert off.one("UID") == event_in(invitation, "REQUEST").one("UID")
        assert (off.one("SEQUENCE").value, off.one("STATUS").value) == ("1", "CANCELLED")
        assert "They agreed by telephone." in text_of(cancellation)
    await case.give(ask.CallMeeting(actor=AGENT, departments=DEPARTMENTS, agenda="Once more."))
    await case.give(ask.Withdraw(actor=COMPLAINANT, reason="It is settled."))
    assert event_in(mails(case, IN_CHINA)[-1].read(), "CANCEL").one("SEQUENCE").value == "1"


VOTERS = tuple(
    Actor(subject=f"voter.{number}", roles=(Role.AGENT,), department="technical_support", authenticated_by="test")
    for number in range(20)
)


async def test_twenty_votes_at_once_are_counted_once_each(new_case: Callable[..., Case]) -> None:
    """Everybody votes twice in the same moment: one of the two counts, the other is refused with the reason."""
    case = new_case()
    people = tuple(Party(department="technical_support", subject=voter.subject) for voter in VOTERS)
    await call(case, people=people)
    await case.give(ask.Move(actor=VOTERS[0], text="We call back."))

    async def vote(voter: Actor, number: int) -> ErrorCode | None:
        choice = Choice.FOR if number % 2 else Choice.AGAINST
        try:
            await case.desk.client.command(
                case.reference,
                ask.CastVote(actor=voter, motion=1, choice=choice, command_id=f"{voter.subject}-{number}"),
            )
        except AmendsError as error:
            return error.code
        return None

    answers = await asyncio.gather(*(vote(voter, number) for number in range(2) for voter in VOTERS))
    assert sorted(map(str, answers)) == sorted(["None"] * len(VOTERS) + [ErrorCode.ALREADY_VOTED.value] * len(VOTERS))
    await case.settle()
    meeting = (await case.view()).meeting
    assert meeting
    assert set(meeting.motions[0].votes) == {voter.subject for voter in VOTERS}
    assert sum(meeting.motions[0].count.values()) == len(VOTERS)
    assert (await case.story()).count("vote_cast") == len(VOTERS)
