"""Reasons that Amends itself has recorded in English, in the reader's language; what people wrote stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from starter.console.complaint.pieces import Line, theirs, words
from starter.console.complaint.wording import Wording

_ANY_HOUR = "at any hour"
_NATURES = "service|quality|policy|logistics|price|other"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), f"events.because.{name}")
    for name, pattern in {
        "unsure": r"the classifier is only (?P<share>[\d.]+%) sure, so a person at intake decides",
        "not_ours": r"it may not be ours, so a person at intake decides",
        "routed": rf"(?P<nature>{_NATURES}) complaints belong to (?P<department>[a-z0-9_]+)",
        "suited": (
            r"(?P<person>\S+) because of (?P<all>\d+) people (?P<able>\d+) can hold it(?: \([^)]*\))?,"
            rf" skilled in (?P<nature>{_NATURES}): (?P<skilled>\w+), speaking (?P<language>zh|en): (?P<speaking>\w+),"
            r" at work now: (?P<there>\w+), with (?P<load>\d+) open complaints, the fewest, or hardly more:"
            r" (?P<idle>\d+)"
        ),
        "nobody": r"nobody else is there to hold it \(.*\)",
        "nobody_there": (
            r"nobody in (?P<department>[a-z0-9_]+) is there to hold the case; (?P<person>\S+) answers for it"
        ),
        "asked_for_another": r"(?P<person>\S+) asked for somebody else",
        "gave_it": r"(?P<person>\S+) gave it to them",
        "no_answer": r"the complainant did not answer in time",
        "no_objection": r"the complainant did not object in time",
        "no_decision": r"the meeting reached no decision in time",
        "for_this_time": r"called for this time",
        "outside_hours": r"called for this time, outside the working hours of (?P<people>.*)",
        "first_common": r"the first time in the working hours of (?P<whom>.*)",
        "never_free": r"in (?P<days>\d+) days they are never free together",
        "hours_of_chair": r"the first time in the hours of the chair (?P<person>\S+)",
        "nobody_free": r"in (?P<days>\d+) days they are never free together, nor is the chair",
        "stands_in": r"(?P<deputy>\S+) stands in for (?P<person>\S+)",
    }.items()
)

_WORDS: dict[str, Callable[[str, Wording], str | Line]] = {
    "person": lambda value, wording: wording.person(value),
    "deputy": lambda value, wording: wording.person(value),
    "department": lambda value, wording: wording.department(value),
    "nature": lambda value, wording: wording.word("nature", value),
    "language": lambda value, wording: wording.word("language", value),
    "people": lambda value, wording: wording.people(value.split(", ")),
    "whom": lambda value, wording: wording.several(_by_calendar(value, wording)),
    "skilled": lambda value, _: _number(value),
    "speaking": lambda value, _: _number(value),
    "there": lambda value, _: _number(value),
}


def reason_in_words(reason: str, wording: Wording) -> Line:
    """A reason: each part of it that Amends is known to say, as the reader says it."""
    whole = _known(reason, wording)
    if whole:
        return whole
    parts = [_known(part, wording) for part in reason.split("; ")]
    if all(parts):
        return [
            segment
            for number, part in enumerate(parts)
            for segment in (*(words(wording.say("events.because.between")) if number else ()), *(part or ()))
        ]
    return theirs(reason)


def _known(reason: str, wording: Wording) -> Line | None:
    for pattern, key in _PATTERNS:
        if found := pattern.fullmatch(reason):
            values = {name: _WORDS.get(name, _as_it_is)(value, wording) for name, value in found.groupdict().items()}
            return wording.phrase(key, **values)
    return None


def _by_calendar(value: str, wording: Wording) -> Iterator[Line]:
    """Who keeps which hours: people, and in brackets the name of their calendar, if they have one."""
    for people, calendar in re.findall(r"([^()]+) \(([^()]*)\)(?:, )?", value):
        hours = wording.say("events.because.at_any_hour") if calendar == _ANY_HOUR else calendar
        yield wording.phrase("events.because.hours_kept", people=wording.people(people.split(", ")), hours=hours)


def _as_it_is(value: str, _: Wording) -> str:
    return value


def _number(value: str) -> str:
    return "0" if value == "none" else value
