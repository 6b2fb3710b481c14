"""Whole complaints, worked by three people in three browsers, in both languages: they see what the others do as it
happens, and the complaint ends as they decided.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from starter.projection import projected
from tests.console.colleague import Colleague
from tests.console.conftest import Console, OpenPage
from workflows.contract.filing import FileComplaint
from workflows.contract.vocabulary import Channel, Language, Outcome, Status


@dataclass(frozen=True)
class Story:
    """What is said about one complaint. `lawyers` is how their department is written."""

    language: Language
    subject: str
    text: str
    lawyers: str
    agenda: str
    minutes: str
    decision: str
    solution: str
    refusal: str
    better: str
    result: str
    call: str


IN_ENGLISH = Story(
    language=Language.EN,
    subject="Kettle leaks",
    text="The kettle is defective: it leaks from the base and smells of burning. I want a refund.",
    lawyers="Legal and Compliance",
    agenda="Do we have to warn other customers?",
    minutes="The seal of one batch is at fault; nobody was hurt.",
    decision="Warn the buyers of that batch",
    solution="A new seal",
    refusal="A seal is not enough: take the kettle back",
    better="Full refund, and we collect the kettle",
    result="The money went back to the card today",
    call="by telephone",
)
IN_CHINESE = Story(
    language=Language.ZH,
    subject="电水壶漏水",
    text="电水壶底座漏水,通电后有糊味,质量太差了!我要求退款。",
    lawyers="法务合规部",
    agenda="是否需要提醒其他顾客?",
    minutes="同一批次密封圈有缺陷,无人受伤。",
    decision="通知该批次的购买者",
    solution="更换密封圈",
    refusal="换密封圈不够,应当退货",
    better="全额退款并上门取回",
    result="款项今日已原路退回",
    call="电话回访",
)


@pytest.mark.parametrize("story", [IN_ENGLISH, IN_CHINESE], ids=lambda story: story.language.value)
async def test_a_complaint_is_taken_in_hand_discussed_approved_and_confirmed(
    story: Story, console: Console, open_page: OpenPage
) -> None:
    reference = await _filed(console, story)
    owner, head, caller = await asyncio.gather(
        *(_colleague(open_page, name, story, reference) for name in ("ines.vogel", "gao.feng", "raj.patel"))
    )
    await owner.give("take_over", {"reason": story.call})
    await head.is_at("investigating")
    await owner.give("call_meeting", {"agenda": story.agenda}, chosen={"departments": story.lawyers})
    await head.sees(story.agenda)
    decided = {"minutes": story.minutes, "decision": story.decision}
    await owner.give("decide_meeting", decided, chosen={"present": story.lawyers})
    await head.sees(story.decision)
    await owner.give("propose", {"solution": story.solution})
    await head.is_at("approving")
    await head.give("refuse", {"reason": story.refusal})
    await owner.sees(story.refusal)
    await owner.give("propose", {"solution": story.better})
    await head.sees(story.better)
    await head.give("approve")
    await owner.give("execute", {"result": story.result})
    await head.is_at("confirming")
    await caller.sees(story.result)
    await caller.give("confirm", {"how": story.call}, chosen={"solved": caller.says("commands.choices.solved")})
    await owner.is_at("closed")
    view = await console.desk.view(reference)
    assert (view.summary.status, view.summary.outcome) == (Status.CLOSED, Outcome.RESOLVED)
    assert view.proposal is not None
    assert view.proposal.approvals == ("gao.feng",)


async def _filed(console: Console, story: Story) -> str:
    said = {"language": story.language, "subject": story.subject, "text": story.text, "channel": Channel.HOTLINE}
    key = f"whole-{story.language}"
    filing = await console.desk.file(FileComplaint.model_validate({"source": "test", "source_key": key, **said}))
    assert await projected(console.engine, filing.reference, 3)
    return filing.reference


async def _colleague(open_page: OpenPage, subject: str, story: Story, reference: str) -> Colleague:
    language = story.language
    colleague = Colleague(await open_page(subject, "/queue", language=language.value, motion=True), language)
    await colleague.look_at(reference)
    return colleague
