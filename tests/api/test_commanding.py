"""Commands over HTTP: each by its own path, as whoever is calling, on what they have seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from starter.api.command_examples import EXAMPLES
from starter.api.commanding import OFFERED
from starter.read_model import ReadModel
from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import ASSIGNED, COMPLAINTS, assigned, body, code_of
from tests.support.desk import Desk
from tests.workflows.case import Case
from workflows.contract.commands import BY_AMENDS, COMMANDS, Command
from workflows.contract.commands.base import OWN_IDS
from workflows.contract.commands.kinship import NAMED_IN
from workflows.contract.filing import FileComplaint
from workflows.contract.reference import reference_for

GIVEN_BY_ROLLOUTS = {"adopt_policy", "amend_calendar", "amend_staff"}
"""To all open complaints at once, never to one."""


@pytest.fixture
def web(service: ServiceHeaders) -> dict[str, str]:
    """Files what these tests are about."""
    return service("web-form", sources=["web"])


@pytest.fixture
async def reference(api: AsyncClient, api_desk: Desk, web: dict[str, str], request: pytest.FixtureRequest) -> str:
    """Of a complaint that customer service has to accept."""
    return await assigned(api, api_desk, web, request.node.nodeid[-200:])


async def give(
    api: AsyncClient, headers: dict[str, str], reference: str, command: str, said: Any = None, **more: Any
) -> Response:
    """Give a command."""
    return await api.post(f"{COMPLAINTS}/{reference}/commands/{command}", json=said, headers=headers, **more)


@pytest.fixture
def by(api: AsyncClient, staff: StaffHeaders, reference: str) -> Callable[..., Awaitable[Response]]:
    """`by("zhou.qi", "accept")`: a member of staff gives it a command."""
    return lambda who, command, said=None: give(api, staff(who), reference, command, said)


async def test_a_command_is_carried_out_as_its_caller(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, reference: str
) -> None:
    """The receipt is the answer; the journal names who it was, how that was known, and by which request."""
    headers = {**staff("zhou.qi"), "X-Request-ID": "from-the-phone"}
    answer = await give(api, headers, reference, "accept", params={"wait": "projection"})
    receipt = answer.json()
    assert answer.status_code == 200, answer.text
    assert (receipt["reference"], receipt["status"], receipt["events"]) == (reference, "investigating", ["accepted"])
    assert receipt["projected"] is True
    assert answer.headers["ETag"] == f'"{receipt["sequence"]}"'
    *_, accepted = await ReadModel(api_desk.engine).events(reference)
    assert (accepted.type, accepted.command_id) == ("accepted", receipt["command_id"])
    assert (accepted.actor.subject, accepted.actor.department) == ("zhou.qi", "customer_service")
    assert accepted.actor.request_id == "from-the-phone"


async def test_a_repeat_with_the_same_key_acts_once(api: AsyncClient, staff: StaffHeaders, reference: str) -> None:
    """And gets the same receipt, also if it says again what had been seen by then."""
    headers = {**staff("zhou.qi"), "Idempotency-Key": "crm-1", "If-Match": f'"{ASSIGNED}"'}
    first = await give(api, headers, reference, "accept")
    again = await give(api, headers, reference, "accept")
    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    assert again.json()["command_id"] == "crm-1"


@pytest.mark.parametrize("key", ['"   "', '""'])
async def test_a_blank_key_is_none_and_is_refused(
    api: AsyncClient, staff: StaffHeaders, reference: str, key: str
) -> None:
    """Who sends one counts on a repeat being harmless."""
    answer = await give(api, {**staff("zhou.qi"), "Idempotency-Key": key}, reference, "note", {"text": "one"})
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", "Idempotency-Key")


async def test_a_key_that_amends_itself_would_use_is_refused(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """Otherwise the complainant's answer could be refused, because its id had been used for something else."""
    headers = {**staff("zhou.qi"), "Idempotency-Key": f"{OWN_IDS}survey-1-solved"}
    answer = await give(api, headers, reference, "note", {"text": "one"})
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", "Idempotency-Key")


