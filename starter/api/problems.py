"""A refusal of the HTTP door as a problem of RFC 9457, with the contract's code; and how routes document theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from starter.api.asked import remember_refusal, request_id_of
from workflows.contract.errors import AmendsError, ErrorCode

MEDIA_TYPE = "application/problem+json"
SCHEMA = "Problem"
"""Its name among the components of the OpenAPI document."""

RETRY_AFTER_SECONDS = 2
"""For a server that is away: most are started again within this time. A rate limit says its own."""

CHALLENGE = 'Bearer realm="amends"'

_AGAIN_LATER = (503, 504, 429)


class TryLaterError(AmendsError):
    """A refusal that is over after a time that is known."""

    def __init__(self, code: ErrorCode, message: str, *, seconds: int) -> None:
        super().__init__(code, message)
        self.seconds = seconds


class ExplainedError(AmendsError):
    """A refusal with further members of its problem and further headers, beside its sentence."""

    def __init__(
        self, error: AmendsError, members: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error.code, error.message, error.field)
        self.members = members
        self.headers = headers or {}


class UnreadError(HTTPException):
    """A refusal while a body is read. The framework answers any other exception there with a 400 of its own."""

    def __init__(self, refusal: AmendsError) -> None:
        super().__init__(refusal.code.http_status)
        self.refusal = refusal


class Fault(BaseModel):
    """One of several things that are wrong with what was sent."""

    field: str | None = Field(default=None, description="Dotted path of the field at fault.")
    detail: str


class Since(BaseModel):
    """Something that has happened since the caller looked; the timeline has all of it."""

    sequence: int
    at: datetime
    type: str = Field(examples=["reassigned"])
    by: str = Field(description="The subject of who did it.", examples=["lin.wan"])


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(title=SCHEMA)

    type: str = Field(
        description="`urn:amends:error:` and the code.", examples=["urn:amends:error:invalid_input"], pattern="^urn:"
    )
    title: str = Field(description="The code in words.", examples=["Invalid input"])
    status: int = Field(description="The status of this answer.", examples=[422])
    detail: str = Field(description="One sentence that says what to do.", examples=["must not lie in the future"])
    code: ErrorCode = Field(description="Stable; programs decide by it.", examples=["invalid_input"])
    request_id: str = Field(description="As in X-Request-ID and in the logs.")
    field: str | None = Field(default=None, description="Dotted path of the field at fault.", examples=["received_at"])
    faults: list[Fault] | None = Field(default=None, description="All faults, when there are several.")
    changes: list[Since] | None = Field(
        default=None, description="With `stale`: what has happened since, the last first."
    )
    command_id: str | None = Field(
        default=None,
        description="With `no_answer` and `unreachable`: under this Idempotency-Key the command can be repeated.",
    )


def title_of(code: ErrorCode) -> str:
    """A code in words."""
    return code.replace("_", " ").capitalize()


def example_of(code: ErrorCode) -> dict[str, Any]:
    """A problem as it looks, for the OpenAPI document."""
    return _problem(AmendsError(code, f"{title_of(code)}: a sentence that says what to do."), "0af7651916cd43dd")


def problem_responses(*codes: ErrorCode) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that refuses with these codes, besides those that every route refuses with."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        described = responses.setdefault(
            code.http_status,
            {
                "description": HTTPStatus(code.http_status).phrase,
                "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{SCHEMA}"}, "examples": {}}},
            },
        )
        described["content"][MEDIA_TYPE]["examples"][code.value] = {"value": example_of(code)}
    return responses


def problem_response(scope: Scope, error: AmendsError, faults: Sequence[Fault] = ()) -> Response:
    """The answer that refuses a request, and a note in its scope that it was refused."""
    remember_refusal(scope, error.code)
    members = error.members if isinstance(error, ExplainedError) else {"faults": list(faults) or None}
    body = Problem.model_validate({**_problem(error, request_id_of(scope)), **members})
    return Response(
        body.model_dump_json(exclude_none=True),
        status_code=error.code.http_status,
        headers=_headers(error),
        media_type=MEDIA_TYPE,
    )


def _problem(error: AmendsError, request_id: str) -> dict[str, Any]:
    problem = {
        "type": f"urn:amends:error:{error.code}",
        "title": title_of(error.code),
        "status": error.code.http_status,
        "detail": error.message,
        "code": error.code.value,
        "request_id": request_id,
    }
    return problem | ({"field": error.field} if error.field else {})


def _headers(error: AmendsError) -> dict[str, str]:
    headers = {"Cache-Control": "no-store", **(error.headers if isinstance(error, ExplainedError) else {})}
    if error.code.http_status in _AGAIN_LATER:
        headers["Retry-After"] = str(error.seconds if isinstance(error, TryLaterError) else RETRY_AFTER_SECONDS)
    if error.code is ErrorCode.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = CHALLENGE
    if error.code is ErrorCode.TOO_SLOW:
        headers["Connection"] = "close"  # the rest of the body would be taken for the next request
    return headers
