"""Whatever goes wrong is answered as a problem of RFC 9457, with a code of the contract and nothing of its inside."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import pytest
from fastapi import Body, Request
from httpx2 import AsyncClient, Response
from pydantic import BaseModel, Field
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from infra.devstack.ports import HOST
from starter.api.app import create_app
from starter.api.asking import Direct
from starter.api.door import Door
from starter.api.serving import answering
from workflows.contract.errors import AmendsError, ErrorCode

PRIVATE = "illness-of-mrs-li"
LIMIT = 2048


class Cat(BaseModel):
    """One kind of pet."""

    kind: Literal["cat"]
    lives: Annotated[int, Field(le=9)]


class Dog(BaseModel):
    """Another kind of pet."""

    kind: Literal["dog"]


class Sent(BaseModel):
    """A body with a choice in it."""

    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    name: Annotated[str, Field(max_length=3)] = "cat"


@pytest.fixture(scope="module")
async def trial(door: Door) -> AsyncIterator[AsyncClient]:
    """The door with a few routes more, which do what real ones should not."""
    small = Door(**{**vars(door), "settings": door.settings.model_copy(update={"api_body_max_bytes": LIMIT})})
    app = create_app(small)

    @app.get("/refuse/{code}")
    async def refuse(code: ErrorCode) -> None:
        raise AmendsError(code, "so it is", "some.field")

    @app.get("/break")
    async def fail() -> None:
        raise RuntimeError(PRIVATE)

    async def fail_directly(_: Request) -> Response:
        raise RuntimeError(PRIVATE)

    app.router.routes.append(Direct("/break-directly", fail_directly, methods=["GET"], response_model=None))

    @app.get("/break/{thing}")
    async def fail_at(thing: str) -> None:
        raise RuntimeError(thing)

    @app.post("/send/{number}")
    async def send(number: int, sent: Sent) -> list[object]:
        return [number, sent]

    @app.put("/send/{number}")
    async def replace(number: int, sent: Annotated[dict[str, str], Body()]) -> list[object]:
        return [number, sent]

    @app.post("/stream")
    async def stream(request: Request) -> int:
        return sum([len(part) async for part in request.stream()])

    app.openapi_schema = None
    async with answering(app, host=HOST, port=0) as address, AsyncClient(base_url=address) as client:
        yield client


def problem(answer: Response, code: ErrorCode) -> dict[str, Any]:
    """The problem, which is whole and of this code."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert answer.status_code == body["status"] == code.http_status
    assert body["code"] == code
    assert body["type"] == f"urn:amends:error:{code}"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-ID"]
    return body


@pytest.mark.parametrize("code", list(ErrorCode))
async def test_every_refusal_of_the_contract_is_a_problem_with_its_status(trial: AsyncClient, code: ErrorCode) -> None:
    answer = await trial.get(f"/refuse/{code}")
    assert problem(answer, code)["field"] == "some.field"
    assert ("Retry-After" in answer.headers) == (code.http_status in (429, 503, 504))
    assert ("WWW-Authenticate" in answer.headers) == (code is ErrorCode.UNAUTHENTICATED)


async def test_what_is_wrong_with_the_set_up_is_for_those_who_run_the_door(trial: AsyncClient) -> None:
    """It is in the words of the servers behind it; the log has them under the request's id."""
    with capture_logs([merge_contextvars]) as lines:
        answer = await trial.get("/refuse/setup", headers={"X-Request-ID": "setup-1"})
    assert "so it is" not in answer.text
    assert problem(answer, ErrorCode.SETUP)["request_id"] == "setup-1"
    (line,) = [line for line in lines if line["event"] == "api.setup"]
    assert line["request_id"] == "setup-1"
    assert "so it is" in line["reason"]


async def test_a_path_that_leads_nowhere_is_said_to(trial: AsyncClient) -> None:
    problem(await trial.get("/api/v1/nowhere"), ErrorCode.UNKNOWN_PATH)


async def test_a_wrong_method_is_told_all_right_ones(trial: AsyncClient) -> None:
    """The framework by itself names those of the first route only."""
    answer = await trial.delete("/send/1")
    problem(answer, ErrorCode.METHOD_NOT_ALLOWED)
    assert answer.headers["Allow"] == "POST, PUT"


