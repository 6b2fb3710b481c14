"""Filing one complaint over HTTP: what is on file afterwards, and what is refused with which code and field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx2 import AsyncClient

from starter.api.filing import CHINESE, ENGLISH
from starter.read_model import ReadModel
from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import COMPLAINTS, body, code_of, file
from tests.support.desk import Desk
from workflows.contract.base import LINE_MAX_CHARACTERS, NAME_MAX_CHARACTERS, TEXT_MAX_CHARACTERS
from workflows.contract.reference import reference_for


@pytest.fixture
def shop(service: ServiceHeaders) -> dict[str, str]:
    """The web shop, which files its own complaints."""
    return service("shop", sources=["web", "app"])


async def test_a_complaint_is_filed_and_can_be_read_at_once(
    api: AsyncClient, api_desk: Desk, shop: dict[str, str]
) -> None:
    """With `wait=projection`, the tables have it when the answer comes."""
    answer = await api.post(COMPLAINTS, params={"wait": "projection"}, json=body("filing/1"), headers=shop)
    reference = reference_for("web", "filing/1")
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "reference": reference,
        "workflow_id": f"complaint-{reference}",
        "duplicate": False,
        "projected": True,
    }
    assert answer.headers["Location"] == f"{COMPLAINTS}/{reference}"
    assert await ReadModel(api_desk.engine).complaint(reference)


async def test_the_same_key_is_the_same_complaint(api: AsyncClient, shop: dict[str, str]) -> None:
    """200 instead of 201; nothing differs."""
    first = await api.post(COMPLAINTS, params={"wait": "projection"}, json=body("filing/2"), headers=shop)
    again = await api.post(COMPLAINTS, json=body("filing/2"), headers=shop)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {k: v for k, v in first.json().items() if k != "projected"} | {
        "duplicate": True,
        "differs": [],
    }
    assert again.headers["Location"] == first.headers["Location"]


async def test_what_is_filed_again_with_another_text_does_not_vanish_silently(
    api: AsyncClient, api_desk: Desk, shop: dict[str, str]
) -> None:
    """What is on file stays as it is, and the answer names the fields that say something else."""
    await api.post(COMPLAINTS, params={"wait": "projection"}, json=body("filing/3"), headers=shop)
    other = body("filing/3", text="And now it has exploded.", complainant={"name": "Jane Roe"})
    again = (await api.post(COMPLAINTS, json=other, headers=shop)).json()
    assert again["duplicate"]
    assert again["differs"] == ["text", "complainant.email"]
    on_file = await ReadModel(api_desk.engine).complaint(again["reference"])
    assert on_file is not None
    assert on_file.text == body("")["text"]


async def test_the_idempotency_key_stands_in_for_the_source_key(api: AsyncClient, shop: dict[str, str]) -> None:
    """With or without the quotation marks of the IETF's draft."""
    given = {name: value for name, value in body("").items() if name != "source_key"}
    for key in ("filing/4", '"filing/4"'):
        answer = await api.post(COMPLAINTS, json=given, headers={**shop, "Idempotency-Key": key})
        assert answer.json()["reference"] == reference_for("web", "filing/4")


@pytest.mark.parametrize(
    ("key", "header", "field"),
    [
        (None, None, "source_key"),
        ("filing/5", "filing/6", "Idempotency-Key"),
        (None, "", "Idempotency-Key"),
        (None, '"   "', "Idempotency-Key"),
        (None, "x" * 101, "Idempotency-Key"),
        (None, "钥匙".encode(), "Idempotency-Key"),
    ],
    ids=["none", "two", "empty", "blank", "long", "not ASCII"],
)
async def test_a_key_that_is_missing_or_ambiguous_is_refused(
    api: AsyncClient, shop: dict[str, str], key: str | None, header: Any, field: str
) -> None:
    """Two complaints must never become one by a mistake about keys, nor one two."""
    headers = shop if header is None else {**shop, "Idempotency-Key": header}
    answer = await api.post(COMPLAINTS, json=body("") | {"source_key": key}, headers=headers)
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", field)


async def test_blanks_around_a_key_are_none_of_it(api: AsyncClient, shop: dict[str, str]) -> None:
    """They would not be in `source_key` either."""
    given = {name: value for name, value in body("").items() if name != "source_key"}
    answer = await api.post(COMPLAINTS, json=given, headers={**shop, "Idempotency-Key": '" filing/4 "'})
    assert answer.json()["reference"] == reference_for("web", "filing/4")


async def test_who_may_not_read_does_not_find_out_by_filing(
    api: AsyncClient, shop: dict[str, str], service: ServiceHeaders
) -> None:
    """What is on file, by guessing: it is a duplicate, and that is all."""
    await api.post(COMPLAINTS, params={"wait": "projection"}, json=body("filing/11"), headers=shop)
    blind = service("form", sources=["web"], scopes=["file"])
    answer = await api.post(COMPLAINTS, json=body("filing/11", text="A guess."), headers=blind)
    assert (answer.json()["duplicate"], "differs" in answer.json()) == (True, False)


async def test_the_longest_complaint_that_there_may_be_is_taken(api: AsyncClient, service: ServiceHeaders) -> None:
    """Every character of it written with two escapes."""
    widest = "\N{POUTING FACE}"
    longest = body(
        "filing/12" + widest * (NAME_MAX_CHARACTERS - 9),
        text="x" + widest * (TEXT_MAX_CHARACTERS - 1),
        **dict.fromkeys(("subject", "remedy_sought", "product"), widest * LINE_MAX_CHARACTERS),
    )
    content = json.dumps(longest, ensure_ascii=True)
    headers = {**service("shop"), "Content-Type": "application/json"}
    answer = await api.post(COMPLAINTS, content=content, headers=headers)
    assert answer.status_code == 201, answer.text


