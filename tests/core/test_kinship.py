"""Links, merges and splits between complaints: asked for in one, answered by another, and whole on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import OTHER, Story
from tests.core.town import Town
from workflows.contract.effects import Notice, Notify, SendSurvey
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import LinkRefused, MergeRefused
from workflows.contract.kinship import Link
from workflows.contract.vocabulary import Kinship, Outcome, Status


def notices(story: Story, to: str | None = None) -> list[Notice]:
    """What the complainant (or one of the staff) was told, in order."""
    return [effect.notice for effect in story.effects if isinstance(effect, Notify) and effect.to == to]


def refused(town: Town, name: str, command: str, **fields: Any) -> ErrorCode:
    """The code with which the head's command is refused."""
    with pytest.raises(AmendsError) as refusal:
        town.does(name, command, b.HEAD, **fields)
    return refusal.value.code


def merged(*, into: str = "survivor") -> Town:
    """Two complaints about the same matter, one of them merged into the other."""
    town = Town("duplicate", "survivor")
    return town.does("duplicate", "merge", b.HEAD, into=town.ref(into)).settle()


def test_both_show_a_link() -> None:
    """One as it was made, the other as made by the first."""
    town = Town("one", "two").does("one", "link", b.AGENT, reference=Town("two").ref("two"), relation="caused_by")
    town.settle()
    assert town.kin("one").links == (Link(reference=town.ref("two"), relation=Kinship.CAUSED_BY, by=b.AGENT.subject),)
    assert town.kin("two").links == (
        Link(reference=town.ref("one"), relation=Kinship.CAUSED_BY, inward=True, by=b.AGENT.subject),
    )
    assert refused(town, "one", "link", reference=town.ref("two"), relation="caused_by") is ErrorCode.ALREADY_THERE


def test_a_link_with_a_complaint_that_nobody_filed_goes_again_and_its_author_is_told() -> None:
    """It was mistyped in a way that still gives a reference."""
    town = Town("one").does("one", "link", b.AGENT, reference=OTHER).settle()
    assert town.kin("one").links == ()
    assert [event.code for event in town["one"].events(LinkRefused)] == [ErrorCode.UNKNOWN_REFERENCE]
    assert notices(town["one"], b.AGENT.subject) == [Notice.KINSHIP_REFUSED]


def test_a_link_with_an_archived_complaint_stays_on_this_side() -> None:
    """The other file is closed for good; that it exists is still worth knowing."""
    town = Town("one", "old").reaches("old", Status.ARCHIVED)
    town.now = town["old"].now
    town.does("one", "link", b.AGENT, reference=town.ref("old")).settle()
    assert [link.reference for link in town.kin("one").links] == [town.ref("old")]
    assert [event.code for event in town["one"].events(LinkRefused)] == [ErrorCode.ARCHIVED]


def test_a_complaint_has_so_many_links_and_no_more() -> None:
    """The state must stay small, whoever links."""
    town = Town("one", *(str(number) for number in range(50)))
    for number in range(50):
        town.does("one", "link", b.AGENT, reference=town.ref(str(number)))
    assert refused(town, "one", "link") is ErrorCode.TOO_MANY


@pytest.mark.parametrize(("command", "field"), [("link", "reference"), ("merge", "into"), ("join_event", "parent")])
def test_a_complaint_has_no_such_relation_to_itself(command: str, field: str) -> None:
    """Nor to what is no reference at all; the field is named."""
    town = Town("one")
    for typed, code in ((town.ref("one").lower(), ErrorCode.INVALID_INPUT), ("nonsense", ErrorCode.REFERENCE_MISTYPED)):
        with pytest.raises(AmendsError) as refusal:
            town.does("one", command, b.HEAD, **{field: typed})
        assert (refusal.value.code, refusal.value.field) == (code, field)


