"""Short ways to say "a case whose meeting has come this far"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.errors import AmendsError
from workflows.contract.meeting_rule import MeetingRule
from workflows.contract.vocabulary import Role
from workflows.core.case import Meeting

QUALITY, LEGAL = b.staff(Role.HEAD, "quality"), b.HEAD_AND_EXECUTIVE
QUALITYS_LEAD, QUALITYS_AGENT = b.staff(Role.LEAD, "quality"), b.staff(Role.AGENT, "quality")

LONG_MEETING = b.MEETING.model_copy(update={"target": dict.fromkeys(b.MEETING.target, timedelta(days=20))})


def called(*departments: str, rule: MeetingRule | None = None, **changes: Any) -> Story:
    """A case of the service department that has called the departments together; quality and legal, if none is said."""
    clocks = (*b.OBLIGATIONS, LONG_MEETING, *b.RIGHTS[1:])
    policy = b.policy(*clocks, meeting=rule or MeetingRule())
    story = Story().assessed(b.assessment(policy)).does("accept", b.AGENT)
    return story.does("call_meeting", b.AGENT, departments=departments or ("quality", "legal"), **changes)


def scheduled(*departments: str, **changes: Any) -> Story:
    """The same, with a time that suits everybody."""
    return called(*departments, **changes).finds_time()


def met(*present: str, **changes: Any) -> Story:
    """The same, after these people have met; those of the owner's department and quality, if none is said."""
    story = scheduled(**changes)
    return story.does("record_minutes", b.AGENT, present=present or (b.AGENT.subject, b.HEAD.subject, QUALITY.subject))


def fallen_back(rule: MeetingRule | None = None) -> Story:
    """A meeting to which nobody came, twice."""
    story = scheduled(rule=rule).begins().does("record_minutes", b.AGENT, present=())
    return story.finds_time().begins().does("record_minutes", b.AGENT, present=())


def meeting_of(story: Story) -> Meeting:
    """The open one."""
    assert story.case.meeting
    return story.case.meeting


def refusal(story: Story, *command: Any, **changes: Any) -> AmendsError:
    """Why a command is refused."""
    with pytest.raises(AmendsError) as refused:
        story.does(*command, **changes)
    return refused.value


def a_task(**changes: Any) -> dict[str, Any]:
    """One of the quality department's agent, due in a day."""
    return {
        "text": "Call the carrier.",
        "owner": {"department": "quality", "subject": QUALITYS_AGENT.subject},
        "due_at": b.START + b.DAY,
    } | changes
