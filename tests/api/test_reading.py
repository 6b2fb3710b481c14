"""Reading one complaint over HTTP: live while its workflow is there, from the tables for ever."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import insert, literal_column, select

from infra.db.tables import complaints, events
from infra.db.transaction import transact
from starter.api.commanding import OFFERED
from tests.api.conftest import ServiceHeaders, StaffHeaders
from tests.api.filed import COMPLAINTS, assigned, code_of
from tests.support.desk import Desk
from workflows.contract.reference import reference_for

PARTS = ("", "/timeline", "/messages", "/clocks", "/view", "/commands")


@pytest.fixture
def web(service: ServiceHeaders) -> dict[str, str]:
    """Files what these tests are about."""
    return service("web-form", sources=["web"])


@pytest.fixture
async def reference(api: AsyncClient, api_desk: Desk, web: dict[str, str], request: pytest.FixtureRequest) -> str:
    """Of a complaint that customer service has."""
    return await assigned(api, api_desk, web, request.node.nodeid[-200:])


async def read(api: AsyncClient, headers: dict[str, str], reference: str, part: str = "", **params: Any) -> Response:
    """Part of a complaint."""
    return await api.get(f"{COMPLAINTS}/{reference}{part}", headers=headers, params=params)


async def forgotten(desk: Desk, like: str, *, status: str) -> str:
    """A complaint that is on file and that Temporal does not know: a copy of another one's row and journal."""
    reference = reference_for("forgotten", f"{like} {status}")
    changed = {"reference": reference, "status": status}

    async def copy(connection: Any) -> None:
        for table in (complaints, events):
            columns = [column.name for column in table.columns if column.name != "transaction_id"]
            values = [
                literal_column(f"'{changed[name]}'").label(name) if name in changed else table.c[name]
                for name in columns
            ]
            await connection.execute(
                insert(table).from_select(columns, select(*values).where(table.c.reference == like))
            )

    await transact(desk.engine, copy)
    return reference


