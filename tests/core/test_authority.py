"""Who may give which command in which status."""

from __future__ import annotations

import pytest

from tests.core import builders as b
from tests.core.story import Story, ask
from workflows.contract.commands import COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Level, Role, Status
from workflows.core.authority import allowed

OWNER = b.AGENT
PEOPLE: dict[str, Actor] = {
    "owner": OWNER,
    "colleague": b.COLLEAGUE,
    "lead": b.LEAD,
    "head": b.HEAD,
    "executive": b.EXECUTIVE,
    "other_agent": b.staff(Role.AGENT, "quality"),
    "other_lead": b.staff(Role.LEAD, "quality"),
    "other_head": b.staff(Role.HEAD, "quality"),
    "auditor": b.AUDITOR,
    "complainant": b.COMPLAINANT,
}
NOBODY: set[str] = set()
IN_CHARGE = {"owner", "lead", "head", "executive"}
HEADS = {"head", "other_head", "executive"}
STAFF = PEOPLE.keys() - {"auditor", "complainant"}

WORKING = {Status.ASSIGNED, Status.INVESTIGATING}
ASSESSED = set(Status) - {Status.RECEIVED, Status.CLOSED, Status.ARCHIVED}

RULES: dict[str, tuple[set[Status], set[str]]] = {
    # command: (statuses of the complaint, who may)
    "accept": ({Status.ASSIGNED}, {"owner", "colleague", "lead", "head", "executive"}),
    "classify": (ASSESSED, IN_CHARGE),
    "propose": (WORKING, IN_CHARGE),
    "approve": ({Status.APPROVING}, {"lead", "head", "executive"}),
    "refuse": ({Status.APPROVING}, {"lead", "head", "executive"}),
    "reassign": (ASSESSED, IN_CHARGE),
    "escalate": (ASSESSED, STAFF),
    "inform": (ASSESSED, IN_CHARGE),
    "call_meeting": (WORKING, IN_CHARGE),
    "decide_meeting": (WORKING, IN_CHARGE),
    "wait": (WORKING | {Status.EXECUTING}, IN_CHARGE),
    "resume": ({Status.WAITING}, IN_CHARGE | {"complainant"}),
    "execute": ({Status.EXECUTING}, IN_CHARGE),
    "answer_survey": ({Status.CONFIRMING}, {"complainant"}),
    "withdraw": (ASSESSED, IN_CHARGE | {"complainant"}),
    "declare_out_of_scope": (WORKING | {Status.WAITING}, IN_CHARGE),
    "reopen": ({Status.CONFIRMING, Status.CLOSED}, IN_CHARGE | {"complainant"}),
    "extend": (ASSESSED, IN_CHARGE),
    "adopt_policy": (ASSESSED, HEADS),
    "amend_calendar": (ASSESSED, HEADS),
    "note": (set(Status) - {Status.ARCHIVED}, STAFF),
}
"""The desk's rules, written down a second time. In these stories an agent of the service department owns the case."""


def a_complaint(status: Status, command: str) -> Story:
    """One in that status, with a meeting to decide if that is what is asked."""
    story = Story()
    if status is Status.RECEIVED:
        return story
    story.assessed().does("reassign", b.HEAD, to={"department": "service", "subject": OWNER.subject})
    story.reaches(status)
    if command == "decide_meeting" and status in WORKING:
        story.does("call_meeting", OWNER)
    return story


def test_every_command_has_a_rule() -> None:
    """A new command cannot slip in without one."""
    assert RULES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("command", RULES)
def test_a_command_is_accepted_from_those_who_may_while_they_may(command: str, status: Status) -> None:
    """Everybody else is refused with the reason that applies first: archived, wrong status, not permitted."""
    statuses, entitled = RULES[command]
    story = a_complaint(status, command)
    for name, person in PEOPLE.items():
        expected = _refusal(status, statuses, name, entitled, command)
        assert (command in allowed(story.case, person)) == (expected is None), name
        assert _answer(story, command, person) == expected, name


