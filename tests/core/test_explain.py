from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from infra.time_zones import utc_offsets
from workflows.contract.base import NAME_MAX_CHARACTERS
from workflows.contract.calendar import DATES_MAX, WINDOWS_MAX
from workflows.contract.errors import AmendsError
from workflows.contract.explain_case import read_case
from workflows.core.explain import calendar_of, explain, outlooks
from workflows.core.timetable import Timetable

EXAMPLE: dict[str, Any] = {
    "timezone": "Asia/Shanghai",
    "calendar": {
        "hours": {"mon": ["09:00-12:00", "13:30-18:00"], "tue": ["09:00-18:00"]},
        "holidays": ["2026-10-01"],
        "workdays": {"2026-10-10": ["09:00-18:00"]},
    },
    "clocks": [
        {
            "name": "resolution",
            "counts": "business_hour",
            "target": "PT10H",
            "start": "received",
            "stop": "resolved",
            "pausable": True,
            "warn": [50, 75],
        }
    ],
    "events": [
        {"at": "2026-09-30T16:00:00+08:00", "type": "received", "department": "service"},
        {"at": "2026-10-05T10:00:00+08:00", "type": "waiting", "reason": "complainant"},
        {"at": "2026-10-06T10:00:00+08:00", "type": "resumed"},
        {"at": "2026-10-06T11:00:00+08:00", "type": "reassigned", "department": "technical"},
    ],
    "now": "2026-10-10T12:00:00+08:00",
}


