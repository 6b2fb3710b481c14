"""What has reached a higher level is handed back by those there."""

from __future__ import annotations

import pytest

from tests.core import builders as b
from tests.core.story import Story
from workflows.contract.effects import Notice, Notify
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Level, Role
from workflows.core.authority import allowed


def at_level(level: Level) -> Story:
    """A complaint that has been escalated so far."""
    story = Story().assessed().does("accept", b.AGENT)
    return story if level is Level.OWNER else story.does("escalate", b.AGENT, to=level)


@pytest.mark.parametrize(
    ("level", "who"),
    [
        (Level.OWNER, []),
        (Level.LEAD, [b.LEAD, b.HEAD, b.EXECUTIVE]),
        (Level.HEAD, [b.HEAD, b.EXECUTIVE]),
        (Level.EXECUTIVE, [b.EXECUTIVE]),
    ],
)
def test_only_those_at_the_level_or_above_hand_it_back(level: Level, who: list[Actor]) -> None:
    """A lead cannot take away from the executives what has been put before them; another department's head neither."""
    story = at_level(level)
    everybody = [b.AGENT, b.LEAD, b.HEAD, b.EXECUTIVE, b.staff(Role.HEAD, "quality")]
    assert [person for person in everybody if "de_escalate" in allowed(story.case, person)] == who


def test_who_goes_on_with_it_is_told() -> None:
    """With the reason; and a limit that runs out raises the level again."""
    story = at_level(Level.EXECUTIVE).does("de_escalate", b.EXECUTIVE, to="lead", reason="the press has gone")
    assert story.case.level is Level.LEAD
    told = story.effects[-1]
    assert isinstance(told, Notify)
    assert (told.notice, told.to) == (Notice.DE_ESCALATION, b.LEAD.subject)
    assert told.facts == {"level": "lead", "reason": "the press has gone"}
    assert story.after(3 * b.DAY).case.level is Level.EXECUTIVE


@pytest.mark.parametrize("to", [Level.HEAD, Level.EXECUTIVE])
def test_handing_back_goes_only_downwards(to: Level) -> None:
    """Upwards is what escalating is for."""
    with pytest.raises(AmendsError) as refused:
        at_level(Level.HEAD).does("de_escalate", b.EXECUTIVE, to=to)
    assert (refused.value.code, refused.value.field) == (ErrorCode.ALREADY_THERE, "to")
