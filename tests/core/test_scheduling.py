"""The time of a meeting: in everybody's hours wherever they are, and with deputies for those who are away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.calendars import calendar
from tests.core.meetings import LEGAL, QUALITY, QUALITYS_LEAD, called, meeting_of
from workflows.contract.base import LINE_MAX_CHARACTERS
from workflows.contract.effects import FindTime
from workflows.contract.replies import MEETING_HORIZON, Busy, Diary
from workflows.core.step import heard

CHINA = calendar("Asia/Shanghai", 2026, every_day=("09:00-18:00",)).model_copy(update={"name": "china"})
OFFICE_ELSEWHERE = b.CALENDAR.model_copy(update={"hours": CHINA.hours, "holidays": {}})
"""Of the same name as the case's own, but another one."""

AGENT, HEAD = Diary(subject=b.AGENT.subject), Diary(subject=b.HEAD.subject)
LAWYER, ENGINEER = Diary(subject=LEGAL.subject), Diary(subject=QUALITY.subject)


def away(since: float, until: float) -> Busy:
    """From so many hours after the start of the story on."""
    return Busy(since=b.START + since * b.HOUR, until=b.START + until * b.HOUR)


def found(*people: Diary, **changes: Any) -> tuple[datetime | None, str]:
    """When the meeting takes place, and why then."""
    story = called(**changes).finds_time(*people, china=CHINA, office=OFFICE_ELSEWHERE)
    return meeting_of(story).starts_at, str(meeting_of(story).because)


def changed(diary: Diary, **changes: Any) -> Diary:
    """With a calendar, absences or a deputy."""
    return Diary.model_validate(diary.model_dump() | changes)


def test_it_lies_in_the_hours_of_all_time_zones() -> None:
    """From nine in London to six in Shanghai there is one hour in winter: nine to ten in London."""
    engineer = changed(ENGINEER, calendar="china")
    at, because = found(AGENT, HEAD, engineer, LAWYER)
    assert at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert because == (
        "the first time in the working hours of quality.head (china), service.agent, service.head, legal.head (office)"
    )
    at, because = found(AGENT, HEAD, engineer, LAWYER, duration=timedelta(hours=3))
    assert because.startswith(f"in {MEETING_HORIZON.days} days they are never free together; the first time in")
    assert at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_cases_own_calendar_is_the_one_it_was_given() -> None:
    """Whatever stands under that name by now."""
    at, _ = found(AGENT, HEAD, changed(ENGINEER, calendar="office"), LAWYER)
    assert at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_calendar_that_is_not_known_is_named() -> None:
    """Who should follow it follows the policy's."""
    story = called()
    asked = story.effects[-1]
    assert isinstance(asked, FindTime)
    reply = story.reply_to(asked).model_copy(update={"unknown_calendars": ("atlantis",)})
    meeting = meeting_of(story.add(heard(story.case, reply, story.now)))
    assert (meeting.starts_at, "unknown calendars: atlantis" in str(meeting.because)) == (b.START + b.HOUR, True)


def test_absences_without_a_deputy_are_waited_for() -> None:
    """Until the whole meeting fits behind them."""
    assert found(AGENT, HEAD, changed(ENGINEER, busy=[away(0, 2.5)]), LAWYER)[0] == b.START + 2.5 * b.HOUR


def test_a_deputy_takes_the_seat() -> None:
    """Of the first time that suits them; who is back then comes in person."""
    engineer = changed(ENGINEER, busy=[away(-1, 100)], deputy=QUALITYS_LEAD.subject)
    deputy = Diary(subject=QUALITYS_LEAD.subject)
    at, because = found(AGENT, HEAD, engineer, LAWYER, deputy)
    assert at == b.START + b.HOUR
    assert because.endswith("; quality.lead stands in for quality.head")
    at, because = found(AGENT, HEAD, engineer, LAWYER, changed(deputy, busy=[away(0, 3)]))
    assert (at, "stands in" in because) == (b.START + 3 * b.HOUR, True)
    at, because = found(AGENT, HEAD, engineer, LAWYER, changed(deputy, busy=[away(0, 99)]))
    assert (at, "stands in" in because) == (b.START + 121 * b.HOUR, False)


def test_while_somebody_is_absent_the_hours_of_their_deputy_count() -> None:
    """And not theirs: they are not there."""
    engineer = changed(ENGINEER, calendar="china", busy=[away(-24, 100)], deputy=QUALITYS_LEAD.subject)
    at, _ = found(AGENT, HEAD, engineer, LAWYER, Diary(subject=QUALITYS_LEAD.subject), duration=timedelta(hours=3))
    assert at == b.START + b.HOUR


def test_deputies_of_deputies_stand_in() -> None:
    """A circle of people who are all away is a circle, and somebody in it is waited for."""
    engineer = changed(ENGINEER, busy=[away(-1, 100)], deputy="one")
    one = Diary(subject="one", busy=(away(-1, 50),), deputy="two")
    _, because = found(AGENT, HEAD, engineer, LAWYER, one, Diary(subject="two"))
    assert because.endswith("two stands in for quality.head")
    at, because = found(AGENT, HEAD, engineer, LAWYER, one, Diary(subject="two", busy=(away(-1, 60),), deputy="one"))
    assert (at, "one stands in" in because) == (b.START + 50 * b.HOUR, True)


def test_a_deputy_who_has_a_seat_keeps_it() -> None:
    """Nobody sits on two chairs; the absent one is not waited for, because the department is there."""
    lead = b.party(QUALITYS_LEAD)
    engineer = changed(ENGINEER, busy=[away(-1, 100)], deputy=QUALITYS_LEAD.subject)
    at, because = found(AGENT, HEAD, engineer, LAWYER, Diary(subject=QUALITYS_LEAD.subject), people=(lead,))
    assert (at, "stands in" in because) == (b.START + b.HOUR, False)


def test_nobody_is_waited_for_who_is_not_on_the_staff() -> None:
    """They left, and no diary tells of them."""
    assert found(AGENT, HEAD, LAWYER)[0] == b.START + b.HOUR


def test_when_all_else_fails_the_hours_of_the_chair_decide() -> None:
    """Or if the chair is away, too, the notice alone."""
    gone = {"busy": [away(-1, 24 * 40)]}
    at, because = found(AGENT, HEAD, changed(ENGINEER, **gone), LAWYER)
    assert (at, because) == (
        b.START + b.HOUR,
        "in 30 days they are never free together; the first time in the hours of the chair service.agent",
    )
    at, because = found(changed(AGENT, **gone), HEAD, ENGINEER, LAWYER)
    assert (at, because) == (b.START + b.HOUR, "in 30 days they are never free together, nor is the chair")


def test_an_answer_that_comes_late_finds_a_time_to_come() -> None:
    """The database was away in between."""
    story = called().after(10 * b.DAY).finds_time()
    assert (meeting_of(story).starts_at or b.START) >= story.now + b.HOUR


@pytest.mark.parametrize("count", [1, 45])
def test_the_reason_fits_into_a_line(count: int) -> None:
    """However many people it names."""
    people = [{"department": "legal", "subject": f"a person with a long name {number}"} for number in range(count)]
    story = called(people=people).finds_time()
    because = str(meeting_of(story).because)
    assert len(because) <= LINE_MAX_CHARACTERS
    assert because.endswith("…") is (count > 1)
