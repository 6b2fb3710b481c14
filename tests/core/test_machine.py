"""Thousands of generated complaints: random commands by random people at random times, against every invariant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.core import builders as b
from tests.core import clock_invariants as clocks_must
from tests.core import invariants as must
from tests.core.clock_invariants import is_obligation, rule_of
from tests.core.procedures import CALENDARS, OBLIGATIONS, procedure
from tests.core.story import STANDARD_PATH, Story, ask
from tests.core.witness import Witness
from workflows.contract.calendar import Calendar
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry
from workflows.contract.parties import SYSTEM
from workflows.contract.policy import Policy
from workflows.contract.views import ComplaintView, Summary
from workflows.contract.vocabulary import Level, Nature, Severity, Status, WaitingFor
from workflows.core.assess import assess, procedure_of
from workflows.core.authority import allowed
from workflows.core.case import Case, Procedure, opened
from workflows.core.evolve import evolve
from workflows.core.step import Step, catch_up, obey
from workflows.core.thresholds import next_threshold
from workflows.core.view import summary, view
from workflows.state import State, restore

STATUS_OR_AUTHORITY = {
    ErrorCode.ARCHIVED,
    ErrorCode.WRONG_STATUS,
    ErrorCode.MEETING_OPEN,
    ErrorCode.NO_MEETING,
    ErrorCode.NOT_PERMITTED,
    ErrorCode.ALREADY_APPROVED,
}

departments = st.sampled_from((*b.DEPARTMENTS, "nowhere"))
PEOPLE = {person.subject: person for person in b.EVERYBODY}
people = st.sampled_from(sorted(PEOPLE))
some_departments = st.lists(st.sampled_from(b.DEPARTMENTS), min_size=1, max_size=4)
hours = st.sampled_from((0, 1, 2, 4, 12, 24, 120))

procedures = st.integers(0, 399).map(procedure)
calendars = st.sampled_from(CALENDARS)
classifications = st.fixed_dictionaries(
    {"confidence": st.sampled_from((0.2, 0.9)), "in_scope": st.booleans(), "severity": st.sampled_from(Severity)}
)

PAYLOADS: dict[str, st.SearchStrategy[dict[str, Any]]] = dict.fromkeys(COMMANDS, st.just({})) | {
    "classify": st.fixed_dictionaries({"nature": st.sampled_from(Nature), "severity": st.sampled_from(Severity)}),
    "propose": st.fixed_dictionaries(
        {"redress": st.sampled_from([(), ({"kind": "refund", "amount": "2000", "currency": "CNY"},)])}
    ),
    "reassign": st.fixed_dictionaries(
        {
            "to": st.fixed_dictionaries(
                {"department": departments, "subject": st.sampled_from([None, *(person.subject for person in b.STAFF)])}
            )
        }
    ),
    "escalate": st.fixed_dictionaries({"to": st.sampled_from([None, *Level])}),
    "call_meeting": st.fixed_dictionaries({"departments": some_departments}),
    "decide_meeting": st.fixed_dictionaries({"present": some_departments}),
    "wait": st.fixed_dictionaries({"waiting_for": st.sampled_from(WaitingFor)}),
    "answer_survey": st.fixed_dictionaries({"solved": st.booleans()}),
    "extend": st.fixed_dictionaries({"clock": st.sampled_from([name for name, *_ in OBLIGATIONS])}),
    "adopt_policy": st.fixed_dictionaries({"policy": procedures, "calendar": calendars | st.none()}),
    "amend_calendar": st.fixed_dictionaries({"calendar": calendars}),
}


class AnyComplaint(RuleBasedStateMachine):
    """A complaint in a hostile world."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.witness = Witness()
        self.assessed_under: Procedure | None = None
        self.checked: tuple[Case | None, datetime] = (None, self.story.now)

    @initialize(
        policy=procedures,
        calendar=calendars,
        late_by=hours,
        classified=classifications,
    )
    def arrives(self, policy: Policy, calendar: Calendar, late_by: int, classified: dict[str, Any]) -> None:
        """It is filed some time after it was received, and assessed."""
        story = Story(now=b.START + timedelta(hours=late_by))
        given = b.assessment(policy, calendar=calendar if policy.calendar else None, **classified)
        self.assessed_under = procedure_of(given)
        story.case = story.case.model_copy(update={"procedure": self.assessed_under})
        self.story = story
        self.record(Step(story.case).then(assess(given), story.now, SYSTEM))

    @rule(data=st.data(), by=people, name=st.sampled_from(sorted(COMMANDS)))
    def somebody_asks_for_anything(self, data: st.DataObject, by: str, name: str) -> None:
        """Whoever, whatever: accepted exactly if it is allowed."""
        self.give(ask(name, PEOPLE[by], **data.draw(PAYLOADS[name])))

    @rule(data=st.data())
    def somebody_asks_for_what_is_allowed(self, data: st.DataObject) -> None:
        """Anything that the desk would offer to somebody, but for an early end."""
        offered = self.offered()
        if names := sorted(offered.keys() - {"withdraw", "declare_out_of_scope"}):
            name = data.draw(st.sampled_from(names))
            by = PEOPLE[data.draw(st.sampled_from(offered[name]))]
            self.give(ask(name, by, **data.draw(PAYLOADS[name])))

    @rule(name=st.sampled_from(("withdraw", "declare_out_of_scope")))
    def it_ends_early(self, name: str) -> None:
        """Nothing is left to solve."""
        for by in self.offered().get(name, [])[:1]:
            self.give(ask(name, PEOPLE[by]))

    @rule(policy=procedures, calendar=calendars)
    def other_rules_come_into_force(self, policy: Policy, calendar: Calendar) -> None:
        """Longer, shorter or other limits, among them new ones; some are dropped."""
        self.give(ask("adopt_policy", b.EXECUTIVE, policy=policy, calendar=calendar if policy.calendar else None))

    @rule(calendar=calendars)
    def the_calendar_is_amended(self, calendar: Calendar) -> None:
        """Holidays are announced, or the hours change."""
        self.give(ask("amend_calendar", b.HEAD, calendar=calendar))

    @rule(by=people)
    def whatever_is_offered_would_be_accepted(self, by: str) -> None:
        """The desk shows no button that cannot work."""
        case = self.due().case
        for name in allowed(case, PEOPLE[by]):
            if name in ("extend", "amend_calendar"):  # whether the policy has anything to extend, its content decides
                continue
            assert obey(case, ask(name, PEOPLE[by], **fitting(name, case)), self.story.now).entries

    @rule()
    def somebody_takes_the_next_step(self) -> None:
        """The standard path, by whoever may."""
        offered = self.offered()
        for name in ("resume", "decide_meeting", *(name for name, _ in STANDARD_PATH.values())):
            if name in offered:
                self.give(ask(name, PEOPLE[offered[name][0]], **fitting(name, self.story.case)))
                return

    @rule(passed=hours, noticed=st.booleans())
    def time_passes(self, passed: int, noticed: bool) -> None:
        """With or without anybody watching."""
        self.story.now += timedelta(hours=passed)
        if noticed:
            self.notice()

    @precondition(lambda self: next_threshold(self.story.case) is not None)
    @rule(seconds=st.sampled_from((-1, 0, 1)), noticed=st.booleans())
    def a_limit_comes_near(self, seconds: int, noticed: bool) -> None:
        """A second before, exactly at, or a second after the next threshold."""
        threshold = next_threshold(self.story.case)
        assert threshold
        self.story.now = max(self.story.now, threshold.due_at + timedelta(seconds=seconds))
        if noticed:
            self.notice()

    def offered(self) -> dict[str, list[str]]:
        """Who may give which command now."""
        case, offers = self.due().case, dict[str, list[str]]()
        for by, person in PEOPLE.items():
            for name in allowed(case, person):
                offers.setdefault(name, []).append(by)
        return offers

    def due(self) -> Step:
        """What has run out before a command that comes now."""
        return catch_up(self.story.case, self.story.now, due_now_counts=False)

    def notice(self) -> None:
        """The workflow wakes up and catches up; doing so again finds nothing, and having slept moved no obligation."""
        step, now = catch_up(self.story.case, self.story.now), self.story.now
        assert not catch_up(step.case, now).entries
        assert obligations(step.case) == obligations(self.watched())
        self.record(step)
        clocks_must.the_oldest_goes_first(step.entries)
        clocks_must.nothing_overdue_is_unnoticed(step.case, now)
        clocks_must.nobody_was_forgotten(step.case, self.story.entries, self.witness.silenced, now)
        self.witness.all_stops_were_judged(step.case)

    def watched(self) -> Case:
        """The case if every limit up to now had been noticed at the instant it fell due."""
        case = self.story.case
        while (threshold := next_threshold(case)) and threshold.due_at <= self.story.now:
            case = catch_up(case, max(threshold.due_at, case.changed_at)).case
        return case

    def give(self, command: Command) -> None:
        """A command is accepted if it is allowed, unless its content is at fault, and otherwise changes nothing."""
        before = self.story.case.model_dump_json()
        is_allowed = command.name in allowed(self.due().case, command.actor)
        answer = answer_to(self.story.case, command, self.story.now)
        assert self.story.case.model_dump_json() == before, "deciding has no side effects"
        if isinstance(answer, Step):
            assert is_allowed, command
            assert answer.entries[-1].actor == command.actor
            self.record(answer)
        else:
            by_content = command.name == "extend"  # the policy says for each clock who may
            assert not is_allowed or by_content or answer not in STATUS_OR_AUTHORITY, (command, answer)

    def record(self, step: Step) -> None:
        """Each entry of a step must be legal, and folding the entries must give the step's case."""
        assert self.witness.sees(self.story.case, step.entries) == step.case
        numbers = {entry.sequence for entry in step.entries}
        assert all(effect.sequence in numbers for effect in step.effects)
        self.story.add(step)

    @invariant()
    def all_is_well(self) -> None:
        """Every invariant of a case."""
        case, now = self.story.case, self.story.now
        is_the_same = case is self.checked[0]
        if is_the_same and now == self.checked[1]:
            return
        if not is_the_same:
            must.exactly_one_owner(case)
            must.status_and_what_belongs_to_it_agree(case)
            must.a_closed_complaint_owes_nothing(case)
            must.duties_are_separate(case)
            clocks_must.live_clocks_follow_the_case(case)
            clocks_must.one_live_clock_of_a_name(case)
            self.archived_is_final()
            self.nobody_decides_on_their_own_work()
            if case.sequence % 3 == 0:  # the slowest of all; two in three would find no more
                self.all_of_it_survives_json()
        clocks_must.every_second_is_accounted_for(case, now)
        self.checked = case, now

    def archived_is_final(self) -> None:
        """Nobody may do anything, and no time limit is left."""
        if self.story.case.status is Status.ARCHIVED:
            assert not any(allowed(self.story.case, somebody) for somebody in b.EVERYBODY)
            assert next_threshold(self.story.case) is None

    def nobody_decides_on_their_own_work(self) -> None:
        """Those who own, proposed or have approved are not asked."""
        case = self.story.case
        if case.proposal and case.status is Status.APPROVING:
            for subject in {case.owner.subject, case.proposal.by, *case.proposal.approvals} & PEOPLE.keys():
                assert "approve" not in allowed(case, PEOPLE[subject])

    def all_of_it_survives_json(self) -> None:
        """What is carried, stored and shown is the same after a round trip."""
        case, now = self.story.case, self.story.now
        state = State(origin_run_id="run", case=case, entries=self.story.entries[-3:], effects=self.story.effects[-3:])
        assert restore(state.model_dump(mode="json")) == state
        row, shown = summary(case), view(case, now)
        assert Summary.model_validate_json(row.model_dump_json()) == row
        assert ComplaintView.model_validate_json(shown.model_dump_json()) == shown

    def teardown(self) -> None:
        """No event is lost: the journal alone, with the procedure, gives the same case."""
        if self.assessed_under:
            self.notice()
            clocks_must.every_rung_once(self.story.entries)
            assert folded(self.story.entries, self.assessed_under) == self.story.case


