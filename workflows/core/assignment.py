"""Who of a department is to hold a case: by skill, language, working hours and load. It is told in words, and follows
from nothing but what is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from workflows.contract.assignment import AssignmentRule, Candidate
from workflows.contract.base import LINE_MAX_CHARACTERS
from workflows.contract.calendar import Calendar
from workflows.contract.events import Assigned
from workflows.contract.parties import Owner
from workflows.contract.views import SegmentKind
from workflows.contract.vocabulary import Language, Nature
from workflows.core.case import Case, procedure_in
from workflows.core.people import next_in_line
from workflows.core.timetable import timetable

LOADS_COUNT_AS_EQUAL = 2
"""Loads that differ by no more: what is known of them is some seconds old, so a burst must not all go to one person."""

_A_MOMENT = timedelta(seconds=1)


class Vacancy(NamedTuple):
    """What a case asks of whoever is to hold it.

    `barred` can never hold it; `lead` only if nobody else can, as somebody has to be left to approve. `calendar` is
    when those work who have none of their own in `calendars`; without any, people count as always at work.
    """

    reference: str
    nature: Nature
    language: Language
    rule: AssignmentRule
    barred: frozenset[str]
    lead: str | None
    calendar: Calendar | None
    calendars: Mapping[str, Calendar]


class People(NamedTuple):
    """Who could hold a case in a department, and those of their calendars that differ from the policy's."""

    candidates: tuple[Candidate, ...]
    calendars: Mapping[str, Calendar]


class Choice(NamedTuple):
    """Who holds the case, if anybody can, and what each criterion left."""

    subject: str | None
    because: str


def choose(candidates: Iterable[Candidate], vacancy: Vacancy, at: datetime) -> Choice:
    """Of those who can hold it: who has the skill, then who speaks the language, then who is at work now, then who has
    little to do. A criterion that nobody meets is left out. Among nearly equal loads the reference decides.
    """
    everybody = tuple(candidates)
    left, missing = _able(everybody, vacancy)
    if not left:
        return Choice(None, f"nobody else is there to hold it ({missing or 'the department has no other people'})")
    said = [f"of {len(everybody)} people {len(left)} can hold it{f' ({missing})' if missing else ''}"]
    for words, is_met in _criteria(vacancy, at):
        meeting_it = tuple(each for each in left if is_met(each))
        said.append(f"{words}: {len(meeting_it) or 'none'}")
        left = meeting_it or left
    least = min(each.load for each in left)
    idle = tuple(each for each in left if each.load - least <= LOADS_COUNT_AS_EQUAL)
    said.append(f"with {least} open complaints, the fewest, or hardly more: {len(idle)}")
    chosen = min(idle, key=lambda each: _place(vacancy.reference, each.subject))
    return Choice(chosen.subject, f"{chosen.subject} because {', '.join(said)}")


def assigned(
    case: Case,
    department: str,
    nature: Nature,
    people: People,
    at: datetime,
    *,
    because: str,
    barred: Collection[str] = (),
) -> Assigned:
    """The case given to the one of the department's people whom it suits best, or to the head while nobody is there."""
    procedure = procedure_in(case)
    responsible = procedure.departments[department]
    vacancy = Vacancy(
        reference=case.reference,
        nature=nature,
        language=case.language,
        rule=procedure.policy.assignment,
        barred=frozenset({responsible.head, *barred, *case.conflicts}),
        lead=responsible.lead,
        calendar=procedure.calendar,
        calendars=people.calendars,
    )
    subject, why = choose(people.candidates, vacancy, at)
    owner = Owner(subject=subject, department=department) if subject else next_in_line(case, department)
    warning = None if subject else f"nobody in {department} is there to hold the case; {owner.subject} answers for it"
    return Assigned(owner=owner, because=f"{because}; {why}"[:LINE_MAX_CHARACTERS], warning=warning)


def _able(everybody: tuple[Candidate, ...], vacancy: Vacancy) -> tuple[tuple[Candidate, ...], str]:
    """Those who can hold it, and in words how many others cannot and why."""
    candidates = [each for each in everybody if each.subject not in vacancy.barred]
    there = [each for each in candidates if not each.absent]
    allowed = tuple(each for each in there if vacancy.rule.contractors or not each.contractor)
    able = tuple(each for each in allowed if each.subject != vacancy.lead) or allowed
    counts = {
        "in charge or kept out": len(everybody) - len(candidates) + len(allowed) - len(able),
        "absent": len(candidates) - len(there),
        "of contractors": len(there) - len(allowed),
    }
    return able, ", ".join(f"{count} {why}" for why, count in counts.items() if count)


def _criteria(vacancy: Vacancy, at: datetime) -> tuple[tuple[str, Callable[[Candidate], bool]], ...]:
    """In the order in which they count, each with its words."""
    return (
        (f"skilled in {vacancy.nature.value}", lambda each: vacancy.nature in each.skills),
        (f"speaking {vacancy.language.value}", lambda each: vacancy.language in each.languages),
        ("at work now", lambda each: _is_at_work(each, vacancy, at)),
    )


def _is_at_work(candidate: Candidate, vacancy: Vacancy, at: datetime) -> bool:
    own = vacancy.calendars.get(candidate.calendar) if candidate.calendar else None
    calendar = own or vacancy.calendar
    if calendar is None or not calendar.has_working_time:
        return True
    return timetable(calendar).stretches(at, at + _A_MOMENT)[0].kind is SegmentKind.COUNTED


def _place(reference: str, subject: str) -> bytes:
    """Another order of people for each complaint, and the same one whenever it is asked for."""
    return sha256(f"{reference}\n{subject}".encode()).digest()
