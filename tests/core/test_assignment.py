"""Who of a department gets a case: by skill, language, working hours and load, and what is said of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.assessment import Assessment, Responsible
from workflows.contract.assignment import AssignmentRule, AssignTo, Candidate
from workflows.contract.calendar import Calendar
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Assigned
from workflows.contract.vocabulary import Language, Nature, Status
from workflows.core.assignment import LOADS_COUNT_AS_EQUAL, Vacancy, choose

TO_PERSONS = b.policy(assignment={"to": "person"})
MIDNIGHT = datetime(2026, 3, 2, 0, tzinfo=UTC)
NOON_IN_THE_OFFICE = datetime(2026, 3, 2, 10, tzinfo=UTC)
NIGHT_SHIFT = Calendar.model_validate(
    {"name": "nights", "timezone": "UTC", "offsets": ({"seconds": 0},), "hours": {"mon": ("00:00-06:00",)}}
)


def person(subject: str, **changes: Any) -> Candidate:
    """Somebody who speaks English and has nothing to do."""
    return Candidate.model_validate({"subject": subject, "languages": (Language.EN,), "load": 0} | changes)


def vacancy(**changes: Any) -> Vacancy:
    """A service complaint in English; nobody is barred, and people work as the office does."""
    fields: dict[str, Any] = {
        "reference": "R-1",
        "nature": Nature.SERVICE,
        "language": Language.EN,
        "rule": AssignmentRule(to=AssignTo.PERSON),
        "barred": frozenset[str](),
        "lead": None,
        "calendar": b.CALENDAR,
        "calendars": {},
    }
    return Vacancy(**fields | changes)


def chosen(*candidates: Candidate, at: datetime = NOON_IN_THE_OFFICE, **changes: Any) -> str | None:
    """Whom the case is given to."""
    return choose(candidates, vacancy(**changes), at).subject


def assessed(*candidates: Candidate, **changes: Any) -> Assessment:
    """An assessment under a policy that assigns to persons."""
    return b.assessment(TO_PERSONS).model_copy(update={"candidates": candidates} | changes)


def test_skill_comes_before_language_before_working_hours_before_load() -> None:
    """Each criterion decides among those whom the ones before it left."""
    skilled, foreign = {"skills": (Nature.SERVICE,)}, {"languages": (Language.ZH,)}
    assert chosen(person("a", **skilled, **foreign, load=9), person("z")) == "a"
    assert chosen(person("a", **skilled, **foreign), person("z", **skilled, load=9)) == "z"
    works_at_night = person("a", calendar="nights")
    assert chosen(works_at_night, person("z", load=9), calendars={"nights": NIGHT_SHIFT}) == "z"
    assert chosen(person("a", load=9), person("z")) == "z"


def test_a_criterion_that_nobody_meets_is_left_out_and_said() -> None:
    """A complaint in Chinese to people who speak none still gets somebody."""
    choice = choose((person("a"),), vacancy(language=Language.ZH), NOON_IN_THE_OFFICE)
    assert choice.subject == "a"
    for part in ("of 1 people 1 can hold it", "skilled in service: none", "speaking zh: none", "at work now: 1"):
        assert part in choice.because


@pytest.mark.parametrize(
    ("changes", "at", "who"),
    [
        ({}, MIDNIGHT, {"night"}),
        ({}, NOON_IN_THE_OFFICE, {"day"}),
        ({"calendars": {}}, NOON_IN_THE_OFFICE, {"day", "night"}),
        ({"calendar": None}, MIDNIGHT, {"day", "night"}),
    ],
    ids=["own", "policys", "unknown_so_policys", "none_so_always"],
)
def test_people_are_at_work_by_their_own_calendar_or_else_the_policys(
    changes: dict[str, Any], at: datetime, who: set[str]
) -> None:
    """Whoever has none that is known; and always, when the policy has none either."""
    people = (person("day"), person("night", calendar="nights"))
    choice = choose(people, vacancy(**{"calendars": {"nights": NIGHT_SHIFT}} | changes), at)
    assert f"at work now: {len(who)}" in choice.because
    assert choice.subject in who


def test_outside_everybodys_hours_somebody_gets_it_all_the_same() -> None:
    """It waits for the morning with the right person, not with the head."""
    choice = choose((person("a"),), vacancy(), MIDNIGHT)
    assert choice.subject == "a"
    assert "at work now: none" in choice.because


def test_who_is_absent_or_in_charge_is_not_asked() -> None:
    """Nor those whom an interest bars."""
    assert chosen(person("a", absent=True), person("z", load=99)) == "z"
    assert chosen(person("a"), person("z", load=99), barred=frozenset({"a"})) == "z"
    nobody = choose((person("a", absent=True), person("b")), vacancy(barred=frozenset({"b"})), NOON_IN_THE_OFFICE)
    assert nobody.subject is None
    assert "1 in charge or kept out, 1 absent" in nobody.because


def test_contractors_hold_cases_only_where_the_policy_lets_them() -> None:
    """However skilled and idle."""
    people = (person("outside", contractor=True, skills=(Nature.SERVICE,)), person("inside", load=50))
    assert chosen(*people) == "inside"
    assert chosen(*people, rule=AssignmentRule(to=AssignTo.PERSON, contractors=True)) == "outside"
    assert chosen(person("outside", contractor=True)) is None


def test_the_lead_is_asked_last() -> None:
    """Somebody has to be left to approve what is proposed."""
    people = (person("lead", skills=(Nature.SERVICE,)), person("agent", load=50))
    assert chosen(*people, lead="lead") == "agent"
    assert chosen(people[0], lead="lead") == "lead"


def test_a_burst_of_complaints_is_spread_over_people_with_nearly_equal_loads() -> None:
    """Loads are some seconds old, so without spreading the one with the fewest would get all of them."""
    people = [person(name, load=load) for name, load in zip("abcd", (5, 6, 7, 8), strict=True)]
    given_to = Counter(chosen(*people, reference=f"R-{number}") for number in range(300))
    assert given_to.keys() == {"a", "b", "c"}
    assert people[2].load - people[0].load == LOADS_COUNT_AS_EQUAL
    assert min(given_to.values()) > 50


candidates = st.lists(
    st.builds(
        Candidate,
        subject=st.sampled_from("abcdef"),
        languages=st.sampled_from(((Language.EN,), (Language.ZH,), (Language.ZH, Language.EN))),
        load=st.integers(0, 20),
        skills=st.lists(st.sampled_from(Nature), max_size=3).map(tuple),
        absent=st.booleans(),
        contractor=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: each.subject,
)


@given(candidates, st.randoms(use_true_random=False))
def test_the_choice_depends_on_nothing_but_what_is_recorded(people: list[Candidate], dice: Any) -> None:
    """Not on the order in which people come; and who is chosen could hold it, if anybody could."""
    shuffled = dice.sample(people, len(people))
    first, second = (choose(some, vacancy(), NOON_IN_THE_OFFICE) for some in (people, shuffled))
    assert first == second
    able = {each.subject for each in people if not each.absent and not each.contractor}
    assert (first.subject in able) if able else first.subject is None
    assert len(first.because) < 400


def test_a_new_complaint_goes_to_the_person_whom_it_suits_best_who_is_told() -> None:
    """Who then has to accept it; the head answers for nothing that somebody else can."""
    story = Story().assessed(assessed(person("service.agent"), person("service.head"), person("service.lead")))
    [given_to] = story.events(Assigned)
    assert (given_to.owner.subject, given_to.warning, story.case.status) == ("service.agent", None, Status.ASSIGNED)
    assert "service complaints belong to service; service.agent because of 3 people 1 can hold it" in given_to.because
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.notice, told.to) == (Notice.ASSIGNMENT, "service.agent")


@pytest.mark.parametrize("people", [(), (person("service.agent", absent=True), person("service.head"))])
def test_while_nobody_is_there_the_head_owns_it_with_a_warning(people: tuple[Candidate, ...]) -> None:
    """In the journal and in the letter."""
    story = Story().assessed(assessed(*people))
    [given_to] = story.events(Assigned)
    assert given_to.owner.subject == "service.head"
    assert given_to.warning == "nobody in service is there to hold the case; service.head answers for it"
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.to, told.facts["warning"]) == ("service.head", given_to.warning)


def test_a_policy_that_assigns_to_heads_asks_nobody_else() -> None:
    """As before there was a choice, and nobody is told of what stands in the list of cases."""
    story = Story().assessed(b.assessment().model_copy(update={"candidates": (person("service.agent"),)}))
    assert story.case.owner.subject == "service.head"
    assert [effect for effect in story.effects if isinstance(effect, Notify) and effect.to] == []


def test_what_nobody_has_accepted_can_be_given_to_somebody_else() -> None:
    """By name, or as it was chosen first: but not to whoever has it and did not accept it."""
    people = (person("service.agent"), person("service.colleague", load=40))
    story = Story().assessed(assessed(*people)).does("assign", b.LEAD, to=None, candidates=people)
    assert story.case.owner.subject == "service.colleague"
    story.does("assign", b.LEAD, to={"department": "service", "subject": "service.agent"}, reason="knows it")
    assert story.events(Assigned)[-1].because == "knows it"
    assert story.does("accept", b.AGENT).case.status is Status.INVESTIGATING
    with pytest.raises(AmendsError) as refused:
        story.does("assign", b.LEAD)
    assert refused.value.code is ErrorCode.WRONG_STATUS


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"to": None}, ErrorCode.INVALID_INPUT, "to"),
        ({"to": {"department": "service"}}, ErrorCode.INVALID_INPUT, "to"),
        ({"to": {"department": "legal", "subject": "legal.agent"}}, ErrorCode.INVALID_INPUT, "to.department"),
        ({"to": {"department": "service", "subject": "service.head"}}, ErrorCode.ALREADY_THERE, "to"),
        (
            {"to": None, "candidates": ({"subject": "legal.agent", "languages": ("en",), "load": 0},)}
            | {"candidates_of": "legal"},
            ErrorCode.INVALID_INPUT,
            "candidates_of",
        ),
        (
            {
                "to": None,
                "candidates": ({"subject": "service.agent", "languages": ("en",), "load": 0, "absent": True},),
            },
            ErrorCode.ALREADY_THERE,
            "to",
        ),
    ],
)
def test_what_cannot_be_assigned_so_is_refused(changes: dict[str, Any], code: ErrorCode, field: str) -> None:
    """Another department's people, nobody, or the head who has it already because nobody is there."""
    story = Story().assessed()
    with pytest.raises(AmendsError) as refused:
        story.does("assign", b.HEAD, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_department_without_a_lead_can_be_assigned_in() -> None:
    """Heads of small departments have nobody between them and their people."""
    small = {name: Responsible(head=f"{name}.head") for name in b.DEPARTMENTS}
    story = Story().assessed(assessed(person("service.agent"), departments=small))
    assert story.case.owner.subject == "service.agent"