def fitting(name: str, case: Case) -> dict[str, Any]:
    """What makes the sensible payload of a command fit this case."""
    if name == "classify" and case.classification:
        return {"severity": Severity.LOW if case.classification.severity.rank else Severity.HIGH}
    if name == "reassign":
        return {"to": {"department": case.owner.department, "subject": "somebody.new"}}
    if name == "decide_meeting" and case.meeting:
        return {"present": case.meeting.departments}
    if name == "adopt_policy" and case.procedure:
        return {
            "policy": case.procedure.policy.model_copy(update={"title": "Again"}),
            "calendar": case.procedure.calendar,
        }
    return {}


def answer_to(case: Case, command: Command, now: datetime) -> Step | ErrorCode:
    """What a command leads to, or why it is refused."""
    try:
        return obey(case, command, now)
    except AmendsError as error:
        return error.code


def folded(entries: tuple[Entry, ...], procedure: Procedure) -> Case:
    """The case that a journal tells of, with the procedure it was assessed under."""
    again = opened(entries[0]).model_copy(update={"procedure": procedure})
    for entry in entries[1:]:
        again = evolve(again, entry)
    return again


def obligations(case: Case) -> list[Any]:
    """The clocks that bind us."""
    return [clock for clock in case.clocks if is_obligation(rule_of(case, clock))]


TestAnyComplaint = pytest.mark.timeout(900)(AnyComplaint.TestCase)
"""Exploring and shrinking may take a while; with CI's settings it is seconds."""
