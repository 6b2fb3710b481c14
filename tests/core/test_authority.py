"""Who may give which command in which status."""

from __future__ import annotations

import pytest

from tests.core import builders as b
from tests.core.authority_table import PAGE, read
from tests.core.situations import PEOPLE, a_complaint, answer
from tests.core.story import Story
from workflows.contract.authority_rule import AuthorityRule
from workflows.contract.commands import BY_AMENDS, COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import SYSTEM
from workflows.contract.vocabulary import Level, Role, Status
from workflows.core.authority import allowed

IN_CHARGE = {"owner", "lead", "head", "head's deputy", "executive"}
ABOVE = IN_CHARGE - {"owner"}
DEPARTMENT = IN_CHARGE | {"colleague", "contractor"}
INVITED = {"owner", "head", "head's deputy", "another department's head"}
HEADS = {"head", "head's deputy", "another department's head", "executive"}
OUTSIDE = {
    "another department's agent",
    "another department's lead",
    "another department's head",
    "lead of the lawyers",
}
STAFF = DEPARTMENT | OUTSIDE
LAWYERS = {"lead of the lawyers", "executive"}
INTERESTED = "executive with an interest"
AMENDS = {"Amends"}

WORKING = {Status.ASSIGNED, Status.INVESTIGATING}
ASSESSED = set(Status) - {Status.RECEIVED, Status.CLOSED, Status.ARCHIVED}

RULES: dict[str, tuple[set[Status], set[str]]] = {
    # command: (statuses of the complaint, who may)
    "accept": ({Status.ASSIGNED}, DEPARTMENT),
    "assign": ({Status.ASSIGNED}, IN_CHARGE),
    "take_over": (ASSESSED, ABOVE),
    "declare_interest": (ASSESSED, STAFF),
    "classify": (ASSESSED, IN_CHARGE),
    "propose": (WORKING | {Status.APPROVING}, IN_CHARGE),
    "approve": ({Status.APPROVING}, ABOVE),
    "refuse": ({Status.APPROVING}, ABOVE),
    "delegate": ({Status.APPROVING}, ABOVE),
    "reassign": (ASSESSED, IN_CHARGE),
    "escalate": (ASSESSED, STAFF),
    "de_escalate": (ASSESSED, ABOVE),
    "acknowledge": (ASSESSED, STAFF),
    "inform": (ASSESSED, IN_CHARGE),
    "ask": (ASSESSED, IN_CHARGE),
    "record_answer": (ASSESSED, STAFF | {"complainant"}),
    "call_meeting": (WORKING, IN_CHARGE),
    "reschedule_meeting": (WORKING, IN_CHARGE),
    "cancel_meeting": (WORKING, IN_CHARGE),
    "record_minutes": (WORKING, IN_CHARGE),
    "move": (WORKING, INVITED),
    "vote": (WORKING, INVITED),
    "decide_meeting": (WORKING, IN_CHARGE),
    "complete_task": (ASSESSED, IN_CHARGE | {"another department's agent", "another department's head"}),
    "wait": (WORKING | {Status.EXECUTING}, IN_CHARGE),
    "resume": ({Status.WAITING}, IN_CHARGE | {"complainant"}),
    "execute": ({Status.EXECUTING}, IN_CHARGE),
    "answer_survey": ({Status.CONFIRMING}, {"complainant"}),
    "confirm": ({Status.CONFIRMING}, DEPARTMENT),
    "withdraw": (ASSESSED, IN_CHARGE | {"complainant"}),
    "declare_out_of_scope": (WORKING | {Status.WAITING}, IN_CHARGE),
    "close": ({Status.WAITING, Status.CONFIRMING}, IN_CHARGE),
    "reopen": ({Status.CONFIRMING, Status.CLOSED}, IN_CHARGE | {"complainant"}),
    "extend": (ASSESSED, IN_CHARGE),
    "adopt_policy": (ASSESSED, HEADS),
    "amend_calendar": (ASSESSED, HEADS),
    "amend_staff": (ASSESSED | {Status.CLOSED}, HEADS),
    "note": (set(Status) - {Status.ARCHIVED}, STAFF | {INTERESTED}),
    "attach": (set(Status) - {Status.ARCHIVED}, STAFF | {"complainant"}),
    "link": (set(Status) - {Status.ARCHIVED}, STAFF),
    "merge": (WORKING | {Status.WAITING, Status.APPROVING}, IN_CHARGE),
    "split": (ASSESSED, IN_CHARGE),
    "declare_major_event": (ASSESSED, HEADS - OUTSIDE),
    "join_event": (ASSESSED, IN_CHARGE),
    "leave_event": (ASSESSED, IN_CHARGE),
    "broadcast": (ASSESSED | {Status.CLOSED}, IN_CHARGE),
    "link_from": (set(Status) - {Status.ARCHIVED}, AMENDS),
    "absorb": (ASSESSED - {Status.CONFIRMING} | {Status.RECEIVED}, AMENDS),
    "let_go": (ASSESSED | {Status.CLOSED}, AMENDS),
    "follow": (WORKING | {Status.WAITING, Status.APPROVING, Status.CLOSED}, AMENDS),
    "adopt_child": (ASSESSED, AMENDS),
    "pass_on": (ASSESSED, AMENDS),
    "apply_decision": (ASSESSED | {Status.CLOSED}, AMENDS),
    "legal_hold": (ASSESSED | {Status.CLOSED}, LAWYERS),
    "lift_hold": (ASSESSED | {Status.CLOSED}, LAWYERS),
}
"""The desk's rules, written down a second time. In these stories an agent of the service department owns the case."""