def answer(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What the clocks of a case say, as JSON."""
    asked = read_case(json.dumps(case).encode())
    assert asked.now
    timetable = Timetable(calendar_of(asked, utc_offsets(asked.timezone, 2025, 2028)))
    clocks: list[dict[str, Any]] = json.loads(explain(asked, timetable, asked.now).model_dump_json(by_alias=True))[
        "clocks"
    ]
    return clocks


def plain(*events: tuple[str, str] | dict[str, str], now: str, **clock: Any) -> dict[str, Any]:
    """The answer of one clock of four plain hours; events are (`HH:MM`, type) on one day in UTC."""
    rule = {"name": "limit", "counts": "continuous", "target": "PT4H", "start": "received", "stop": "resolved"}
    [only] = answer(
        {
            "timezone": "UTC",
            "clocks": [rule | {"pausable": True} | clock],
            "events": [
                {"at": at(event[0]), "type": event[1]} if isinstance(event, tuple) else event | {"at": at(event["at"])}
                for event in events
            ],
            "now": at(now),
        }
    )
    return only


def at(time: str) -> str:
    """That time on the day of the plain cases."""
    return f"2026-03-02T{time}:00Z"


def test_the_example_of_the_manual() -> None:
    """Checked by hand. Wednesday to Friday have no hours, and Thursday is a holiday. Monday counts 9 to 10, then it
    waits for a day. Tuesday counts 10 to 18, together 9 hours; the tenth is worked on the Saturday that makes up.
    """
    assert answer(EXAMPLE) == [
        {
            "name": "resolution",
            "state": "breached",
            "started_at": "2026-09-30T08:00:00Z",
            "due_at": "2026-10-10T02:00:00Z",
            "stopped_at": None,
            "breached_at": "2026-10-10T02:00:00Z",
            "used": "PT12H",
            "paused": "P1D",
            "remaining": "PT0S",
            "percent": 120.0,
            "thresholds": [
                {"percent": 50, "at": "2026-10-06T06:00:00Z"},
                {"percent": 75, "at": "2026-10-06T08:30:00Z"},
            ],
            "by_department": {"service": "PT2H", "technical": "PT10H"},
            "ledger": [
                _line("2026-09-30T08:00:00Z", "2026-09-30T16:00:00Z", "outside_hours", "service"),
                _line("2026-09-30T16:00:00Z", "2026-10-01T16:00:00Z", "holiday", "service"),
                _line("2026-10-01T16:00:00Z", "2026-10-05T01:00:00Z", "outside_hours", "service"),
                _line("2026-10-05T01:00:00Z", "2026-10-05T02:00:00Z", "counted", "service"),
                _line("2026-10-05T02:00:00Z", "2026-10-06T02:00:00Z", "paused", "service", "complainant"),
                _line("2026-10-06T02:00:00Z", "2026-10-06T03:00:00Z", "counted", "service"),
                _line("2026-10-06T03:00:00Z", "2026-10-06T10:00:00Z", "counted", "technical"),
                _line("2026-10-06T10:00:00Z", "2026-10-10T01:00:00Z", "outside_hours", "technical"),
                _line("2026-10-10T01:00:00Z", "2026-10-10T04:00:00Z", "counted", "technical"),
            ],
        }
    ]


def _line(start: str, end: str, kind: str, department: str, reason: str | None = None) -> dict[str, str | None]:
    return {"from": start, "to": end, "kind": kind, "reason": reason, "department": department}


@pytest.mark.parametrize(
    ("events", "now", "state", "due_at", "breached_at"),
    [
        ([], "09:00", "pending", None, None),
        ([("10:00", "received")], "09:59", "pending", None, None),
        ([("10:00", "received")], "10:00", "running", "14:00", None),
        ([("10:00", "received")], "13:59", "running", "14:00", None),
        ([("10:00", "received")], "14:00", "breached", "14:00", "14:00"),
        ([("10:00", "received"), ("14:00", "resolved")], "15:00", "met", "14:00", None),
        ([("10:00", "received"), ("14:01", "resolved")], "15:00", "met_late", "14:00", "14:00"),
        ([("10:00", "received"), ("14:01", "resolved")], "14:00", "breached", "14:00", "14:00"),
        ([("10:00", "received"), ("14:00", "waiting")], "15:00", "paused", "15:00", None),
        ([("10:00", "received"), ("14:01", "waiting")], "15:00", "breached", "14:00", "14:00"),
        ([("10:00", "received"), ("11:00", "waiting")], "23:00", "paused", "2", None),
        ([("10:00", "received"), ("11:00", "waiting"), ("12:00", "resolved")], "23:00", "met", "15:00", None),
        ([("10:00", "received"), ("12:00", "waived")], "23:00", "waived", "14:00", None),
        ([("10:00", "received"), ("15:00", "waived")], "23:00", "waived", "14:00", "14:00"),
        ([("10:00", "waived"), ("11:00", "received")], "23:00", "waived", None, None),
    ],
)
def test_the_state_follows_from_the_ledger(
    events: list[tuple[str, str]], now: str, state: str, due_at: str | None, breached_at: str | None
) -> None:
    """A limit is missed after its instant; while nobody has stopped it, from its instant on."""
    said = plain(*events, now=now)
    due = "2026-03-03T02:00:00Z" if due_at == "2" else due_at and at(due_at)
    assert (said["state"], said["due_at"]) == (state, due)
    assert said["breached_at"] == (breached_at and at(breached_at))


def test_a_pending_clock_has_used_nothing() -> None:
    said = plain(now="10:00", warn=[80])
    assert said["used"] == said["paused"] == "PT0S"
    assert (said["remaining"], said["percent"]) == ("PT4H", 0)
    assert said["thresholds"] == [{"percent": 80, "at": None}]
    assert (said["ledger"], said["by_department"]) == ([], {})


def test_only_the_first_start_and_the_first_stop_after_it_count() -> None:
    events = [
        ("09:00", "resolved"),
        ("10:00", "received"),
        ("11:00", "received"),
        ("12:00", "resolved"),
        ("13:00", "resolved"),
    ]
    said = plain(*events, now="20:00")
    assert (said["started_at"], said["stopped_at"], said["used"]) == (at("10:00"), at("12:00"), "PT2H")


def test_an_event_that_both_starts_and_stops_a_clock_stops_it_the_second_time() -> None:
    """As the limit between two messages to the complainant."""
    said = plain(("10:00", "informed"), ("12:00", "informed"), now="20:00", start="informed", stop="informed")
    assert (said["started_at"], said["stopped_at"]) == (at("10:00"), at("12:00"))


def test_events_may_come_in_any_order_and_at_one_instant_they_keep_theirs() -> None:
    late = plain(("12:00", "resolved"), ("10:00", "received"), now="20:00")
    assert late["stopped_at"] == at("12:00")
    before = plain(("10:00", "resolved"), ("10:00", "received"), now="11:00")
    after = plain(("10:00", "received"), ("10:00", "resolved"), now="11:00")
    assert (before["state"], after["state"]) == ("running", "met")


def test_a_second_wait_while_waiting_changes_nothing() -> None:
    waits: list[tuple[str, str] | dict[str, str]] = [
        ("10:00", "received"),
        {"at": "11:00", "type": "waiting", "reason": "complainant"},
        {"at": "12:00", "type": "waiting", "reason": "third party"},
        ("13:00", "resumed"),
    ]
    said = plain(*waits, now="14:00")
    assert said["paused"] == "PT2H"
    assert [line["reason"] for line in said["ledger"]] == [None, "complainant", None]


def test_a_clock_that_may_not_pause_goes_on_while_the_case_waits() -> None:
    said = plain(("10:00", "received"), ("11:00", "waiting"), now="13:00", pausable=False)
    assert (said["state"], said["used"], said["due_at"]) == ("running", "PT3H", at("14:00"))


def test_a_clock_that_starts_while_the_case_waits_starts_paused() -> None:
    said = plain(("10:00", "waiting"), ("11:00", "received"), ("12:00", "resumed"), now="13:00")
    assert (said["used"], said["paused"], said["due_at"]) == ("PT1H", "PT1H", at("16:00"))


def test_any_event_may_hand_the_case_over_and_unknown_holders_are_unassigned() -> None:
    said = plain(
        ("10:00", "received"), {"at": "11:00", "type": "noted", "department": "Rechtsabteilung 法务"}, now="12:00"
    )
    assert [line["department"] for line in said["ledger"]] == [None, "Rechtsabteilung 法务"]
    assert said["by_department"] == {"unassigned": "PT1H", "Rechtsabteilung 法务": "PT1H"}


def test_a_waiver_may_name_its_clock() -> None:
    events = [{"at": at("10:00"), "type": "received"}, {"at": at("11:00"), "type": "waived", "clock": "one"}]
    rule = {"counts": "continuous", "target": "PT4H", "start": "received", "stop": "resolved"}
    clocks = [rule | {"name": name} for name in ("one", "two")]
    said = answer({"timezone": "UTC", "clocks": clocks, "events": events, "now": at("12:00")})
    assert [(clock["state"], clock["used"]) for clock in said] == [("waived", "PT1H"), ("running", "PT2H")]


def test_warnings_are_projected_until_they_are_reached() -> None:
    """While it rests, as if it went on now; after a stop, as things were then."""
    resting = plain(("10:00", "received"), ("11:00", "waiting"), now="20:00", warn=[25, 50])
    assert [threshold["at"] for threshold in resting["thresholds"]] == [at("11:00").replace("11", "20"), at("21:00")]
    stopped = plain(("10:00", "received"), ("11:00", "resolved"), now="20:00", warn=[50])
    assert [threshold["at"] for threshold in stopped["thresholds"]] == [at("12:00")]


def test_a_year_is_written_in_days() -> None:
    """Not every year has 365 of them."""
    said = plain(("10:00", "received"), now="11:00", target="PT9600H", counts="continuous")
    assert said["remaining"] == "P399DT23H"


def test_a_due_date_beyond_the_confirmed_holidays_says_so() -> None:
    """Only a case that states until when they are confirmed can be told."""
    calendar = EXAMPLE["calendar"] | {"confirmed_until": "2026-10-09"}
    assert answer(EXAMPLE | {"calendar": calendar})[0]["provisional"] is True
    assert answer(EXAMPLE | {"calendar": calendar | {"confirmed_until": "2026-10-10"}})[0]["provisional"] is False
    assert "provisional" not in answer(EXAMPLE)[0]


def test_the_outlook_leads_from_now_to_the_due_time() -> None:
    """A paused clock's as if it went on now."""
    asked = read_case(json.dumps(EXAMPLE | {"now": "2026-10-05T11:00:00+08:00"}).encode())
    assert asked.now
    timetable = Timetable(calendar_of(asked, utc_offsets(asked.timezone, 2025, 2028)))
    [line, *_] = ahead = outlooks(asked, timetable, asked.now)["resolution"]
    assert line.start == asked.now
    assert sum((line.end - line.start).total_seconds() for line in ahead if line.kind == "counted") == 9 * 3600
    assert ahead[-1].end == explain(asked, timetable, asked.now).clocks[0].due_at


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("timezone", None),
        ("timezone", 8),
        ("calendar", None),
        ("calendar.hours.monday", ["09:00-18:00"]),
        ("calendar.hours.mon", "09:00-18:00"),
        ("calendar.hours.mon.0", "9-18"),
        ("calendar.hours.mon.1", "24:00-18:00"),
        ("calendar.holidays.0", "2026-02-29"),
        ("calendar.holidays.0", 20_261_001),
        ("calendar.workdays.10-10", []),
        ("calendar.open", True),
        ("clocks", None),
        ("clocks.0.name", ""),
        ("clocks.0.counts", "hours"),
        ("clocks.0.counts", None),
        ("clocks.0.target", None),
        ("clocks.0.target", 36_000),
        ("clocks.0.target", "10 hours"),
        ("clocks.0.target", "PT"),
        ("clocks.0.target", "P1M"),
        ("clocks.0.target", "-PT1H"),
        ("clocks.0.target", "P99999D"),
        ("clocks.0.target", {"days": 5}),
        ("clocks.0.target", {"days": "5"}),
        ("clocks.0.start", []),
        ("clocks.0.stop", None),
        ("clocks.0.pausable", "yes"),
        ("clocks.0.end", "close"),
        ("clocks.0.warn.1", "75"),
        ("clocks.0.warn.0", 0),
        ("clocks.0.pauseable", True),
        ("events", None),
        ("events.1", "waiting"),
        ("events.1.at", None),
        ("events.1.at", "2026-10-05T10:00:00"),
        ("events.1.at", "2026-10-05 10:00"),
        ("events.1.at", 1_790_000_000),
        ("events.1.at", "0026-10-05T10:00:00Z"),
        ("events.1.type", None),
        ("events.1.clock", "resolution"),
        ("now", "today"),
    ],
)
def test_what_is_missing_or_wrong_is_named_by_its_path(path: str, value: Any) -> None:
    """None stands for a field that is not there."""
    case = json.loads(json.dumps(EXAMPLE))
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    place = case
    for part in way:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(AmendsError) as refused:
        read_case(json.dumps(case).encode())
    assert refused.value.field == path


