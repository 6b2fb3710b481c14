"""What has happened in a complaint that keeps people from a command which they might give otherwise, with the code."""

from __future__ import annotations

from typing import NamedTuple

from tests.core import builders as b
from tests.core.situations import A_TASK, PATH, PEOPLE, Act
from tests.core.story import Story
from workflows.contract.errors import ErrorCode
from workflows.contract.vocabulary import Level, Status


class Obstacle(NamedTuple):
    """A command that is refused to somebody after the acts, which `what` sums up."""

    what: str
    who: str
    command: str
    code: ErrorCode
    acts: tuple[Act, ...]


_ACCEPT, _PROPOSE, _APPROVE, _EXECUTE, _ANSWER = (PATH[status] for status in Status if status in PATH)
_MEET = Act("call_meeting", "owner")
_MOVE = Act("move", "owner")
_MINUTES = Act("record_minutes", "owner")
_LARGE = Act("propose", "owner", {"redress": ({"kind": "refund", "amount": "2000", "currency": "CNY"},)})
_BY_HEAD = Act("propose", "head")
_TASK = (_MEET, Act("decide_meeting", "owner", {"tasks": (A_TASK,)}))
_EVENT, _JOIN, _MERGE = Act("declare_major_event", "head"), Act("join_event", "head"), Act("merge", "head")
_THIRD_PARTY = Act("wait", "owner", {"waiting_for": "third_party"})
_TO_HEAD = Act("escalate", "owner", {"to": Level.HEAD})
_TO_EXECUTIVES = Act("escalate", "owner", {"to": Level.EXECUTIVE})
_HOLD = Act("legal_hold", "executive")
_TO_CONTRACTOR = Act("reassign", "head", {"to": {"department": "service", "subject": PEOPLE["contractor"].subject}})