async def test_who_may_not_read_is_not_told_what_has_happened_since(
    api: AsyncClient, service: ServiceHeaders, reference: str
) -> None:
    """They are stale all the same, and told how to go on."""
    told = {}
    for scopes in (("command",), ("command", "read")):
        headers = {**service("web-form", sources=["web"], scopes=scopes), "If-Match": '"1"'}
        answer = await give(api, headers, reference, "withdraw", {"reason": "Solved."})
        assert (code_of(answer), "ETag" in answer.headers) == ("stale", True)
        told[scopes] = "changes" in answer.json()
    assert list(told.values()) == [False, True]


async def test_another_command_under_the_same_key_is_refused(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """The header is named, not a field the caller never wrote."""
    headers = {**staff("zhou.qi"), "Idempotency-Key": "crm-2"}
    assert (await give(api, headers, reference, "note", {"text": "one"})).status_code == 200
    answer = await give(api, headers, reference, "note", {"text": "two"})
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", "Idempotency-Key")


async def test_of_screens_that_race_exactly_one_wins(api: AsyncClient, staff: StaffHeaders, reference: str) -> None:
    """The others are told what has happened meanwhile, and by whom."""
    people = ("zhou.qi", "mary.okoro", "tom.hale", "lin.wan")
    answers = await asyncio.gather(
        *(
            give(api, {**staff(who), "If-Match": f'"{ASSIGNED}"'}, reference, "note", {"text": f"seen by {who}"})
            for who in people
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    for answer in answers:
        if answer.status_code == 412:
            assert code_of(answer) == "stale"
            assert answer.headers["ETag"] == f'"{winner["sequence"]}"'
            (change,) = answer.json()["changes"]
            assert (change["sequence"], change["type"]) == (winner["sequence"], "noted")
            assert change["by"] in people


async def test_the_tag_of_a_stale_answer_is_the_one_to_go_on_with(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """Whoever looks at the changes can decide anew."""
    agent = staff("zhou.qi")
    await give(api, agent, reference, "note", {"text": "meanwhile"})
    stale = await give(api, {**agent, "If-Match": f'"{ASSIGNED}"'}, reference, "accept")
    assert code_of(stale) == "stale"
    answer = await give(api, {**agent, "If-Match": stale.headers["ETag"]}, reference, "accept")
    assert answer.status_code == 200, answer.text


async def test_a_star_matches_whatever_has_happened(api: AsyncClient, staff: StaffHeaders, reference: str) -> None:
    answer = await give(api, {**staff("zhou.qi"), "If-Match": "*"}, reference, "accept")
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("tag", ['W/"3"', '"3", "4"', "3", '"three"', "", '"-1"', '"03"', '"' + "9" * 5000 + '"'])
async def test_a_tag_that_is_none_of_ours_is_refused(
    api: AsyncClient, staff: StaffHeaders, reference: str, tag: str
) -> None:
    """With what was expected; a command is never carried out on a precondition nobody understood."""
    answer = await give(api, {**staff("zhou.qi"), "If-Match": tag}, reference, "accept")
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", "If-Match")


async def test_two_headers_are_as_bad_as_a_list(api: AsyncClient, staff: StaffHeaders, reference: str) -> None:
    headers = [*staff("zhou.qi").items(), ("If-Match", '"3"'), ("If-Match", '"4"')]
    answer = await api.post(f"{COMPLAINTS}/{reference}/commands/accept", headers=headers)
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", "If-Match")


@pytest.mark.parametrize(
    ("command", "said", "field"),
    [
        ("note", {"text": "x" * 900_000}, "text"),
        ("note", {"text": "bro\0ken"}, "text"),
        ("note", {"text": "hello", "txt": "x"}, "txt"),
        ("note", {}, "text"),
        ("note", None, "body"),
        ("note", [], "body"),
        ("note", {"text": "hello", "actor": {"subject": "xu.ming", "roles": ["executive"]}}, "actor"),
        ("note", {"text": "hello", "command_id": "1"}, "command_id"),
        ("note", {"text": "hello", "seen_sequence": 3}, "seen_sequence"),
        ("assign", {"candidates": []}, "candidates"),
        ("accept", {"reason": "mine"}, "reason"),
        ("propose", {"solution": "x", "redress": [{"kind": "refund", "amount": "-1"}]}, "redress.0.amount"),
        ("call_meeting", {"departments": [], "agenda": "x"}, "departments"),
        ("escalate", {"to": "emperor", "reason": "x"}, "to"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_bad_command_is_refused_and_the_field_named(
    by: Callable[..., Awaitable[Response]], command: str, said: Any, field: str
) -> None:
    """Among them what only the door says: who is calling, and under which id."""
    answer = await by("zhou.qi", command, said)
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", field)


async def test_chinese_is_kept_letter_by_letter(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, reference: str
) -> None:
    text = "客户来电：“还是漏水”。😡"
    await give(api, staff("zhou.qi"), reference, "note", {"text": text}, params={"wait": "projection"})
    *_, noted = await ReadModel(api_desk.engine).events(reference)
    assert noted.data["text"] == text


@pytest.mark.parametrize(
    ("who", "command", "said", "code"),
    [
        ("he.jun", "accept", {}, "unknown_reference"),
        ("paul.weir", "note", {"text": "seen"}, "not_permitted"),
        ("nora.lind", "accept", {}, "not_permitted"),
        ("zhou.qi", "approve", {}, "wrong_status"),
        ("lin.wan", "reassign", {"to": {"department": "gardening"}, "reason": "x"}, "unknown_department"),
        (
            "lin.wan",
            "reassign",
            {"to": {"department": "technical_support", "subject": "nobody"}, "reason": "x"},
            "unknown_staff",
        ),
    ],
)
async def test_what_is_not_for_somebody_is_refused_with_its_code(
    by: Callable[..., Awaitable[Response]], who: str, command: str, said: dict[str, Any], code: str
) -> None:
    """For those who may not see it, it does not exist; auditors change nothing; the rest the complaint decides."""
    assert code_of(await by(who, command, said)) == code


async def test_what_somebody_may_not_see_is_no_different_from_what_is_not_there(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """In no member of the problem but the reference and the request's id."""
    engineer = {**staff("he.jun"), "X-Request-ID": "same", "If-Match": '"1"'}
    nowhere = reference_for("web", "never filed")
    unseen, unknown = [await give(api, engineer, each, "accept") for each in (reference, nowhere)]
    assert unseen.text.replace(reference, nowhere) == unknown.text
    assert code_of(unknown) == "unknown_reference"


@pytest.mark.parametrize("command", NAMED_IN)
async def test_a_complaint_that_somebody_may_not_see_cannot_be_named_in_a_command(
    api: AsyncClient, api_desk: Desk, web: dict[str, str], staff: StaffHeaders, command: type[Command]
) -> None:
    """For them it is not there, so nothing of theirs is joined to it; whoever sees both may do it."""
    name, field = command.name, NAMED_IN[command]
    reference = await assigned(api, api_desk, web, f"commanding/{name}/unseen")
    own = await assigned(api, api_desk, web, f"commanding/{name}", text="The washing machine is broken. It leaks.")
    engineer, executive = {**staff("raj.patel"), "X-Request-ID": "same"}, staff("xu.ming")
    nowhere = reference_for("web", "never filed")
    naming_unseen, naming_nothing = [
        await give(api, engineer, own, name, {**EXAMPLES[name], field: other}) for other in (reference, nowhere)
    ]
    assert (code_of(naming_unseen), naming_unseen.json()["field"]) == ("unknown_reference", field)
    assert naming_unseen.text.replace(reference, nowhere) == naming_nothing.text
    assert len(await ReadModel(api_desk.engine).events(own)) == ASSIGNED
    seen = await give(api, executive, own, name, {**EXAMPLES[name], field: reference})
    assert seen.status_code == 200, seen.text


async def test_a_mistyped_reference_in_a_command_is_named_with_its_field(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    answer = await give(api, staff("zhou.qi"), reference, "merge", {**EXAMPLES["merge"], "into": "7K2M-9QXD-4TBB"})
    assert (code_of(answer), answer.json()["field"]) == ("reference_mistyped", "into")


async def test_a_service_gives_the_commands_of_complainants(
    api: AsyncClient, api_desk: Desk, web: dict[str, str], reference: str
) -> None:
    """As such, under its own name; those of staff it may not give."""
    assert code_of(await give(api, web, reference, "accept")) == "not_permitted"
    answer = await give(api, web, reference, "withdraw", {"reason": "已解决"}, params={"wait": "projection"})
    assert answer.status_code == 200, answer.text
    events = await ReadModel(api_desk.engine).events(reference)
    withdrawn = next(event for event in events if event.type == "withdrawn")
    assert (withdrawn.actor.subject, withdrawn.actor.roles) == ("web-form", ("complainant",))


async def test_a_service_commands_only_what_is_of_its_sources_and_in_its_scope(
    api: AsyncClient, service: ServiceHeaders, reference: str
) -> None:
    other = service("hotline", sources=["hotline"])
    assert code_of(await give(api, other, reference, "withdraw", {"reason": "x"})) == "unknown_reference"
    reader = service("reader", sources=["web"], scopes=["read", "file"])
    assert code_of(await give(api, reader, reference, "withdraw", {"reason": "x"})) == "not_permitted"


@pytest.mark.parametrize("name", ["adopt", "file", "absorb", "adopt_policy", "x" * 300])
async def test_a_command_that_is_none_is_named_as_such(
    api: AsyncClient, staff: StaffHeaders, reference: str, name: str
) -> None:
    """Also those that complaints give each other, and those that rollouts give to all."""
    answer = await give(api, staff("xu.ming"), reference, name, {})
    assert (answer.status_code, code_of(answer)) == (422, "unknown_command")
    assert len(answer.content) < 2_000


async def test_a_complaint_that_temporal_has_forgotten_is_archived(
    api: AsyncClient, api_desk: Desk, web: dict[str, str], staff: StaffHeaders
) -> None:
    """Its row is still there, so it is not unknown."""
    reference = await assigned(api, api_desk, web, "commanding/forgotten")
    await Case(api_desk, FileComplaint.model_validate(body("commanding/forgotten"))).forget()
    assert code_of(await give(api, staff("zhou.qi"), reference, "note", {"text": "Hello?"})) == "archived"


async def test_a_mistyped_reference_is_named_as_such(api: AsyncClient, staff: StaffHeaders) -> None:
    assert code_of(await give(api, staff("zhou.qi"), "7K2M-9QXD-4TBB", "accept")) == "reference_mistyped"


def test_every_command_for_people_is_offered_with_an_example() -> None:
    """Those that complaints give each other are not, nor those that rollouts give to all."""
    assert set(OFFERED) == set(COMMANDS) - {command.name for command in BY_AMENDS} - GIVEN_BY_ROLLOUTS
    assert set(EXAMPLES) == set(OFFERED)


@pytest.mark.parametrize("name", OFFERED)
async def test_the_documented_example_of_a_command_can_be_sent(
    api: AsyncClient, staff: StaffHeaders, reference: str, name: str
) -> None:
    """As it stands in the OpenAPI document: it is carried out, or the complaint is not that far, or the other one that
    the example names is not on file; nothing else.
    """
    document = (await api.get("/api/v1/openapi.json")).json()
    operation = document["paths"][f"{COMPLAINTS}/{{reference}}/commands/{name}"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    assert operation["operationId"] == f"give_{name}"
    assert content["schema"]["$ref"].endswith("Body")
    (example,) = content["examples"].values()
    answer = await give(api, staff("grace.adler"), reference, name, example["value"])
    foreseen = (200, 403, 404, 409) if COMMANDS[name] in NAMED_IN else (200, 403, 409)
    assert answer.status_code in foreseen, answer.text
    documented = operation["responses"][str(answer.status_code)]
    if answer.status_code != 200:
        assert code_of(answer) in documented["content"]["application/problem+json"]["examples"]
