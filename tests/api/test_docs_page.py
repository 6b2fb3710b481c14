"""The OpenAPI document is whole and true in what all routes share, and its page needs nobody but this door."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx2 import AsyncClient

from starter.api.documented import operations
from workflows.contract.errors import ErrorCode

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
async def document(api: AsyncClient) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.get(DOCUMENT)).json()
    return answer


async def test_it_is_openapi_3_1_of_this_version_relative_to_where_it_is(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["servers"][0]["url"] == "/"
    assert document["info"]["title"] == "Amends"
    tags = {tag["name"] for tag in document["tags"]}
    assert {tag for _, _, operation in operations(document) for tag in operation["tags"]} <= tags


async def test_every_operation_has_a_name_of_its_own_and_says_what_it_is(document: dict[str, Any]) -> None:
    found = [operation for _, _, operation in operations(document)]
    names = [operation["operationId"] for operation in found]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names), names
    assert [each["operationId"] for each in found if not (each.get("summary") and each.get("description"))] == []


async def test_every_call_documents_who_may_ask_and_the_refusals_that_all_share(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, _, operation in operations(document):
        if not path.startswith("/api/v1/"):
            assert operation["security"] == []
            continue
        assert operation["security"] == [{"bearer": []}]
        assert {"401", "403", "422", "429", "500", "503", "504"} <= set(operation["responses"]), path
        assert ("415" in operation["responses"]) == ("requestBody" in operation)


async def test_every_refusal_is_a_problem_of_one_schema_with_an_example_for_each_code(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if path.startswith("/api/v1/") and int(status) >= 400:
                content = response["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                for code, example in content["examples"].items():
                    assert example["value"]["code"] == code
                    assert str(ErrorCode(code).http_status) == status
    assert "HTTPValidationError" not in str(document)


async def test_all_that_is_referred_to_is_there(document: dict[str, Any]) -> None:
    wanted = set(re.findall(r"'#/components/schemas/([^']+)'", str(document)))
    assert wanted <= document["components"]["schemas"].keys()


async def test_the_page_and_all_it_needs_come_from_here_and_it_may_load_nothing_else(api: AsyncClient) -> None:
    page = await api.get("/api/v1/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(parts) == 4
    for part in parts:
        answer = await api.get(f"/api/v1/{part}")
        assert answer.status_code == 200, part
        assert answer.headers["Content-Length"] != "0"
    assert 'url: "openapi.json"' in (await api.get("/api/v1/docs/page.js")).text


@pytest.mark.parametrize("name", ["redoc.standalone.js", "..%2Fcore.py", "%2E%2E/core.py"])
async def test_other_files_beside_those_of_the_page_are_not_served(api: AsyncClient, name: str) -> None:
    assert (await api.get(f"/api/v1/docs/{name}")).status_code in (404, 422)


async def test_answers_keep_browsers_from_guessing_framing_and_storing(api: AsyncClient) -> None:
    headers = (await api.get(DOCUMENT)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Server" not in headers