async def test_garbage_is_refused_before_it_is_looked_at(api: AsyncClient, shop: dict[str, str]) -> None:
    """To name each of its faults would keep all others waiting; quotation marks in a text are no garbage."""
    garbage = body("filing/13") | {str(number): 1 for number in range(60_000)}
    assert code_of(await api.post(COMPLAINTS, json=garbage, headers=shop)) == "too_large"
    nested = body("filing/13", complainant={f"{number}\\": 1 for number in range(60_000)})
    assert code_of(await api.post(COMPLAINTS, json=nested, headers=shop)) == "too_large"
    items = body("filing/13", text=[{} for _ in range(60_000)])
    assert code_of(await api.post(COMPLAINTS, json=items, headers=shop)) == "too_large"
    quoting = body("filing/13", text='He said "no", "no". ' * 2_400)
    assert (await api.post(COMPLAINTS, json=quoting, headers=shop)).status_code == 201


async def test_chinese_is_kept_letter_by_letter(api: AsyncClient, api_desk: Desk, service: ServiceHeaders) -> None:
    """Text, name and subject."""
    said = CHINESE | {
        "source_key": "filing/zh",
        "subject": "洗衣机损坏",
        "text": "洗衣机漏水，客服说“没办法”。😡\n请退款！",
    }
    answer = await api.post(COMPLAINTS, params={"wait": "projection"}, json=said, headers=service("hotline"))
    on_file = await ReadModel(api_desk.engine).complaint(answer.json()["reference"])
    assert on_file is not None
    assert (on_file.text, on_file.subject, on_file.complainant_name) == (said["text"], "洗衣机损坏", "王芳")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "x" * 900_000}, "text"),
        ({"text": "bro\0ken"}, "text"),
        ({"text": "?!…"}, "text"),
        ({"txt": "hello"}, "txt"),
        ({"channel": "pigeon"}, "channel"),
        ({"complainant": {"email": "not an address"}}, "complainant.email"),
        ({"received_at": "2026-03-02T08:00:00"}, "received_at"),
        ({"received_at": "2999-03-02T08:00:00Z"}, "received_at"),
        ({"x" * 100_000: 1}, "x" * 200),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_bad_complaint_is_refused_and_the_field_named(
    api: AsyncClient, shop: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    """In a sentence that does not repeat what was sent."""
    answer = await api.post(COMPLAINTS, json=body("filing/bad") | changes, headers=shop)
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (422, "invalid_input", field)
    assert len(answer.content) < 2_000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"text": "\\ud800"}',
        b"[" * 50_000,
        b"\xff",
        b"9" * 9_000,
        "{}".encode("utf-16"),
    ],
)
async def test_what_is_no_complaint_at_all_is_refused(api: AsyncClient, shop: dict[str, str], content: bytes) -> None:
    """Whatever its bytes are."""
    answer = await api.post(COMPLAINTS, content=content, headers={**shop, "Content-Type": "application/json"})
    assert (answer.status_code, code_of(answer)) == (422, "invalid_input")


async def test_another_media_type_is_refused_as_such(api: AsyncClient, shop: dict[str, str]) -> None:
    answer = await api.post(COMPLAINTS, content=b"text=hello", headers={**shop, "Content-Type": "text/plain"})
    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


async def test_a_service_files_complaints_of_its_own_sources_only(api: AsyncClient, shop: dict[str, str]) -> None:
    """Another source's would be somebody else's to see."""
    answer = await api.post(COMPLAINTS, json=body("filing/7", source="hotline"), headers=shop)
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (403, "not_permitted", "source")
    everything = await api.post(COMPLAINTS, json=body("filing/7", source="*"), headers=shop)
    assert code_of(everything) == "not_permitted"


async def test_a_service_without_the_scope_files_nothing(api: AsyncClient, service: ServiceHeaders) -> None:
    answer = await api.post(COMPLAINTS, json=body("filing/8"), headers=service("reader", scopes=["read"]))
    assert (answer.status_code, code_of(answer), answer.json()["field"]) == (403, "not_permitted", "scope")


async def test_members_of_staff_file_as_the_hotline(api: AsyncClient, staff: StaffHeaders) -> None:
    """And auditors file nothing."""
    said = body("filing/9", source="hotline", channel="hotline")
    assert await file(api, staff("zhou.qi"), "filing/9", source="hotline", channel="hotline")
    answer = await api.post(COMPLAINTS, json=said, headers=staff("paul.weir"))
    assert (answer.status_code, code_of(answer)) == (403, "not_permitted")


async def test_nobody_in_particular_files_nothing(api: AsyncClient) -> None:
    answer = await api.post(COMPLAINTS, json=body("filing/10"))
    assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")


async def test_nothing_of_what_nobody_in_particular_sends_is_read(api: AsyncClient) -> None:
    """It is not even said what is wrong with it."""
    answer = await api.post(COMPLAINTS, content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")


@pytest.mark.parametrize("example", [ENGLISH, CHINESE], ids=["english", "chinese"])
async def test_the_documented_examples_can_be_filed(
    api: AsyncClient, service: ServiceHeaders, example: dict[str, Any]
) -> None:
    """As they stand in the OpenAPI document."""
    document = (await api.get("/api/v1/openapi.json")).json()
    shown = document["paths"][COMPLAINTS]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert example in [each["value"] for each in shown.values()]
    answer = await api.post(COMPLAINTS, json=example, headers=service("anybody"))
    assert answer.status_code in (200, 201), answer.text
