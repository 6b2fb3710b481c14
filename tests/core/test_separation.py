"""The separation of duties attacked: any mixture of hats, hand-overs and absences, against rules written down anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract import events as fact
from workflows.contract.approval_rule import ApprovalRule, ApprovalStep, StepOrder
from workflows.contract.errors import AmendsError
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import Nature, Role, Severity, Status
from workflows.core.authority import allowed

CHIEF = b.EXECUTIVE
"""Moves the case about, and never decides."""

ROLES = (Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE)
SIGNING = b.clock("signing", "", "", 4)
APPROVAL = b.clock("approval", "proposed", "approved refused", 9)
CAST = 8

seats = st.integers(0, CAST - 1)
standings = st.builds(
    lambda roles, department, contractor: (tuple(sorted(roles)), department, contractor == 0),
    st.sets(st.sampled_from((*ROLES[:3], *ROLES)), min_size=1, max_size=2),
    st.sampled_from(("service", "service", "service", "legal")),
    st.integers(0, 6),
)
steps = st.builds(
    lambda roles, approvals, department, clock: ApprovalStep(
        step="only", roles=tuple(sorted(roles)), approvals=approvals, department=department, clock=clock
    ),
    st.sets(st.sampled_from(ROLES), min_size=1, max_size=2),
    st.sampled_from((1, 2, 2, 3)),
    st.sampled_from((None, None, None, "legal")),
    st.sampled_from((None, "signing")),
)
hats = st.sets(seats, max_size=3)
acts = st.one_of(
    st.tuples(st.just("approve"), seats, hats),
    st.tuples(st.just("approve"), seats, hats),
    st.tuples(st.just("approve"), seats, hats),
    st.tuples(st.just("delegate"), seats, seats),
    st.tuples(st.just("delegate"), seats, seats),
    st.tuples(st.just("own"), seats, st.none()),
    st.tuples(st.just("own"), seats, st.none()),
    st.tuples(st.just("interest"), st.integers(0, 2), st.none()),
    st.tuples(st.sampled_from(("amend", "correct", "silence")), st.none(), st.none()),
    st.tuples(st.just("refuse"), seats, hats),
)


@dataclass
class Journal:
    """What the entries say of the present proposal, read by somebody who knows the rules and not the code."""

    owner: str = ""
    rule: tuple[ApprovalStep, ...] = ()
    order: StepOrder = StepOrder.SEQUENTIAL
    is_open: bool = False
    touched: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    proposer: str = ""
    interested: set[str] = field(default_factory=set)
    said: list[tuple[str, str, str | None]] = field(default_factory=list)
    handed: dict[str, tuple[str, str]] = field(default_factory=dict)
    called: dict[str, Role] = field(default_factory=dict)

    def reads(self, event: fact.Event) -> None:
        """The next entry."""
        match event:
            case fact.Proposed():
                self.touched = {event.by, self.owner, *self.refused, *(self.touched if self.is_open else ())}
                self.proposer = event.by
                self.is_open, self.said, self.handed, self.called = True, [], {}, {}
            case fact.Assigned() | fact.Reassigned() | fact.Accepted():
                self.owner = event.owner.subject
                self.touched.add(self.owner)
            case fact.ApprovalGranted():
                self.said.append((event.step, event.by, event.on_behalf_of))
            case fact.Delegated():
                self.handed[event.by] = (event.to, event.step)
            case fact.ApprovalEscalated():
                self.called[event.step] = Role(event.to.value)
            case fact.InterestDeclared() if self.is_open:
                self.interested.add(event.subject)
                self.said = [one for one in self.said if event.subject not in one[1:]]
                self.handed = {
                    by: (to, step) for by, (to, step) in self.handed.items() if event.subject not in (by, to)
                }
            case fact.Refused():
                self.is_open = False
                self.refused.add(self.proposer)
            case fact.Approved():
                self.is_open = False

    @property
    def out(self) -> set[str]:
        """Who can have no part in it, nor anybody for them."""
        heard = {name for _, *names in self.said for name in names if name}
        return self.touched | self.interested | heard

    @property
    def waiting(self) -> list[ApprovalStep]:
        """The steps that lack consent and whose turn it is."""
        lacking = [step for step in self.rule if sum(one[0] == step.step for one in self.said) < step.approvals]
        return lacking if self.order is StepOrder.PARALLEL else lacking[:1]

    def may_approve(self, by: Actor) -> bool:
        """By any right of theirs."""
        if not self.is_open or by.contractor or by.subject in self.out or by.subject in self.handed:
            return False
        waiting = {step.step for step in self.waiting}
        by_hand = any(
            to == by.subject and step in waiting for giver, (to, step) in self.handed.items() if giver not in self.out
        )
        absent: list[Actor | StandIn] = [
            each
            for each in by.stands_in_for
            if not each.contractor and each.subject not in self.out and each.subject not in self.handed
        ]
        return by_hand or any(self.fits(step, person) for step in self.waiting for person in (by, *absent))

    def may_delegate(self, by: Actor, to: Actor) -> bool:
        """Their own right, to somebody who has none and can use it."""
        steps = [step for step in self.waiting if self.fits(step, by)]
        named = [step for step in steps if self.names(step, by)]
        holders = {holder for holder, _ in self.handed.values()}
        return (
            self.is_open
            and bool(steps)
            and not by.contractor
            and by.subject not in self.out | holders
            and not to.contractor
            and to.subject not in self.out | holders | self.handed.keys() | {by.subject}
            and not self.fits((named or steps)[0], to)
        )

    def fits(self, step: ApprovalStep, person: Actor | StandIn) -> bool:
        """Executives decide anywhere."""
        return Role.EXECUTIVE in person.roles or self.names(step, person)

    def names(self, step: ApprovalStep, person: Actor | StandIn) -> bool:
        """The policy, or silence, asks for a role of theirs."""
        asked = {*step.roles, self.called.get(step.step)} & set(person.roles)
        return Role.EXECUTIVE in asked or (bool(asked) and person.department == (step.department or "service"))


class Attack:
    """One case, the people who try to get it approved, and the journal of it."""

    def __init__(self, people: list[Actor], rule: ApprovalRule) -> None:
        self.people, self.rule = people, rule
        self.begins()

    def begins(self) -> None:
        """Another case of the same policy, with a proposal of its owner."""
        self.read, self.journal = 0, Journal(rule=self.rule.in_steps, order=self.rule.order)
        clocks = (APPROVAL, *([SIGNING] if any(step.clock for step in self.rule.steps) else []))
        self.story = Story().assessed(b.assessment(b.policy(*clocks, approval=(self.rule,))))
        self.owned_by(self.people[0])
        self.puts_up_again("amend")

    def owned_by(self, person: Actor) -> None:
        """The case is handed over."""
        self.tries("reassign", CHIEF, to={"department": "service", "subject": person.subject})

    def tries(self, name: str, by: Actor, **changes: Any) -> bool:
        """Whether a command was accepted."""
        try:
            self.story.does(name, by, **changes)
        except AmendsError:
            return False
        self.reads()
        return True

    def reads(self) -> None:
        """Everything new in the journal; and what was approved must have been approved by the right people."""
        for entry in self.story.entries[self.read :]:
            if isinstance(entry.event, fact.Approved):
                self.is_clean()
            self.journal.reads(entry.event)
        self.read = len(self.story.entries)

    def is_clean(self) -> None:
        """Directly or on behalf of others, everybody counts once and nobody who must not; and no step was left out."""
        journal = self.journal
        heard = [name for _, *names in journal.said for name in names if name]
        assert len(heard) == len(set(heard))
        assert not set(heard) & (journal.touched | journal.interested)
        for step in journal.rule:
            assert sum(one[0] == step.step for one in journal.said) == step.approvals

    def goes(self, kind: str, one: int, other: Any) -> None:
        """One act, predicted and then tried."""
        if self.story.case.status is Status.ASSIGNED or self.story.case.status is Status.INVESTIGATING:
            self.puts_up_again("amend")
        if self.story.case.status is Status.EXECUTING:
            self.begins()
        match kind:
            case "approve" | "refuse":
                absent = (self.people[each] for each in sorted(other - {one}))
                self.decides(kind, b.standing_in(self.people[one], *absent))
            case "delegate":
                by, to = self.people[one], self.people[other]
                may = self.journal.may_delegate(by, to)
                assert self.tries("delegate", by, to=b.party(to)) == may
            case "own":
                self.owned_by(self.people[one])
            case "interest":
                self.tries("declare_interest", CHIEF, subject=self.people[one].subject)
            case "silence":
                self.story.after(5 * b.HOUR)
                self.reads()
            case _:
                self.puts_up_again(kind)

    def decides(self, kind: str, by: Actor) -> None:
        """Who may approve may refuse as well; others sometimes may, having approved before."""
        may = self.journal.may_approve(by)
        assert (kind in allowed(self.story.case, by)) == may or kind == "refuse"
        accepted = self.tries(kind, by)
        assert accepted == may or (kind == "refuse" and accepted)

    def puts_up_again(self, kind: str) -> None:
        """By its owner as another one, or in a case that was corrected."""
        if kind == "amend":
            assert self.tries("propose", b.actor(self.journal.owner, Role.AGENT, department="service"))
            return
        present = self.story.case.classification
        severity = Severity.NORMAL if present and present.severity is Severity.LOW else Severity.LOW
        self.tries("classify", CHIEF, nature=Nature.SERVICE, severity=severity)


@settings(max_examples=4 * settings().max_examples)
@given(
    st.lists(standings, min_size=CAST, max_size=CAST),
    st.lists(steps, min_size=1, max_size=3),
    st.sampled_from(StepOrder),
    st.lists(acts, min_size=20, max_size=40),
)
def test_whatever_hats_people_wear_only_who_may_decides_and_everybody_counts_once(
    cast: list[tuple[tuple[Role, ...], str, bool]],
    asked: list[ApprovalStep],
    order: StepOrder,
    attempts: list[tuple[str, int, Any]],
) -> None:
    """Exactly those are let through whom rules written down a second time let through."""
    people = [
        b.actor(f"p{number}", *roles, department=department).model_copy(update={"contractor": contractor})
        for number, (roles, department, contractor) in enumerate(cast)
    ]
    is_parallel = order is StepOrder.PARALLEL
    named = tuple(
        step.model_copy(update={"step": f"s{number}", "clock": None if is_parallel and number else step.clock})
        for number, step in enumerate(asked)
    )
    attack = Attack(people, ApprovalRule(steps=named, order=order))
    for attempt in attempts:
        attack.goes(*attempt)
