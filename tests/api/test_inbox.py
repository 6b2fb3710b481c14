"""The inbox over HTTP: of whoever asks, and of nobody else."""

from __future__ import annotations

from httpx2 import AsyncClient

from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import COMPLAINTS, assigned, code_of
from tests.support.desk import Desk

INBOX = "/api/v1/inbox"


async def test_an_inbox_holds_what_its_reader_has_to_do_with_the_command_that_does_it(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, service: ServiceHeaders
) -> None:
    """Until they have done it."""
    reference = await assigned(api, api_desk, service("web-form", sources=["web"]), "an inbox")
    owner = (await api.get(f"{COMPLAINTS}/{reference}", headers=staff("zhou.qi"))).json()["owner"]
    mine = [item for item in await whole(api, staff(owner)) if item["reference"] == reference]
    assert [(item["duty"], item["command"]) for item in mine] == [("accept", "accept")]
    assert mine[0]["excerpt"].startswith("The clerk was rude")
    assert reference not in [item["reference"] for item in await whole(api, staff("su.yan"))]
    accept = f"{COMPLAINTS}/{reference}/commands/accept"
    answer = await api.post(accept, headers=staff(owner), params={"wait": "projection"})
    assert answer.status_code == 200, answer.text
    assert ("accept", reference) not in [(item["duty"], item["reference"]) for item in await whole(api, staff(owner))]


async def whole(api: AsyncClient, headers: dict[str, str], limit: int = 200) -> list[dict[str, str]]:
    """All pages of an inbox."""
    items, cursor = list[dict[str, str]](), dict[str, str]()
    while True:
        page = await api.get(INBOX, params={"limit": limit, **cursor}, headers=headers)
        assert page.status_code == 200, page.text
        items += page.json()["items"]
        if page.json()["next"] is None:
            return items
        cursor = {"cursor": page.json()["next"]}


async def test_an_inbox_comes_in_pages(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, service: ServiceHeaders
) -> None:
    """Each thing once and in the same order."""
    web = service("web-form", sources=["web"])
    references = [await assigned(api, api_desk, web, f"inbox page {number}") for number in range(3)]
    owner = (await api.get(f"{COMPLAINTS}/{references[0]}", headers=staff("zhou.qi"))).json()["owner"]
    assert len(await whole(api, staff(owner))) >= 1
    assert await whole(api, staff(owner), limit=1) == await whole(api, staff(owner))


async def test_nobody_else_has_one(api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders) -> None:
    """A service has no duties, and an auditor nothing to do."""
    assert code_of(await api.get(INBOX)) == "unauthenticated"
    assert code_of(await api.get(INBOX, headers=service("shop"))) == "not_permitted"
    assert (await api.get(INBOX, headers=staff("paul.weir"))).json() == {"items": [], "next": None}


async def test_a_cursor_of_another_list_is_refused(api: AsyncClient, staff: StaffHeaders) -> None:
    """It would be the place of nothing."""
    answer = await api.get(INBOX, params={"cursor": "eyJzZXF1ZW5jZSI6MX0"}, headers=staff("zhou.qi"))
    assert (code_of(answer), answer.json()["field"]) == ("invalid_input", "cursor")
