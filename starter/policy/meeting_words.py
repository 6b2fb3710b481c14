"""What a policy says of cross-department meetings, in words that its author can compare with what was meant."""

from __future__ import annotations

from datetime import timedelta

from starter.policy.words import target_in_words
from workflows.contract.limits import Counts
from workflows.contract.meeting_rule import FallBack, MeetingRule

_DECIDES = {FallBack.CHAIR: "the chair", FallBack.EXECUTIVE: "an executive"}


def meeting_in_words(rule: MeetingRule) -> tuple[str, ...]:
    """Sentences: the quorum and what if it is missed, how far ahead, and when one is called by itself."""
    alone = f"without it a second call, after that {_DECIDES[rule.fall_back]} decides alone"
    said = [
        f"a quorum is {rule.quorum_percent} % of the departments; {alone}",
        f"times are found at least {_length(rule.notice)} ahead, for the second call {_length(rule.second_call_after)}",
    ]
    if rule.convene:
        said.append("called by itself for complaints that need several departments")
        said += [
            f"those about {nature.value} need {' and '.join(departments)}, too"
            for nature, departments in rule.departments.items()
            if departments
        ]
        said.append(f"the agenda is then: {rule.agenda}")
    else:
        said.append("never called by itself")
    return tuple(said)


def _length(length: timedelta) -> str:
    return target_in_words(length, Counts.CONTINUOUS)
