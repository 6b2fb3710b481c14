"""Thousands of generated complaints: random commands by random people at random times, against every invariant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.core import builders as b
from tests.core import clock_invariants as clocks_must
from tests.core import duty_invariants as duties_must
from tests.core import invariants as must
from tests.core.clock_invariants import is_obligation, rule_of
from tests.core.fitting_kin import ABOUT_ANOTHER
from tests.core.payloads import (
    ABOUT_MEETINGS,
    ABOUT_ONE_OF_SEVERAL,
    EARLY_ENDS,
    PAYLOADS,
    PEOPLE,
    SEATED,
    absences,
    calendars,
    classifications,
    decisions,
    fitting,
    fitting_any,
    hours,
    people,
    procedures,
)
from tests.core.situations import PEOPLE as TABLE_PEOPLE
from tests.core.situations import PLACES, Situation, acts
from tests.core.story import STANDARD_PATH, Story, ask
from tests.core.tried import ANYTHING, TRIED, answer_to
from tests.core.witness import Witness
from workflows.contract.calendar import Calendar
from workflows.contract.commands import COMMANDS, Command
from workflows.contract.errors import ErrorCode
from workflows.contract.events import Entry
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.policy import Policy
from workflows.contract.replies import Answer, Availability, Busy, Diary
from workflows.contract.views import ComplaintView, Summary
from workflows.contract.vocabulary import Status
from workflows.core.appointments import next_appointment
from workflows.core.assess import assess, procedure_of
from workflows.core.authority import allowed
from workflows.core.case import Case, Procedure, opened
from workflows.core.evolve import evolve
from workflows.core.step import Step, catch_up, heard
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


NEARLY_ALL = 0.9

STEPS = 28
"""Fewer than usual, because a complaint is well on its way when they begin."""

LONG = 16
"""Entries of a journal after which an early end is no loss."""


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
        place=st.sampled_from(PLACES),
        turn=st.integers(0, 99),
    )
    def arrives(
        self,
        *,
        policy: Policy,
        calendar: Calendar,
        late_by: int,
        classified: dict[str, Any],
        place: tuple[Situation, Status],
        turn: int,
    ) -> None:
        """It is filed some time after it was received, and assessed. Much may have happened by the time we look."""
        story = Story(now=b.START + timedelta(hours=late_by))
        given = b.assessment(policy, calendar=calendar if policy.calendar else None, **classified)
        self.assessed_under = procedure_of(given)
        story.case = story.case.model_copy(update={"procedure": self.assessed_under})
        self.story = story
        self.record(Step(story.case).then(assess(story.case, given, story.now), story.now, SYSTEM))
        self.comes_to(*place, turn)

    def comes_to(self, situation: Situation, status: Status, turn: int) -> None:
        """As far as this policy lets the people of the tables bring it."""
        self.give(ask("reassign", b.EXECUTIVE, to={"department": "service", "subject": b.AGENT.subject}))
        for act in acts(situation, status):
            self.give(ask(act.command, TABLE_PEOPLE[act.who], **act.changes))
        self.what_is_offered_would_be_accepted_and_nothing_else(turn)

    @rule(data=st.data(), by=people, name=st.sampled_from(sorted(COMMANDS)))
    def somebody_asks_for_anything(self, data: st.DataObject, by: str, name: str) -> None:
        """Whoever, whatever: accepted exactly if it is allowed."""
        self.give(ask(name, PEOPLE[by], **data.draw(PAYLOADS[name])))

    @rule(data=st.data())
    def somebody_asks_for_what_is_allowed(self, data: st.DataObject) -> None:
        """Anything that the desk would offer to somebody, but for an early end."""
        offered = self.offered()
        if names := sorted(offered.keys() - EARLY_ENDS):
            name = data.draw(st.sampled_from(names))
            by = PEOPLE[data.draw(st.sampled_from(offered[name]))]
            self.give(ask(name, by, **data.draw(PAYLOADS[name])))

    @precondition(lambda self: self.story.case.status is Status.APPROVING)
    @rule(data=st.data(), attempts=st.lists(st.tuples(decisions, people, absences, st.integers(0, 9)), min_size=3))
    def an_approval_is_fought_over(self, data: st.DataObject, attempts: list[tuple[str, str, set[Actor], int]]) -> None:
        """By people who stand in for some who are absent, hand on their right, or work for a contractor."""
        for name, by, absent, contractor in attempts:
            person = b.standing_in(PEOPLE[by], *sorted(absent, key=lambda each: each.subject))
            person = person.model_copy(update={"contractor": contractor == 0})
            self.give(ask(name, person, **data.draw(PAYLOADS[name])))

    @rule(data=st.data(), name=st.sampled_from(ABOUT_MEETINGS), absent=st.sets(st.sampled_from(b.STAFF), max_size=1))
    def somebody_takes_part_in_a_meeting(self, data: st.DataObject, name: str, absent: set[Actor]) -> None:
        """Or gets one going; perhaps as the deputy of somebody."""
        for by in self.offered().get(name, [])[:1]:
            self.give(ask(name, b.standing_in(PEOPLE[by], *absent), **data.draw(PAYLOADS[name])))

    @precondition(lambda self: self.story.case.sequence > LONG)
    @rule(name=st.sampled_from(sorted(EARLY_ENDS)))
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

    @precondition(lambda self: self.story.case.kin.merging or self.story.case.kin.joining)
    @rule(code=st.sampled_from((None, ErrorCode.WRONG_STATUS, ErrorCode.ALREADY_THERE)))
    def another_complaint_answers(self, code: ErrorCode | None) -> None:
        """Yes, no, or yes for the second time."""
        kin = self.story.case.kin
        request = kin.merging or kin.joining
        assert request
        command = "absorb" if kin.merging else "adopt_child"
        answer = Answer(sequence=request.sequence, reference=request.reference, command=command, code=code, message="…")
        step = heard(self.story.case, answer, self.story.now)
        assert step.case.kin.merging is None or step.case.status is Status.ARCHIVED
        self.record(step)

    @precondition(lambda self: self.story.case.meeting and self.story.case.meeting.asked)
    @rule(absent=st.sampled_from(SEATED), deputy=st.sampled_from((None, *SEATED)), days=st.integers(0, 40))
    def the_directory_tells_when_people_can_meet(self, absent: str, deputy: str | None, days: int) -> None:
        """One of them may be away, with or without a deputy."""
        meeting, now = self.story.case.meeting, self.story.now
        assert meeting
        assert meeting.asked
        busy = (Busy(since=now - b.DAY, until=now + days * b.DAY),)
        diaries = tuple(
            Diary(subject=seat.subject, **({"busy": busy, "deputy": deputy} if seat.subject == absent else {}))
            for seat in meeting.seats
        )
        diaries += (Diary(subject=deputy),) if deputy else ()
        reply = Availability(sequence=meeting.asked, number=meeting.number, call=meeting.call, people=diaries)
        self.record(heard(self.story.case, reply, now))
        assert not heard(self.story.case, reply, now).entries, "an answer counts once"

    @rule(turn=st.integers(0, 99))
    def what_is_offered_would_be_accepted_and_nothing_else(self, turn: int) -> None:
        """The desk shows no button that cannot work, and hides none that would: each to one of those who have it, and
        to one of those who have not.
        """
        case, now, offered = self.due().case, self.story.now, self.offered()
        for name in COMMANDS:
            there, missing = offered.get(name, []), sorted(PEOPLE.keys() - offered.get(name, []))
            if there:
                by = PEOPLE[there[turn % len(there)]]
                answers = [answer_to(case, ask(name, by, **payload), now) for payload in fitting_any(name, case, now)]
                is_accepted = any(isinstance(answer, Step) for answer in answers)
                # Whether the policy has anything to extend or a calendar, the content decides.
                assert is_accepted or name in ("extend", "amend_calendar"), (name, answers)
            if missing:
                by = PEOPLE[missing[turn % len(missing)]]
                anything = ANYTHING[name].model_copy(update={"actor": by})
                assert not isinstance(answer_to(case, anything, now), Step), anything

    @rule()
    def somebody_takes_the_next_step(self) -> None:
        """The standard path, by whoever may."""
        offered = self.offered()
        next_step, _ = STANDARD_PATH.get(self.due().case.status, ("resume", b.AGENT))
        for name in ("resume", "decide_meeting", "complete_task", next_step):
            if name in offered:
                self.give(ask(name, PEOPLE[offered[name][0]], **fitting(name, self.story.case)))
                return

    @rule(passed=hours, noticed=st.booleans())
    def time_passes(self, passed: int, noticed: bool) -> None:
        """With or without anybody watching."""
        self.story.now += timedelta(hours=passed)
        if noticed:
            self.notice()

    @precondition(lambda self: next_appointment(self.story.case) is not None)
    @rule(seconds=st.sampled_from((-1, 0, 1)), noticed=st.booleans())
    def a_limit_comes_near(self, seconds: int, noticed: bool) -> None:
        """A second before, exactly at, or a second after the next threshold or due time of a task."""
        appointment = next_appointment(self.story.case)
        assert appointment
        self.story.now = max(self.story.now, appointment.due_at + timedelta(seconds=seconds))
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
        must.no_task_is_overdue_unnoticed(step.case, now)
        clocks_must.nobody_was_forgotten(step.case, self.story.entries, self.witness.silenced, now)
        self.witness.all_stops_were_judged(step.case)

    def watched(self) -> Case:
        """The case if every limit up to now had been noticed at the instant it fell due."""
        case = self.story.case
        while (appointment := next_appointment(case)) and appointment.due_at <= self.story.now:
            case = catch_up(case, max(appointment.due_at, case.changed_at)).case
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
            clocks_must.the_command_says_what_moved(self.due(), answer)
            self.record(answer)
        else:
            # The policy says for each clock who may extend it; only those above record the interest of somebody else.
            by_content = command.name in ABOUT_ONE_OF_SEVERAL | ABOUT_ANOTHER | {"declare_interest", "delegate"}
            assert not is_allowed or by_content or answer not in STATUS_OR_AUTHORITY, (command, answer)

    def record(self, step: Step) -> None:
        """Each entry of a step must be legal, and folding the entries must give the step's case."""
        assert self.witness.sees(self.story.case, step.entries) == step.case
        numbers = {entry.sequence for entry in step.entries}
        assert all(effect.sequence in numbers for effect in step.effects)
        must.an_interest_bars_from_owning(self.story.case, step.case)
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
            must.a_meeting_is_consistent(case)
            must.tasks_keep_it_open(case)
            clocks_must.live_clocks_follow_the_case(case)
            clocks_must.one_live_clock_of_a_name(case)
            self.archived_is_final()
            self.nobody_decides_on_their_own_work()
            duties_must.whoever_has_a_duty_can_do_it(case, PEOPLE.values())
            duties_must.nothing_lies_around(case)
            if case.sequence % 3 == 0:  # the slowest of all; two in three would find no more
                self.all_of_it_survives_json()
        clocks_must.every_second_is_accounted_for(case, now)
        self.checked = case, now

    def archived_is_final(self) -> None:
        """Nobody may do anything, and no time limit is left."""
        if self.story.case.status is Status.ARCHIVED:
            assert not any(allowed(self.story.case, somebody) for somebody in b.EVERYBODY)
            assert next_appointment(self.story.case) is None

    def nobody_decides_on_their_own_work(self) -> None:
        """Those who own, proposed or have approved are not asked."""
        case = self.story.case
        if case.proposal and case.status is Status.APPROVING:
            for subject in {case.owner.subject, case.proposal.by, *case.proposal.spoken} & PEOPLE.keys():
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


def folded(entries: tuple[Entry, ...], procedure: Procedure) -> Case:
    """The case that a journal tells of, with the procedure it was assessed under."""
    again = opened(entries[0]).model_copy(update={"procedure": procedure})
    for entry in entries[1:]:
        again = evolve(again, entry)
    return again


def obligations(case: Case) -> list[Any]:
    """The clocks that bind us."""
    return [clock for clock in case.clocks if is_obligation(rule_of(case, clock))]


@pytest.mark.timeout(900)
def test_any_complaint() -> None:
    """Exploring and shrinking may take a while; with CI's settings it is seconds. In the end each command was refused
    to somebody, and nearly each was accepted: what is never tried is never found wanting. (Who may give which command
    in which status is tried completely by `test_authority_table.py`.).
    """
    TRIED.clear()
    run_state_machine_as_test(AnyComplaint, settings=settings(stateful_step_count=STEPS))
    accepted, refused = ({name for name in COMMANDS if TRIED[name, outcome]} for outcome in (True, False))
    assert refused == COMMANDS.keys()
    assert len(accepted) >= NEARLY_ALL * len(COMMANDS), COMMANDS.keys() - accepted