def test_until_the_survivor_has_answered_the_duplicate_goes_on_as_before() -> None:
    """Nothing is lost if it never does."""
    town = Town("duplicate", "survivor")
    town.does("duplicate", "merge", b.HEAD, into=town.ref("survivor"))
    assert town["duplicate"].case.status is Status.ASSIGNED
    assert all(clock.is_live for clock in town["duplicate"].case.clocks)
    town.does("duplicate", "accept", b.AGENT)
    assert refused(town, "duplicate", "merge", into=town.ref("survivor")) is ErrorCode.ALREADY_THERE


def test_a_merged_complaint_is_closed_its_clocks_stop_and_its_complainant_is_told_so() -> None:
    """Not that it is closed: for them it is not."""
    town = merged()
    case = town["duplicate"].case
    assert (case.status, case.outcome, case.kin.survivor) == (Status.CLOSED, Outcome.MERGED, town.ref("survivor"))
    assert not any(clock.is_live for clock in case.clocks)
    assert town.kin("survivor").absorbed == (town.ref("duplicate"),)
    assert notices(town["duplicate"]) == [Notice.ACKNOWLEDGEMENT, Notice.MERGED]


@pytest.mark.parametrize(
    "to", [Status.CONFIRMING, Status.CLOSED, Status.ARCHIVED], ids=["carried out", "closed", "archived"]
)
def test_a_complaint_that_has_come_too_far_takes_none_in(to: Status) -> None:
    """Who asked is told, and both are as they were."""
    town = Town("duplicate", "survivor").reaches("survivor", to)
    town.now = town["survivor"].now
    before = town["survivor"].case
    town.does("duplicate", "merge", b.HEAD, into=town.ref("survivor")).settle()
    assert town["survivor"].case == before
    assert town["duplicate"].case.status is Status.ASSIGNED
    code = ErrorCode.ARCHIVED if to is Status.ARCHIVED else ErrorCode.WRONG_STATUS
    assert [event.code for event in town["duplicate"].events(MergeRefused)] == [code]
    assert notices(town["duplicate"], b.HEAD.subject)[-1] is Notice.KINSHIP_REFUSED
    assert town.kin("duplicate").merging is None


@pytest.mark.parametrize(
    ("status", "is_possible"),
    [
        (Status.ASSIGNED, True),
        (Status.INVESTIGATING, True),
        (Status.WAITING, True),
        (Status.APPROVING, True),
        (Status.EXECUTING, False),
        (Status.CONFIRMING, False),
    ],
)
def test_a_duplicate_is_merged_until_its_own_solution_is_approved(status: Status, is_possible: bool) -> None:
    """What has been promised is kept."""
    town = Town("duplicate", "survivor").reaches("duplicate", status)
    if not is_possible:
        assert refused(town, "duplicate", "merge", into=town.ref("survivor")) is ErrorCode.WRONG_STATUS
        return
    town.does("duplicate", "merge", b.HEAD, into=town.ref("survivor")).settle()
    assert town["duplicate"].case.outcome is Outcome.MERGED


def test_an_open_meeting_ends_with_the_merge() -> None:
    """The survivor can call its own."""
    town = Town("duplicate", "survivor").does("duplicate", "call_meeting", b.HEAD)
    town.does("duplicate", "merge", b.HEAD, into=town.ref("survivor")).settle()
    assert town["duplicate"].case.outcome is Outcome.MERGED
    assert town["duplicate"].case.meeting is None


def test_a_complaint_on_legal_hold_is_not_merged() -> None:
    """Also if the hold was placed while the survivor was being asked: that one lets it go again."""
    town = Town("duplicate", "survivor").does("duplicate", "legal_hold", b.EXECUTIVE)
    assert refused(town, "duplicate", "merge", into=town.ref("survivor")) is ErrorCode.ON_HOLD
    town.does("duplicate", "lift_hold", b.EXECUTIVE).does("duplicate", "merge", b.HEAD, into=town.ref("survivor"))
    town.does("duplicate", "legal_hold", b.EXECUTIVE).settle()
    (event,) = town["duplicate"].events(MergeRefused)
    assert (event.code, event.here) == (ErrorCode.ON_HOLD, True)
    assert town["duplicate"].case.status is Status.ASSIGNED
    assert town.kin("survivor").absorbed == ()