PAGE_SAYS = read(PAGE.read_text())

CONSENT = {"approve", "refuse", "delegate"}
NOT_FOR_CONTRACTORS = {"accept", "confirm"} | CONSENT
"""What they are refused as such: others of their department or role may. Policies can let them accept."""

PAST: dict[tuple[str, str], tuple[set[Status], ErrorCode]] = {
    # (command, who): (statuses of the complaint, the refusal)
    ("take_over", "owner"): (ASSESSED, ErrorCode.ALREADY_THERE),
    ("take_over", "lead"): ({Status.EXECUTING, Status.CONFIRMING}, ErrorCode.SEPARATION_OF_DUTIES),
    ("confirm", "owner"): ({Status.CONFIRMING}, ErrorCode.SEPARATION_OF_DUTIES),
    ("withdraw", "owner"): ({Status.CONFIRMING}, ErrorCode.SEPARATION_OF_DUTIES),
    ("close", "owner"): ({Status.WAITING, Status.CONFIRMING}, ErrorCode.SEPARATION_OF_DUTIES),
    **{(command, "owner"): ({Status.APPROVING}, ErrorCode.SEPARATION_OF_DUTIES) for command in CONSENT},
    ("delegate", "head's deputy"): ({Status.APPROVING}, ErrorCode.NOT_PERMITTED),
}
"""What people have done keeps them from what they may do otherwise: the owner proposed and carried out, the lead
approved; and what was handed to a deputy is not handed on.
"""


def test_every_command_has_a_rule() -> None:
    """A new command cannot slip in without one."""
    assert RULES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("command", RULES)
def test_the_page_says_who_may_while_they_may(command: str) -> None:
    """Everybody else is refused with the reason that applies first: archived, wrong status, an interest, not permitted.
    So a change of the rules does not become right by writing the page anew.
    """
    by_hand = {name: {status: _refusal(status, command, name) for status in Status} for name in PEOPLE}
    assert PAGE_SAYS[command] == by_hand


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
    assert answer(story, command, b.HEAD) is ErrorCode.MEETING_OPEN
    assert command not in allowed(story.case, b.HEAD)


def test_a_meeting_that_was_never_called_cannot_decide() -> None:
    """And the desk does not offer it."""
    story = Story().assessed()
    assert answer(story, "decide_meeting", b.HEAD) is ErrorCode.NO_MEETING
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


def test_amends_itself_gives_only_the_commands_between_complaints() -> None:
    """The system role is for clocks and for other complaints; no door may let it act on a case."""
    between = {command.name for command in BY_AMENDS}
    for status in Status:
        assert set(allowed(a_complaint(status, "").case, b.actor("amends", Role.SYSTEM))) <= between


def test_no_policy_gives_people_what_only_complaints_give_each_other() -> None:
    """It would be half of a merge, or of a decision."""
    names = tuple(command.name for command in BY_AMENDS)
    everybody = AuthorityRule(rule="everybody", commands=names, roles=tuple(Role))
    story = Story().assessed(b.assessment(b.policy(authority=(everybody,)))).does("declare_major_event", b.HEAD)
    for person in b.EVERYBODY:
        assert not set(names) & set(allowed(story.case, person))
    assert "adopt_child" in allowed(story.case, SYSTEM)


def _refusal(status: Status, command: str, name: str) -> ErrorCode | None:
    statuses, entitled = RULES[command]
    if status is Status.ARCHIVED:
        return ErrorCode.ARCHIVED
    if status not in statuses:
        return ErrorCode.WRONG_STATUS
    if name == INTERESTED and status is Status.RECEIVED:  # nobody can have declared one yet
        name = "executive"
    if name == INTERESTED and name not in entitled:
        return ErrorCode.CONFLICT_OF_INTEREST
    if name == "contractor" and command in NOT_FOR_CONTRACTORS:
        return ErrorCode.CONTRACTOR
    hindered, refusal = PAST.get((command, name), (set[Status](), ErrorCode.NOT_PERMITTED))
    if status in hindered:
        return refusal
    return None if name in entitled else ErrorCode.NOT_PERMITTED