async def test_a_complaint_is_read_with_what_was_written_and_by_whom(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """However its reference is typed; the tag is that of its last event."""
    answer = await read(api, staff("zhou.qi"), reference.lower().replace("-", " "))
    file = answer.json()
    assert answer.status_code == 200, answer.text
    assert (file["reference"], file["department"]) == (reference, "customer_service")
    assert (file["complainant_name"], file["complainant_email"]) == ("Jane Roe", "jane.roe@customer.example")
    assert answer.headers["ETag"] == f'"{file["sequence"]}"'


@pytest.mark.parametrize("shown", ['"{}"', 'W/"{}"', '"0", "{}"', "*"])
async def test_what_the_caller_has_already_is_not_sent_again(
    api: AsyncClient, staff: StaffHeaders, reference: str, shown: str
) -> None:
    """And sent again as soon as something happens."""
    headers = staff("zhou.qi")
    sequence = (await read(api, headers, reference)).json()["sequence"]
    known = headers | {"If-None-Match": shown.format(sequence)}
    answer = await read(api, known, reference)
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", f'"{sequence}"')
    note = f"{COMPLAINTS}/{reference}/commands/note"
    await api.post(note, json={"text": "She called."}, headers=headers, params={"wait": "projection"})
    assert (await read(api, known, reference)).status_code == (304 if shown == "*" else 200)


async def test_a_complaint_filed_a_moment_ago_is_waited_for(
    api: AsyncClient, web: dict[str, str], request: pytest.FixtureRequest
) -> None:
    """Whoever files it may read it at once."""
    body = {
        "source": "web", "source_key": request.node.nodeid[-200:], "channel": "web", "language": "en",
        "text": "The clerk was rude to me.",
    }  # fmt: skip
    filed = (await api.post(COMPLAINTS, json=body, headers=web)).json()
    answer = await read(api, web, filed["reference"])
    assert (answer.status_code, answer.json()["source_key"]) == (200, body["source_key"])


async def test_the_timeline_comes_in_pages_from_the_first_event_on(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """Or from behind the one that the caller has seen."""
    headers = staff("zhou.qi")
    whole = (await read(api, headers, reference, "/timeline")).json()
    numbers = [event["sequence"] for event in whole["items"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (whole["items"][0]["type"], whole["next"]) == ("filed", None)
    first = (await read(api, headers, reference, "/timeline", limit=2)).json()
    rest = (await read(api, headers, reference, "/timeline", cursor=first["next"])).json()
    assert first["items"] + rest["items"] == whole["items"]
    assert (await read(api, headers, reference, "/timeline", after=2)).json()["items"] == whole["items"][2:]


async def test_messages_are_shown_without_the_letters_themselves(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """The last ones first, page by page."""
    headers = staff("zhou.qi")
    whole = (await read(api, headers, reference, "/messages")).json()["items"]
    assert {message["audience"] for message in whole} == {"complainant", "staff"}
    assert all("body" not in message for message in whole)
    pages, following = list[Any](), None
    while len(pages) < len(whole):
        more: dict[str, Any] = {"cursor": following} if following else {}
        page = (await read(api, headers, reference, "/messages", limit=1, **more)).json()
        pages += page["items"]
        following = page["next"]
    assert [page["message_id"] for page in pages] == [message["message_id"] for message in whole]
    assert following is None


async def test_services_are_not_told_the_addresses_of_staff(
    api: AsyncClient, staff: StaffHeaders, web: dict[str, str], reference: str
) -> None:
    """Those of complainants, which they have brought themselves, they are."""
    told = {}
    for who, headers in (("staff", staff("zhou.qi")), ("service", web)):
        messages = (await read(api, headers, reference, "/messages")).json()["items"]
        told[who] = {(message["audience"], message["recipient"] is not None) for message in messages}
    assert told == {
        "staff": {("complainant", True), ("staff", True)},
        "service": {("complainant", True), ("staff", False)},
    }


async def test_clocks_say_why_and_the_view_says_everything(
    api: AsyncClient, staff: StaffHeaders, reference: str
) -> None:
    """Straight from the workflow."""
    headers = staff("zhou.qi")
    view = (await read(api, headers, reference, "/view")).json()
    clocks = (await read(api, headers, reference, "/clocks")).json()
    assert [clock["name"] for clock in clocks["clocks"]] == [clock["name"] for clock in view["clocks"]]
    assert all(clock["ledger"] and clock["why"]["limit"] for clock in clocks["clocks"])
    assert (clocks["timezone"], view["reference"]) == (view["timezone"], reference)


async def test_what_the_caller_may_do_is_what_the_complaint_would_take(
    api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders, reference: str
) -> None:
    """Each with the path that takes it; nothing for those who only read."""
    offers = (await read(api, staff("zhou.qi"), reference, "/commands")).json()["items"]
    by_name = {offer["name"]: offer for offer in offers}
    assert by_name.keys() <= OFFERED.keys()
    assert (by_name["note"]["required"], "approve" in by_name) == (["text"], False)
    taken = await api.post(by_name["note"]["href"], json={"text": "Hello."}, headers=staff("zhou.qi"))
    assert taken.status_code == 200, taken.text
    for reader in (staff("paul.weir"), service("reader", sources=["web"], scopes=["read"])):
        assert (await read(api, reader, reference, "/commands")).json()["items"] == []
    acting = service("web-form", sources=["web"])
    assert "withdraw" in [each["name"] for each in (await read(api, acting, reference, "/commands")).json()["items"]]


@pytest.mark.parametrize("part", PARTS)
async def test_what_is_not_theirs_to_see_is_not_there(
    api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders, reference: str, part: str
) -> None:
    """Exactly as a complaint that does not exist."""
    strangers = [staff("su.yan"), staff("luo.jie"), service("other", sources=["another"])]
    for headers in strangers:
        hidden = (await read(api, headers, reference, part)).json()
        missing = (await read(api, headers, reference_for("nobody", "1"), part)).json()
        assert hidden["code"] == missing["code"] == "unknown_reference"
        assert hidden["detail"].replace(reference, "") == missing["detail"].replace(reference_for("nobody", "1"), "")
    for headers in (staff("grace.adler"), staff("paul.weir"), staff("fang.min")):
        assert (await read(api, headers, reference, part)).status_code == 200


@pytest.mark.parametrize("part", PARTS)
async def test_who_may_not_read_and_what_is_no_reference(
    api: AsyncClient, staff: StaffHeaders, service: ServiceHeaders, reference: str, part: str
) -> None:
    """Each with its code."""
    assert code_of(await read(api, {}, reference, part)) == "unauthenticated"
    assert code_of(await read(api, service("filer", scopes=["file"]), reference, part)) == "not_permitted"
    assert code_of(await read(api, staff("zhou.qi"), "7K2M-9QXD-4TBX", part)) == "reference_mistyped"


async def test_an_archived_complaint_that_temporal_has_forgotten_is_still_read(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, reference: str
) -> None:
    """Its file and its timeline; of what only a workflow knows it says that it is archived."""
    headers, old = staff("zhou.qi"), await forgotten(api_desk, reference, status="archived")
    assert (await read(api, headers, old)).json()["status"] == "archived"
    assert len((await read(api, headers, old, "/timeline")).json()["items"]) >= 3
    assert (await read(api, headers, old, "/messages")).json()["items"] == []
    assert (await read(api, headers, old, "/commands")).json()["items"] == []
    for part in ("/clocks", "/view"):
        answer = await read(api, headers, old, part)
        assert (answer.status_code, code_of(answer)) == (409, "archived")


async def test_an_open_complaint_without_its_workflow_is_a_fault_of_the_installation(
    api: AsyncClient, api_desk: Desk, staff: StaffHeaders, reference: str
) -> None:
    """Not a complaint that is not there."""
    lost = await forgotten(api_desk, reference, status="assigned")
    answer = await read(api, staff("zhou.qi"), lost, "/view")
    assert code_of(answer) == "unreachable"
    assert "right server" in answer.json()["detail"]