def test_a_complaint_with_open_tasks_is_not_merged() -> None:
    """What a meeting decided has to be done first."""
    task = {"text": "Ask the driver.", "owner": {"department": "quality"}, "due_at": b.START + b.DAY}
    town = Town("duplicate", "survivor").does("duplicate", "call_meeting", b.HEAD)
    town.does("duplicate", "decide_meeting", b.HEAD, tasks=(task,))
    assert refused(town, "duplicate", "merge", into=town.ref("survivor")) is ErrorCode.TASKS_OPEN


def test_a_duplicate_that_was_withdrawn_meanwhile_stays_withdrawn() -> None:
    """And the survivor forgets it."""
    town = Town("duplicate", "survivor").does("duplicate", "merge", b.HEAD, into=Town("survivor").ref("survivor"))
    town.does("duplicate", "withdraw", b.COMPLAINANT).settle()
    assert town["duplicate"].case.outcome is Outcome.WITHDRAWN
    assert town.kin("duplicate").survivor is None
    assert town.kin("survivor").absorbed == ()


@pytest.mark.parametrize("first_heard", ["one", "two"])
def test_two_that_are_merged_into_each_other_at_once_are_both_kept(first_heard: str) -> None:
    """Neither takes in the other while it asks itself; whoever asked is told to try again."""
    town = Town("one", "two")
    town.does("one", "merge", b.HEAD, into=town.ref("two")).does("two", "merge", b.HEAD, into=town.ref("one"))
    pairs = sorted(town.under_way, key=lambda pair: pair[0] != town.ref(first_heard))
    for pair in pairs:
        town.deliver(pair)
    for pair in pairs:
        town.hear(pair)
    town.settle()
    for name in ("one", "two"):
        assert town[name].case.status is Status.ASSIGNED
        assert town.kin(name).absorbed == ()
        assert [event.code for event in town[name].events(MergeRefused)] == [ErrorCode.WRONG_STATUS]


def test_a_circle_of_three_is_never_closed() -> None:
    """A into B, B into C: then C cannot go into A, which is closed."""
    town = Town("a", "b", "c")
    town.does("a", "merge", b.HEAD, into=town.ref("b")).settle()
    town.does("b", "merge", b.HEAD, into=town.ref("c")).settle()
    town.does("c", "merge", b.HEAD, into=town.ref("a")).settle()
    assert town["c"].case.status is Status.ASSIGNED
    assert refused(town, "c", "merge", into=town.ref("b")) is ErrorCode.WRONG_STATUS


def test_who_follows_is_told_the_result_and_asked() -> None:
    """Also through another that was merged itself."""
    town = Town("a", "b", "c")
    town.does("a", "merge", b.HEAD, into=town.ref("b")).settle()
    town.does("b", "merge", b.HEAD, into=town.ref("c")).settle()
    town.reaches("c", Status.CONFIRMING).settle()
    for name in ("a", "b"):
        (survey,) = [effect for effect in town[name].effects if isinstance(effect, SendSurvey)]
        assert survey.result == "The letter is out."
        assert (town.kin(name).asked, town.kin(name).follows) == (survey.round, True)
    town.reaches("c", Status.CLOSED).settle()
    for name in ("a", "b"):
        assert town.kin(name).ended is Outcome.RESOLVED
        assert notices(town[name]) == [Notice.ACKNOWLEDGEMENT, Notice.MERGED]


def test_who_follows_one_that_ends_without_a_result_is_told_that() -> None:
    """And can have the complaint taken up by itself."""
    town = merged().does("survivor", "withdraw", b.COMPLAINANT).settle()
    assert notices(town["duplicate"])[-1] is Notice.MERGED_ENDED
    assert town.kin("duplicate").ended is Outcome.WITHDRAWN


