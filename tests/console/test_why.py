"""What Amends refuses is explained to Chinese readers in Chinese: every sentence that the core and the doors say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from starter.console.refusals import in_words
from starter.console.texts import texts
from starter.console.why import why
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Language

ROOMS = (
    "workflows/core",
    "workflows/contract/policy.py",
    "workflows/contract/reference.py",
    "infra/complaint_workflows.py",
    "infra/db/directory.py",
    "starter/console/office.py",
    "starter/console/queue/saved_views.py",
    "starter/directory/announcing.py",
    "starter/directory/authority.py",
    "starter/directory/edits.py",
    "starter/giving.py",
    "starter/policy/findings.py",
    "starter/policy/migration.py",
    "starter/policy/publishing.py",
    "starter/seeing.py",
    "starter/staff.py",
    "starter/webhooks/dead_letters.py",
    "starter/webhooks/subscriptions.py",
)
"""Where what staff are refused in the console comes from."""

ELSEWHERE = {
    "_ARCHIVED_LONG_AGO",
    "_BEYOND_DATES",
    "_has_spoken(proposal, absent)",
    "_has_spoken(proposal, actor.subject)",
    "_needed(case, actor)",
    "error.message",
    "fault",
    "message",
    "str(error)",
}
"""Sentences that are made up somewhere else than where they are raised: read there, or among those below."""

VALUES = {
    "because": "only owner or lead (rule handling) may",
    "by": " by lin.wan",
    "case.level.value": "head",
    "case.status.value": "closed",
    "decision.severity.value": "normal",
    "deputy": "nobody stands in",
    "held": "auditor",
    "needed": "assigned or waiting",
    "often": "does not allow",
    "roles": "head or lead",
    "said": "2 for and 1 against, of 4 who can vote",
    "severity.value": "high",
    "task.state.value": "done",
    "what": "leave",
}
"""What can stand for an expression of the code, where it is not a name or a number."""

SAMPLES = {
    "because": "no rule of this policy lets anybody",
    "deputy": "nobody stands in",
    "held": "auditor and executive",
    "level": "head",
    "needed": "an executive",
    "reason": "no task is open",
    "roles": "head or lead",
    "severity": "high",
    "status": "closed",
    "statuses": "assigned or waiting",
    "suggestion": "known: service",
    "task_state": "done",
    "values": "'zh' or 'en'",
    "what": "leave",
}
"""Values of sentences, by their names or the last words of these, where they are not names or numbers."""


@pytest.mark.parametrize("room", ROOMS)
def test_every_refusal_of_the_code_can_be_said_in_chinese(room: str) -> None:
    said = set(_refusals(room))
    assert said
    assert not [sentence for sentence in sorted(said) if not _in_chinese(sentence)]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "li may not lift_hold here: only lead or head and staff of law (rule a), or executive (rule b) may",
            "li 在此不能进行「解除法律保全」：只有同时属于 law 的组长、部门负责人（规则 a）；或 高管（规则 b）可以",
        ),
        (
            "li.na may not execute here: only owner, up to severity normal, up to an amount of 500 (rule small) may",
            "li.na 在此不能进行「方案执行完毕」：只有责任人（严重程度不超过一般，金额不超过 500；规则 small）可以",
        ),
        (
            "li.na may not execute here: no rule of this policy lets anybody",
            "li.na 在此不能进行「方案执行完毕」：此制度未授权任何人",
        ),
        (
            "li.na may not decide on this proposal: it needs head of quality, or an executive",
            "li.na 不能审批此方案：须由 quality 的部门负责人或高管审批",
        ),
        (
            "p may not decide on this proposal: it needs head of hr, or an executive (step a) or an executive (step b)",
            "p 不能审批此方案：须由 hr 的部门负责人或高管（步骤 a）；或 高管（步骤 b）审批",
        ),
        (
            "li.na may not give or take the role head: only an executive may",
            "li.na 不能授予或撤销部门负责人角色：只有高管可以",
        ),
        ("li.na is absent until 2026-04-01; nobody stands in", "li.na 不在岗至 2026-04-01；无人代理"),
        ("li.na is absent until 2026-04-01; wu.di stands in for them", "li.na 不在岗至 2026-04-01；由 wu.di 代理"),
        ("there is no department Servise; did you mean service?", "没有部门 Servise；是否指 service？"),
        (
            "there is no department Servise; did you mean service or services?",
            "没有部门 Servise；是否指 service、services？",
        ),
        ("there is no task 4; open: 2, 3", "没有第 4 号任务；未完成：2、3"),
        ("there is no motion 3; moved: none", "没有第 3 号动议；已提出：无"),
        ("the limit would end after the year 9999; give a shorter target", "时限将晚于 9999 年结束；请缩短"),
        (
            "the complaint was archived and Temporal has forgotten it; file a new one that refers to it",
            "投诉已归档，Temporal 已不再保存；请另立新案并注明此案",
        ),
        ("Input should be 'zh' or 'en' (and 2 more)", "须为 zh、en 之一（另有 2 处）"),
        ("actor: li.na already owns it", "actor：li.na 已是责任人"),
        ("先填写原因", "先填写原因"),
        ("王芳 already owns it", "王芳 已是责任人"),
    ],
)
def test_values_and_parts_are_said_in_chinese_too(english: str, chinese: str) -> None:
    assert why(english, Language.ZH) == chinese


@pytest.mark.parametrize(
    "english", ["the dog ate it", "approve needs a complaint that is approving; this one is in the cellar"]
)
def test_what_nobody_has_said_in_chinese_is_not_guessed(english: str) -> None:
    assert why(english, Language.ZH) is None


def test_no_sentence_is_taken_for_another() -> None:
    for key, languages in texts().items():
        if key.startswith("why.said."):
            values = {name: _sample(name) for _, name, _, _ in Formatter().parse(languages[Language.EN]) if name}
            said = why(languages[Language.EN].format_map(values), Language.ZH)
            assert said is not None, key
            assert re.fullmatch(_with_any_values(languages[Language.ZH]), said), (key, said)


def test_a_refusal_is_a_sentence_its_reason_and_its_code() -> None:
    error = AmendsError(ErrorCode.ALREADY_THERE, "no task is open", "task")
    assert in_words(error, Language.ZH) == "已经存在。字段：task。没有未完成的任务。[already_there]"
    assert in_words(error, Language.EN) == "It is there already. task: no task is open [already_there]"


def test_what_the_console_itself_refuses_ends_with_one_full_stop() -> None:
    error = AmendsError(ErrorCode.INVALID_INPUT, "请填写。")
    assert in_words(error, Language.ZH) == "输入有误。请填写。[invalid_input]"


def test_a_reason_that_has_no_chinese_is_told_as_it_was_said() -> None:
    error = AmendsError(ErrorCode.SETUP, "the disk is full")
    assert in_words(error, Language.ZH) == "系统配置有误，请联系管理员。（原文：the disk is full）[setup]"


def _in_chinese(sentence: str) -> bool:
    said = why(sentence, Language.ZH)
    return said is not None and re.search(r"[一-鿿]", said) is not None


def _refusals(room: str) -> Iterator[str]:
    """Every sentence that is given to a refusal or a finding, or returned or yielded by what makes one up."""
    path = Path(room)
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for said in _said_by(node):
                yield from _readings(said)


def _said_by(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id="AmendsError"), args=[_, said, *_]):
            yield said
        case ast.Call(func=ast.Name(id="_invalid" | "_refusal"), args=[said, *_]):
            yield said
        case ast.Call(func=ast.Name(id="Finding"), keywords=keywords):
            yield from (each.value for each in keywords if each.arg == "message")
        case ast.Yield(value=ast.Tuple(elts=[ast.Attribute(value=ast.Name(id="ErrorCode")), said])):
            yield said
        case ast.FunctionDef(name="_has_spoken" | "misfit", body=body):
            returned = (each.value for each in ast.walk(ast.Module(body, [])) if isinstance(each, ast.Return))
            yield from (said for said in returned if isinstance(said, ast.JoinedStr))


def _readings(said: ast.expr) -> Iterator[str]:
    match said:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else _example(part) for part in parts)
        case ast.BinOp(left=left, right=ast.Call(func=ast.Name(id="_suggestion"))):
            yield from (f"{begun}; known are service" for begun in _readings(left))
        case _:
            assert ast.unparse(said) in ELSEWHERE


def _example(part: ast.expr) -> str:
    assert isinstance(part, ast.FormattedValue)
    return VALUES.get(ast.unparse(part.value), "7")


def _sample(name: str) -> str:
    return SAMPLES.get(name) or SAMPLES.get(name.rpartition("_")[2], "7")


def _with_any_values(text: str) -> str:
    return "".join(re.escape(literal) + (".+" if name else "") for literal, name, _, _ in Formatter().parse(text))