@pytest.mark.parametrize("path", ["/break", "/break-directly"])
async def test_what_nobody_expected_is_logged_under_the_request_id_and_not_shown(trial: AsyncClient, path: str) -> None:
    with capture_logs(processors=[merge_contextvars]) as lines:
        answer = await trial.get(path, headers={"X-Request-ID": "broken-1"})
    problem(answer, ErrorCode.FAILED)
    assert PRIVATE not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    (line,) = [line for line in lines if line["event"] == "api.failed"]
    assert (line["request_id"], line["exc_info"]) == ("broken-1", True)


@pytest.mark.parametrize(("path", "event"), [("/%00%c2%9b31m", "api.request"), ("/break/%1b%5b31m", "api.failed")])
async def test_no_path_moves_the_cursor_of_who_reads_the_log(trial: AsyncClient, path: str, event: str) -> None:
    """It is whatever somebody asked for."""
    with capture_logs() as lines:
        await trial.get(path)
    (shown,) = [line["path"] for line in lines if line["event"] == event]
    assert shown.isprintable()
    assert shown.endswith("31m")


async def test_all_faults_of_the_input_are_said_and_nothing_of_what_was_sent(trial: AsyncClient) -> None:
    answer = await trial.post("/send/1", json={"pet": {"kind": "cat", "lives": 10}, "name": PRIVATE})
    body = problem(answer, ErrorCode.INVALID_INPUT)
    assert body["field"] == "pet.cat.lives"
    assert [fault["field"] for fault in body["faults"]] == ["pet.cat.lives", "name"]
    assert PRIVATE not in answer.text


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        ("/send/x", {"pet": {"kind": "dog"}}, "number"),
        ("/send/1", {"pet": {"kind": PRIVATE}}, "pet"),
        ("/send/1", {}, "pet"),
        ("/send/1", [PRIVATE], "body"),
        ("/send/1", None, "body"),
    ],
)
async def test_the_field_at_fault_is_named(trial: AsyncClient, path: str, sent: object, field: str) -> None:
    answer = await trial.post(path, json=sent)
    assert problem(answer, ErrorCode.INVALID_INPUT)["field"] == field
    assert PRIVATE not in answer.text


@pytest.mark.parametrize(
    "body", [b'{"pet": ', b"\xff\xfe", b'{"pet": 1e', b"[" * 2000, b'{"name": ' + b"9" * 2000 + b"}", b'"\\ud800"']
)
async def test_a_body_that_is_no_json_is_said_to_be_none(trial: AsyncClient, body: bytes) -> None:
    answer = await trial.post("/send/1", content=body, headers={"Content-Type": "application/json"})
    problem(answer, ErrorCode.INVALID_INPUT)


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
async def test_a_body_of_another_kind_is_refused_as_such(trial: AsyncClient, media_type: str) -> None:
    body = json.dumps({"pet": {"kind": "dog"}}).encode()
    answer = await trial.post("/send/1", content=body, headers={"Content-Type": media_type})
    problem(answer, ErrorCode.UNSUPPORTED_MEDIA_TYPE)


async def test_a_body_that_announces_too_much_is_refused(trial: AsyncClient) -> None:
    problem(await trial.post("/stream", content=b"x" * (LIMIT + 1)), ErrorCode.TOO_LARGE)
    problem(await trial.post("/send/1", json={"name": "x" * LIMIT}), ErrorCode.TOO_LARGE)
    assert (await trial.post("/stream", content=b"x" * LIMIT)).json() == LIMIT


@pytest.mark.parametrize("path", ["/stream", "/send/1"])
async def test_a_body_that_goes_on_and_on_is_refused_when_too_much_has_come(trial: AsyncClient, path: str) -> None:
    """It announces nothing, as a chunked one does not."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(LIMIT):
            yield b"xxxx"

    answer = await trial.post(path, content=parts(), headers={"Content-Type": "application/json"})
    problem(answer, ErrorCode.TOO_LARGE)