def test_a_merged_complainant_can_say_that_it_is_not_solved() -> None:
    """Then it goes on by itself, the survivor lets it go, and hears no more of it."""
    town = Town("duplicate", "survivor").does("duplicate", "accept", b.AGENT)
    town.does("duplicate", "merge", b.HEAD, into=town.ref("survivor")).settle().reaches(
        "survivor", Status.CONFIRMING
    ).settle()
    town.does("duplicate", "answer_survey", b.COMPLAINANT, solved=False, round=town.kin("duplicate").asked).settle()
    assert town["duplicate"].case.status is Status.INVESTIGATING
    assert (town.kin("duplicate").survivor, town.kin("survivor").absorbed) == (None, ())
    town.reaches("survivor", Status.CLOSED).settle()
    assert town["duplicate"].case.status is Status.INVESTIGATING
    town.reaches("duplicate", Status.CLOSED)
    assert town["duplicate"].case.outcome is Outcome.RESOLVED


def test_a_merged_complainant_can_say_that_it_is_solved_once() -> None:
    """It stays merged; the survey is answered."""
    town = merged().reaches("survivor", Status.CONFIRMING).settle()
    town.does("duplicate", "answer_survey", b.COMPLAINANT, solved=True)
    assert town["duplicate"].case.outcome is Outcome.MERGED
    with pytest.raises(AmendsError) as refusal:
        town.does("duplicate", "answer_survey", b.COMPLAINANT, solved=True)
    assert refusal.value.code is ErrorCode.WRONG_STATUS


def test_a_merged_complaint_can_be_taken_up_again_before_anything_has_come_of_it() -> None:
    """What the survivor has to say then does not concern it any more."""
    town = merged().does("duplicate", "reopen", b.COMPLAINANT)
    town.reaches("survivor", Status.CONFIRMING).settle()
    assert town["duplicate"].case.status is Status.INVESTIGATING
    assert not [effect for effect in town["duplicate"].effects if isinstance(effect, SendSurvey)]
    assert town.kin("survivor").absorbed == ()
    town.does("duplicate", "merge", b.HEAD, into=Town("other").ref("other"))


def test_a_merged_complaint_is_archived_only_after_its_survivor_has_ended() -> None:
    """The time to come back begins when its complainant is told the end, however long that took."""
    town = merged()
    town["duplicate"].after(3 * b.REOPENING_WINDOW)
    assert town["duplicate"].case.status is Status.CLOSED
    town.now = town["duplicate"].now
    town["survivor"].after(3 * b.REOPENING_WINDOW)
    town.reaches("survivor", Status.CLOSED).settle()
    assert town["duplicate"].after(b.REOPENING_WINDOW - b.HOUR).case.status is Status.CLOSED
    assert town["duplicate"].after(b.HOUR).case.status is Status.ARCHIVED


def test_a_survivor_that_speaks_before_its_answer_is_heard_has_answered() -> None:
    """The answer may be late by days; then the merge is carried out with the result."""
    town = Town("duplicate", "survivor").does("duplicate", "merge", b.HEAD, into=Town("survivor").ref("survivor"))
    (asked,) = town.under_way
    answer = town.deliver(asked)
    town.reaches("survivor", Status.CONFIRMING)
    (told,) = town.under_way
    town.deliver(told)
    assert town["duplicate"].last(3) == ["merged", "closed", "followed"]
    assert answer.code is None
    town.settle()
    assert town["duplicate"].last(3) == ["merged", "closed", "followed"]


def test_a_part_becomes_a_complaint_of_its_own_linked_with_this_one() -> None:
    """However often it is filed."""
    town = Town("one").does("one", "split", b.HEAD)
    (pair,) = town.under_way
    town.deliver(pair)
    town.deliver(pair)
    town.settle()
    new = pair[1]
    assert [link.reference for link in town.kin("one").links] == [new]
    (link,) = town.stories[new].case.kin.links
    assert (link.reference, link.relation, link.inward) == (town.ref("one"), Kinship.SPLIT_INTO, True)
    assert town.stories[new].case.received_at == town["one"].case.received_at
    assert town["one"].case.status is Status.ASSIGNED
