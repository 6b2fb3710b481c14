"""`hear(case, reply, now) -> events`: what the answer of an effect makes happen; nothing, if it was overtaken."""

from __future__ import annotations

from datetime import datetime

from workflows.contract.events import Event
from workflows.contract.replies import Reply
from workflows.core import kin_answers, meeting
from workflows.core.case import Case
from workflows.core.room import Replies

_REPLIES: Replies = {**kin_answers.REPLIES, **meeting.REPLIES}


def hear(case: Case, reply: Reply, now: datetime) -> tuple[Event, ...]:
    """The events an answer causes at `now`, in order. It is never refused: whoever answered has done their part."""
    answer = _REPLIES.get(reply.kind)
    return answer(case, reply, now) if answer else ()