def test_a_refusal_says_who_may_and_when() -> None:
    """The sentence is enough to know what to do."""
    story = Story().assessed()
    with pytest.raises(AmendsError, match=r"execute needs a complaint that is executing; this one is assigned"):
        story.does("execute", b.HEAD)
    with pytest.raises(AmendsError, match=r"service\.colleague may not propose here: only .*owner.* may") as refused:
        story.does("propose", b.COLLEAGUE)
    assert refused.value.field == "actor"


def test_the_head_owns_what_nobody_has_taken() -> None:
    """From the assessment on there is somebody who answers for the case."""
    story = Story().assessed()
    assert story.case.owner.subject == b.HEAD.subject
    assert story.does("accept", b.AGENT).case.owner.subject == b.AGENT.subject


def test_a_department_is_in_charge_only_while_it_holds_the_case() -> None:
    """After a handover the former lead is a stranger."""
    story = Story().assessed().does("reassign", b.LEAD)
    assert "propose" not in allowed(story.case, b.LEAD)
    assert "propose" in allowed(story.case, b.staff(Role.LEAD, "quality"))


@pytest.mark.parametrize("command", ["propose", "call_meeting", "wait"])
def test_an_open_meeting_has_to_decide_first(command: str) -> None:
    """What it is to decide must not be anticipated."""
    story = Story().assessed().does("call_meeting", b.HEAD)
    assert _answer(story, command, b.HEAD) is ErrorCode.MEETING_OPEN
    assert command not in allowed(story.case, b.HEAD)


def test_a_meeting_that_was_never_called_cannot_decide() -> None:
    """And the desk does not offer it."""
    story = Story().assessed()
    assert _answer(story, "decide_meeting", b.HEAD) is ErrorCode.NO_MEETING
    assert "decide_meeting" not in allowed(story.case, b.HEAD)


def test_nothing_is_offered_that_no_content_could_make_acceptable() -> None:
    """Above the executives there is nobody to escalate to, so it is not offered any more."""
    story = Story().assessed().does("escalate", b.AGENT, to=Level.EXECUTIVE)
    assert "escalate" not in allowed(story.case, b.AGENT)


def test_a_person_may_hold_several_roles() -> None:
    """Each role counts where it counts: as a head in the own department, as an executive everywhere."""
    story = Story().assessed()
    assert "reassign" in allowed(story.case, b.HEAD_AND_EXECUTIVE)
    assert "reassign" not in allowed(story.case, b.staff(Role.HEAD, "legal"))


def test_a_role_without_its_department_counts_for_nothing() -> None:
    """A lead of nowhere is no lead of this case."""
    assert "propose" not in allowed(Story().assessed().case, b.actor("drifter", Role.LEAD))


def test_amends_itself_gives_no_commands() -> None:
    """The system role is for clocks; no door may let it act on a case."""
    for status in Status:
        assert not allowed(a_complaint(status, "").case, b.actor("amends", Role.SYSTEM))


def _refusal(status: Status, statuses: set[Status], name: str, entitled: set[str], command: str) -> ErrorCode | None:
    if status is Status.ARCHIVED:
        return ErrorCode.ARCHIVED
    if status not in statuses:
        return ErrorCode.WRONG_STATUS
    if name in entitled:
        return None
    separated = command in ("approve", "refuse") and name == "owner"
    return ErrorCode.SEPARATION_OF_DUTIES if separated else ErrorCode.NOT_PERMITTED


def _answer(story: Story, command: str, person: Actor) -> ErrorCode | None:
    """The code of the refusal, or None; the story stays as it is."""
    before = story.case, story.entries, story.effects
    try:
        story.obeys(ask(command, person))
    except AmendsError as refusal:
        assert (story.case, story.entries, story.effects) == before
        return refusal.code
    story.case, story.entries, story.effects = before
    return None
