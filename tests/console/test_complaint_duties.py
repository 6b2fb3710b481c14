"""What has to be done about a complaint, in its reader's words."""

from __future__ import annotations

from typing import Any

import pytest

from starter.console.complaint.duties import duties
from starter.console.complaint.names import Names
from starter.console.complaint.pieces import plain
from starter.console.complaint.wording import Wording
from workflows.contract.views import Duty, Summary
from workflows.contract.vocabulary import DutyKind, Language


@pytest.mark.parametrize(
    ("duty", "about", "said"),
    [
        (DutyKind.ESCALATED, "head", "处理升级事项：部门负责人"),
        (DutyKind.TASK, "head", "完成任务：head"),
        (DutyKind.ACCEPT, None, "受理"),
    ],
)
def test_what_it_is_about_is_said_as_well(duty: DutyKind, about: str | None, said: str) -> None:
    """The level of an escalation in the reader's language, what people have named as they named it."""
    fields: dict[str, Any] = {"duties": (Duty(duty=duty, subject="zhou.qi", about=about),)}
    (section,) = duties(Summary.model_construct(**fields), Wording(Language.ZH, "UTC", Names({}, {})))
    (piece,) = section["pieces"]
    (item,) = piece["items"]
    assert plain(item["text"]) == said
