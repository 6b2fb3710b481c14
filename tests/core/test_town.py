"""Generated towns: whatever complaints ask of each other, and in whatever order it arrives, all of them stay whole."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.core import builders as b
from tests.core.story import STANDARD_PATH, ask
from tests.core.town import Town
from tests.core.witness import Witness
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError
from workflows.contract.events import Merged
from workflows.contract.parties import SYSTEM
from workflows.contract.vocabulary import Outcome, Status
from workflows.core.authority import allowed
from workflows.core.case import opened
from workflows.core.step import catch_up, obey

NAMES = ("a", "b", "c", "d")
names = st.sampled_from(NAMES)
PEOPLE = {by.subject: by for by in (b.AGENT, b.LEAD, b.HEAD, b.EXECUTIVE, b.COMPLAINANT)}
ACTS = ("declare_major_event", "broadcast", "leave_event", "reopen", "withdraw")
ENDED = (Status.CLOSED, Status.ARCHIVED)


class AnyTown(RuleBasedStateMachine):
    """Four complaints and everything they can have to do with each other."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(*NAMES)

    @initialize(leads=st.booleans())
    def a_major_event_may_have_been_declared(self, leads: bool) -> None:
        """By the first."""
        if leads:
            self.give("a", "declare_major_event", b.HEAD.subject)

    def give(self, name: str, command: str, by: str, **fields: str) -> None:
        """Somebody tries it; a refusal is as good."""
        with suppress(AmendsError):
            self.town.does(name, command, PEOPLE[by], **fields)

    @rule(one=names, other=names, command=st.sampled_from((("merge", "into"), ("join_event", "parent"))))
    def one_is_to_have_to_do_with_another(self, one: str, other: str, command: tuple[str, str]) -> None:
        """As a duplicate, or with the same cause."""
        name, field = command
        self.give(one, name, b.HEAD.subject, **{field: self.town.ref(other)})

    @rule(
        name=names, command=st.sampled_from(("declare_major_event", "broadcast", "leave_event", "reopen", "withdraw"))
    )
    def something_happens_to_one(self, name: str, command: str) -> None:
        """Among it what makes an answer come too late."""
        self.give(name, command, b.HEAD.subject)

    @rule(name=names)
    def one_takes_its_next_step(self, name: str) -> None:
        """On the standard path, by whoever may."""
        story = self.town[name]
        for command, _ in STANDARD_PATH.values():
            for subject, by in PEOPLE.items():
                if command in allowed(story.case, by):
                    self.give(name, command, subject)
                    return

    @precondition(lambda self: self.town.under_way)
    @rule(data=st.data())
    def something_arrives(self, data: st.DataObject) -> None:
        """Once, or twice because the answer to the first was lost; the receipt is the same."""
        pair = data.draw(st.sampled_from(sorted(self.town.under_way)))
        answer = self.town.deliver(pair)
        if data.draw(st.booleans()) and answer.code is None:
            assert self.town.deliver(pair) == answer

    @precondition(lambda self: self.town.answers)
    @rule(data=st.data())
    def an_answer_is_heard(self, data: st.DataObject) -> None:
        """Whichever."""
        self.town.hear(data.draw(st.sampled_from(sorted(self.town.answers))))

    @rule(days=st.sampled_from((0, 1, 40)))
    def time_passes(self, days: int) -> None:
        """Limits run out, files are archived."""
        self.town.now += timedelta(days=days)
        for story in self.town.stories.values():
            story.now = self.town.now
            story.add(catch_up(story.case, self.town.now))
        self.town.collect()

    @rule(name=names)
    def amends_is_offered_only_what_can_be_carried_out(self, name: str) -> None:
        """As for people."""
        story = self.town[name]
        story.now = self.town.now
        case = catch_up(story.case, self.town.now, due_now_counts=False).case
        kin, children = case.kin, case.kin.event.children if case.kin.event else ()
        asked, joins = kin.merging.reference if kin.merging else None, kin.joining.reference if kin.joining else None
        fitting: dict[str, dict[str, str | None]] = {
            "follow": {"survivor": kin.survivor or asked},
            "let_go": {"reference": next(iter((*kin.absorbed, *(child.reference for child in children))), None)},
            "pass_on": {"parent": kin.parent or joins},
        }
        for command in set(allowed(case, SYSTEM)) - {"apply_decision"}:
            assert obey(case, ask(command, SYSTEM, **fitting.get(command, {})), self.town.now).entries

    def teardown(self) -> None:
        """Once everything has been said and heard, both sides of everything agree."""
        self.town.settle()
        for story in self.town.stories.values():
            began = opened(story.entries[0]).model_copy(update={"procedure": story.case.procedure})
            assert Witness().sees(began, story.entries[1:]) == story.case
            self.a_merge_is_whole(story.case.reference)
            self.an_event_is_whole(story.case.reference)
            told = [effect for effect in story.effects if isinstance(effect, Notify) and effect.notice is Notice.MERGED]
            assert len(told) == len(story.events(Merged))
        self.nobody_follows_in_a_circle()

    def a_merge_is_whole(self, name: str) -> None:
        """Who follows is closed, known to the survivor, and has been told its end; nobody waits for an answer."""
        case, kin = self.town[name].case, self.town.kin(name)
        assert kin.merging is None or case.status is Status.ARCHIVED
        assert (kin.survivor is not None) == (case.outcome is Outcome.MERGED)
        if kin.survivor:
            survivor = self.town[kin.survivor].case
            assert name in survivor.kin.absorbed or case.status is Status.ARCHIVED
            if survivor.status in ENDED and survivor.outcome is not Outcome.MERGED:
                assert kin.ended
        for each in kin.absorbed:
            follower = self.town[each].case
            assert follower.kin.survivor == name or ENDED[1] in (follower.status, case.status)

    def an_event_is_whole(self, name: str) -> None:
        """Child and lead know of each other, unless the file of one is kept already."""
        case, kin = self.town[name].case, self.town.kin(name)
        assert kin.joining is None or case.status is Status.ARCHIVED
        if kin.parent and (parent := self.town[kin.parent].case).status is not Status.ARCHIVED:
            assert parent.kin.event
            assert name in [child.reference for child in parent.kin.event.children]
        for child in kin.event.children if kin.event else ():
            there = self.town[child.reference].case
            assert there.kin.parent == name or Status.ARCHIVED in (there.status, case.status)

    def nobody_follows_in_a_circle(self) -> None:
        """Every chain of survivors ends."""
        for name in self.town.stories:
            chain = [name]
            while survivor := self.town.kin(chain[-1]).survivor:
                assert survivor not in chain
                chain.append(survivor)


TestAnyTown = pytest.mark.timeout(900)(AnyTown.TestCase)
