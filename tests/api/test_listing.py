"""Finding complaints over HTTP: filters, words, pages, and nobody sees what is not theirs to see."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from httpx2 import AsyncClient

from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import COMPLAINTS, assigned, code_of
from tests.support.desk import Desk

WASHING = "洗衣机送来就是坏的，客服一直不接电话，我要求退款。"


@pytest.fixture
def source() -> str:
    """Of complaints that only this test has."""
    return f"shop-{uuid4()}"


@pytest.fixture
def shop(service: ServiceHeaders, source: str) -> dict[str, str]:
    """Files and sees those of the source."""
    return service("shop", sources=[source])


async def found(api: AsyncClient, headers: dict[str, str], **wanted: Any) -> list[str]:
    """The references of a page."""
    answer = await api.get(COMPLAINTS, params=wanted, headers=headers)
    assert answer.status_code == 200, answer.text
    return [row["reference"] for row in answer.json()["items"]]


@pytest.mark.parametrize("asked", ["q=%20", "q=+&limit=1", "utm_source=mail", "limit=1&limit=2"])
async def test_what_means_nothing_in_a_question_is_let_be(api: AsyncClient, shop: dict[str, str], asked: str) -> None:
    """Blanks are no words; unknown parameters are those of somebody else; of several values the last one counts."""
    assert (await api.get(f"{COMPLAINTS}?{asked}", headers=shop)).status_code == 200


async def test_complaints_are_found_by_what_they_are(
    api: AsyncClient, api_desk: Desk, shop: dict[str, str], source: str
) -> None:
    """Every filter, the one way and the other."""
    mine = await assigned(api, api_desk, shop, "1", source=source)
    (row,) = (await api.get(COMPLAINTS, headers=shop)).json()["items"]
    assert row["reference"] == mine
    fits: dict[str, Any] = {
        name: row[name] for name in ("status", "department", "owner", "nature", "severity", "channel", "policy")
    }
    fits |= {"breached": False, "archived": False}
    other: dict[str, Any] = {
        "status": "closed",
        "department": "finance",
        "owner": "nobody",
        "nature": "other",
        "severity": "critical",
    }
    other |= {"channel": "letter", "policy": "default@nothing", "breached": True, "archived": True, "parent": mine}
    assert await found(api, shop, **fits) == [mine]
    assert await found(api, shop, policy="default") == [mine]
    for name, value in other.items():
        assert await found(api, shop, **{name: value}) == [], name


async def test_mine_are_those_that_the_caller_answers_for(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, shop: dict[str, str], source: str
) -> None:
    """Beside any other filter."""
    reference = await assigned(api, api_desk, shop, "1", source=source)
    (row,) = (await api.get(COMPLAINTS, headers=shop)).json()["items"]
    assert reference in await found(api, staff(row["owner"]), mine=True)
    others = "zhou.qi" if row["owner"] != "zhou.qi" else "mary.okoro"
    assert reference not in await found(api, staff(others), mine=True)
    assert await found(api, staff(others), mine=True, owner=row["owner"]) == []


@pytest.mark.parametrize(
    ("q", "is_found"),
    [
        ("退", True), ("退款", True), ("洗衣机", True), ("退款 洗衣", True), ("款退", False), ("鲸", False),
        ("洗衣机 鲸鱼", False), ("wm-7", True), ("WM", True), ("m-", True), ("7", True), ("王芳", True), ("%", False),
        ("_", False), ("退_", False), ("\\", False), ("'", False), ("。", True), ("，客", True), ("&&&", False),
    ],
)  # fmt: skip
async def test_part_of_a_word_is_enough_however_short(
    api: AsyncClient, api_desk: Desk, service: ServiceHeaders, q: str, is_found: bool
) -> None:
    """Chinese of one, two, three characters; letters, digits and signs; all words must occur."""
    shop = service("shop", sources=["searched"])
    answer = await api.get(COMPLAINTS, headers=shop)
    if not answer.json()["items"]:
        await assigned(
            api, api_desk, shop, "1", source="searched", language="zh", text=WASHING, product="WM-7",
            complainant={"name": "王芳"},
        )  # fmt: skip
    assert bool(await found(api, shop, q=q)) is is_found


@pytest.mark.parametrize("phone", ["+86 138 0000 4711", "138-0000-4711", "(010) 8765 4321", "020 7946 0958"])
async def test_a_complaint_is_found_by_its_complainants_contacts_however_they_are_written(
    api: AsyncClient, api_desk: Desk, shop: dict[str, str], source: str, phone: str
) -> None:
    """With and without what stands between digits, with and without the country."""
    digits = "".join(filter(str.isdigit, phone)).removeprefix("86").removeprefix("0")
    contacts = {"phone": phone, "email": "Jane.Roe@customer.example"}
    reference = await assigned(api, api_desk, shop, "1", source=source, complainant=contacts)
    dashed = f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
    for q in (phone, digits, dashed, f"+86{digits}", f"+44 (0) {dashed}", f"0086{digits}", digits[-6:], "jane.roe@"):
        assert await found(api, shop, q=q) == [reference], q
    for q in (f"{dashed}0", f"+86 1{dashed}1", "jane.doe@customer.example"):
        assert await found(api, shop, q=q) == [], q


async def test_a_complaint_is_found_by_part_of_its_reference(
    api: AsyncClient, api_desk: Desk, shop: dict[str, str], source: str
) -> None:
    """In any case."""
    reference = await assigned(api, api_desk, shop, "1", source=source)
    assert await found(api, shop, q=reference[3:9].lower()) == [reference]


async def test_pages_hold_everything_once_although_more_comes_in(
    api: AsyncClient, api_desk: Desk, shop: dict[str, str], source: str
) -> None:
    """Newest first; several were received in the same second."""
    filed = [
        await assigned(api, api_desk, shop, str(number), source=source, received_at=f"2026-03-02T09:00:0{number % 3}Z")
        for number in range(7)
    ]
    first = (await api.get(COMPLAINTS, params={"limit": 3}, headers=shop)).json()
    await assigned(api, api_desk, shop, "new", source=source)
    pages, following = [first["items"]], first["next"]
    while following:
        page = (await api.get(COMPLAINTS, params={"limit": 3, "cursor": following}, headers=shop)).json()
        pages.append(page["items"])
        following = page["next"]
    rows = [row for page in pages for row in page]
    assert sorted(row["reference"] for row in rows) == sorted(filed)
    assert [row["received_at"] for row in rows] == sorted((row["received_at"] for row in rows), reverse=True)
    assert [len(page) for page in pages] == [3, 3, 1]


@pytest.mark.parametrize("cursor", ["x", "e30", "____", "eyJzZXF1ZW5jZSI6MX0", "é"])
async def test_what_is_no_cursor_of_the_list_is_refused(api: AsyncClient, staff: StaffHeaders, cursor: str) -> None:
    """Also one of another list."""
    answer = await api.get(COMPLAINTS, params={"cursor": cursor}, headers=staff("zhou.qi"))
    assert (code_of(answer), answer.json()["field"]) == ("invalid_input", "cursor")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"limit": 0}, "invalid_input"),
        ({"limit": 201}, "invalid_input"),
        ({"status": "lost"}, "invalid_input"),
        ({"q": "x" * 201}, "invalid_input"),
        ({"q": "\0"}, "invalid_input"),
        ({"parent": "7K2M-9QXD-4TBX"}, "reference_mistyped"),
    ],
)
async def test_filters_that_are_none_are_refused(
    api: AsyncClient, staff: StaffHeaders, wanted: dict[str, Any], code: str
) -> None:
    """With the code that says why."""
    assert code_of(await api.get(COMPLAINTS, params=wanted, headers=staff("zhou.qi"))) == code


async def test_each_sees_what_is_theirs_to_see(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, service: ServiceHeaders, source: str
) -> None:
    """Departments that see all, executives and auditors; others their own; services their sources."""
    shop = service("shop", sources=[source])
    reference = await assigned(api, api_desk, shop, "1", source=source)  # customer service has it
    for who in ("zhou.qi", "fang.min", "grace.adler", "paul.weir"):
        assert reference in await found(api, staff(who), limit=200), who
    for who in ("su.yan", "raj.patel", "luo.jie"):
        assert reference not in await found(api, staff(who), limit=200), who
    assert await found(api, service("other", sources=["another"])) == []
    assert reference in await found(api, service("all"), limit=200)


async def test_only_those_let_in_to_read_may_list(api: AsyncClient, service: ServiceHeaders) -> None:
    """Nobody without credentials, no service that only files."""
    assert code_of(await api.get(COMPLAINTS)) == "unauthenticated"
    answer = await api.get(COMPLAINTS, headers=service("filer", scopes=["file"]))
    assert code_of(answer) == "not_permitted"