_DAYS = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(DATES_MAX + 1)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("hours.mon", [f"{hour:02}:00-{hour:02}:30" for hour in range(24)] + ["09:00-09:10"]),
        ("workdays.2026-10-10", ["09:00-18:00"] * (WINDOWS_MAX + 1)),
        ("workdays", {day: ["09:00-18:00"] for day in _DAYS}),
        ("holidays", _DAYS),
        ("holidays", dict.fromkeys(_DAYS, "shut")),
        ("holidays.2026-10-01", "x" * (NAME_MAX_CHARACTERS + 1)),
    ],
)
def test_more_than_a_calendar_holds_is_refused_by_its_path(path: str, value: Any) -> None:
    """What a case may say fits the calendar that it is reckoned by."""
    field, *entry = path.split(".")
    stated = {entry[0]: value} if entry else value
    calendar = EXAMPLE["calendar"] | {field: stated}
    with pytest.raises(AmendsError) as refused:
        read_case(json.dumps(EXAMPLE | {"calendar": calendar}).encode())
    assert refused.value.field == f"calendar.{path}"


@pytest.mark.parametrize("counts", ["business_day", "calendar_day", "calendar_week"])
def test_a_clock_in_days_or_weeks_cannot_be_pausable(counts: str) -> None:
    target = {"weeks": 8} if counts == "calendar_week" else {"days": 15}
    clock = EXAMPLE["clocks"][0] | {"counts": counts, "target": target}
    with pytest.raises(AmendsError) as refused:
        read_case(json.dumps(EXAMPLE | {"clocks": [clock]}).encode())
    assert refused.value.field == "clocks.0.pausable"