OBSTACLES = (
    Obstacle("A meeting is open", "owner", "propose", ErrorCode.MEETING_OPEN, (_MEET,)),
    Obstacle("A meeting is open", "owner", "wait", ErrorCode.MEETING_OPEN, (_MEET,)),
    Obstacle("A meeting is open", "owner", "call_meeting", ErrorCode.MEETING_OPEN, (_MEET,)),
    Obstacle("No meeting is open", "owner", "decide_meeting", ErrorCode.NO_MEETING, ()),
    Obstacle("Nobody has moved anything", "head", "vote", ErrorCode.WRONG_STATUS, (_MEET,)),
    Obstacle("They have voted", "head", "vote", ErrorCode.ALREADY_VOTED, (_MEET, _MOVE, Act("vote", "head"))),
    Obstacle(
        "Their deputy has voted for them",
        "head",
        "vote",
        ErrorCode.ALREADY_VOTED,
        (_MEET, _MOVE, Act("vote", "head's deputy")),
    ),
    Obstacle(
        "The minutes do not name them", "owner", "vote", ErrorCode.NOT_PERMITTED, (_MEET, _MINUTES, Act("move", "head"))
    ),
    Obstacle("It is recorded who came", "owner", "record_minutes", ErrorCode.ALREADY_THERE, (_MEET, _MINUTES)),
    Obstacle("It is recorded who came", "owner", "cancel_meeting", ErrorCode.ALREADY_THERE, (_MEET, _MINUTES)),
    Obstacle("They proposed it", "head", "approve", ErrorCode.SEPARATION_OF_DUTIES, (_BY_HEAD,)),
    Obstacle("They proposed what was amended", "head", "approve", ErrorCode.SEPARATION_OF_DUTIES, (_BY_HEAD, _PROPOSE)),
    Obstacle(
        "They own it by now", "head", "approve", ErrorCode.SEPARATION_OF_DUTIES, (_PROPOSE, Act("take_over", "head"))
    ),
    Obstacle(
        "They owned it after it was proposed",
        "lead",
        "approve",
        ErrorCode.SEPARATION_OF_DUTIES,
        (_PROPOSE, Act("take_over", "lead"), Act("take_over", "head")),
    ),
    Obstacle(
        "Whom they stand in for proposed it", "head's deputy", "approve", ErrorCode.SEPARATION_OF_DUTIES, (_BY_HEAD,)
    ),
    Obstacle(
        "Whom they stand in for has declared an interest",
        "head's deputy",
        "approve",
        ErrorCode.CONFLICT_OF_INTEREST,
        (_PROPOSE, Act("declare_interest", "head")),
    ),
    Obstacle(
        "Whom they stand in for has declared an interest",
        "head's deputy",
        "take_over",
        ErrorCode.NOT_PERMITTED,
        (Act("declare_interest", "head"),),
    ),
    Obstacle("They have approved it", "head", "approve", ErrorCode.ALREADY_APPROVED, (_LARGE, Act("approve", "head"))),
    Obstacle("They have approved it", "head", "delegate", ErrorCode.ALREADY_APPROVED, (_LARGE, Act("approve", "head"))),
    Obstacle(
        "They have approved it", "head", "take_over", ErrorCode.SEPARATION_OF_DUTIES, (_LARGE, Act("approve", "head"))
    ),
    Obstacle(
        "Their deputy has approved it for them",
        "head",
        "approve",
        ErrorCode.ALREADY_APPROVED,
        (_LARGE, Act("approve", "head's deputy")),
    ),
    Obstacle(
        "They have handed their say on", "head", "approve", ErrorCode.NOT_PERMITTED, (_PROPOSE, Act("delegate", "head"))
    ),
    Obstacle(
        "A lead's approval is too little for such an amount", "lead", "approve", ErrorCode.NOT_PERMITTED, (_LARGE,)
    ),
    Obstacle(
        "They work for a contractor and own it", "contractor", "reassign", ErrorCode.CONTRACTOR, (_TO_CONTRACTOR,)
    ),
    Obstacle(
        "They work for a contractor and own it", "contractor", "withdraw", ErrorCode.CONTRACTOR, (_TO_CONTRACTOR,)
    ),
    Obstacle("The complaint waits for a third party", "lead", "close", ErrorCode.WRONG_STATUS, (_THIRD_PARTY,)),
    Obstacle("A task is open", "owner", "declare_out_of_scope", ErrorCode.TASKS_OPEN, _TASK),
    Obstacle("A task is open", "head", "merge", ErrorCode.TASKS_OPEN, _TASK),
    Obstacle(
        "It is closed as soon as its task is done",
        "head",
        "close",
        ErrorCode.TASKS_OPEN,
        (*_TASK, _PROPOSE, _APPROVE, _EXECUTE, _ANSWER),
    ),
    Obstacle("No task is open", "owner", "complete_task", ErrorCode.ALREADY_THERE, ()),
    Obstacle("The complaint stands at its owner's level", "head", "de_escalate", ErrorCode.ALREADY_THERE, ()),
    Obstacle("It was escalated to the head", "lead", "de_escalate", ErrorCode.NOT_PERMITTED, (_TO_HEAD,)),
    Obstacle("It was escalated to the executives", "owner", "escalate", ErrorCode.ALREADY_THERE, (_TO_EXECUTIVES,)),
    Obstacle(
        "The policy allows no further extension", "owner", "extend", ErrorCode.NOT_PERMITTED, (Act("extend", "owner"),)
    ),
    Obstacle("The complaint is on legal hold", "executive", "legal_hold", ErrorCode.ALREADY_THERE, (_HOLD,)),
    Obstacle("The complaint is on legal hold", "head", "merge", ErrorCode.ON_HOLD, (_HOLD,)),
    Obstacle("The complaint is not on legal hold", "executive", "lift_hold", ErrorCode.ALREADY_THERE, ()),
    Obstacle("It leads a major event", "head", "declare_major_event", ErrorCode.ALREADY_THERE, (_EVENT,)),
    Obstacle("It leads a major event", "head", "join_event", ErrorCode.WRONG_STATUS, (_EVENT,)),
    Obstacle("It leads a major event", "head", "merge", ErrorCode.WRONG_STATUS, (_EVENT,)),
    Obstacle("It leads no major event", "head", "broadcast", ErrorCode.WRONG_STATUS, ()),
    Obstacle(
        "It belongs to a major event",
        "head",
        "declare_major_event",
        ErrorCode.ALREADY_THERE,
        (_JOIN, Act("pass_on", "Amends")),
    ),
    Obstacle("It belongs to no major event", "head", "leave_event", ErrorCode.WRONG_STATUS, ()),
    Obstacle("The survivor has yet to answer", "head", "merge", ErrorCode.ALREADY_THERE, (_MERGE,)),
    Obstacle("The survivor has yet to answer", "Amends", "absorb", ErrorCode.WRONG_STATUS, (_MERGE,)),
)


def hindered(obstacle: Obstacle) -> Story:
    """A complaint in which it has happened."""
    story = Story().assessed().does("reassign", b.HEAD, to={"department": "service", "subject": b.AGENT.subject})
    story.does("accept", b.AGENT)
    for act in obstacle.acts:
        story.does(act.command, PEOPLE[act.who], **act.changes)
    return story
