"""What other complaints answered to the commands of this one, by command: nothing is heard any more once archived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from workflows.contract import commands as ask
from workflows.contract.events import Event
from workflows.contract.replies import Answer
from workflows.contract.vocabulary import Status
from workflows.core import joint_decision, links, major_event, merging
from workflows.core.case import Case
from workflows.core.room import Replies

_BY_COMMAND: Mapping[str, Callable[[Case, Answer], tuple[Event, ...]]] = {
    ask.LinkFrom.name: links.hear_of_link,
    ask.Absorb.name: merging.hear_of_merge,
    ask.Follow.name: merging.hear_of_follower,
    ask.AdoptChild.name: major_event.hear_of_joining,
    ask.ApplyDecision.name: joint_decision.hear_of_decision,
    ask.PassOn.name: major_event.hear_of_statement,
}
"""To `let_go` there is nothing to say: who is not there any more has been let go."""


def _hear(case: Case, answer: Answer, _now: datetime) -> tuple[Event, ...]:
    hear = _BY_COMMAND.get(answer.command)
    return hear(case, answer) if hear and case.status is not Status.ARCHIVED else ()


REPLIES: Replies = {"answer": _hear}