def test_names_are_unique_and_those_that_are_used_exist() -> None:
    twins = EXAMPLE["clocks"] * 2
    waiver = [{"at": EXAMPLE["now"], "type": "waived", "clock": "approval"}]
    for case, field in (
        (EXAMPLE | {"clocks": twins}, "clocks.1.name"),
        (EXAMPLE | {"events": waiver}, "events.0.clock"),
    ):
        with pytest.raises(AmendsError) as refused:
            read_case(json.dumps(case).encode())
        assert refused.value.field == field


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"5", b"[" * 100_000, b'{"timezone": NaN}', b"\xff", b'"\\ud800"'])
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(AmendsError):
        read_case(text)


def test_the_calendar_is_left_out_where_nothing_needs_it() -> None:
    """Holidays may have names, and days off do not stop plain hours."""
    assert plain(("10:00", "received"), now="11:00")["state"] == "running"
    named = EXAMPLE["calendar"] | {"holidays": {"2026-10-01": "National Day"}}
    assert answer(EXAMPLE | {"calendar": named}) == answer(EXAMPLE)


def test_a_target_that_working_time_never_reaches_is_refused() -> None:
    """No date has hours, or only one and too few of them."""
    calendars: tuple[dict[str, Any], ...] = (
        {},
        {"hours": {"mon": []}},
        {"workdays": {"2026-10-10": ["09:00-18:00"]}},
    )
    for calendar in calendars:
        with pytest.raises(AmendsError) as refused:
            answer(EXAMPLE | {"calendar": calendar})
        assert refused.value.field == "calendar.hours"
