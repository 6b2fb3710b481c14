"""Turns whatever endpoints and layers raise into problems: facts, faults of the input, and what nobody expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api.asked import shown_path
from starter.api.problems import Fault, UnreadError, problem_response
from workflows.contract.errors import AmendsError, ErrorCode

FAULTS_SHOWN = 20
_SAID_MAX_CHARACTERS = 200

_BY_STATUS = {
    404: (ErrorCode.UNKNOWN_PATH, "there is nothing at this path; see /api/v1/docs"),
    405: (ErrorCode.METHOD_NOT_ALLOWED, "this path does not take this method; Allow names those it takes"),
    413: (ErrorCode.TOO_LARGE, "the body is larger than this door takes"),
    415: (ErrorCode.UNSUPPORTED_MEDIA_TYPE, "send application/json, and say so in Content-Type"),
}
"""What the framework refuses with, in our words."""

log = structlog.get_logger(__name__)


def answer_with_problems(app: FastAPI) -> None:
    """Have the application answer whatever its endpoints raise with problems."""
    app.add_exception_handler(AmendsError, _refused)
    app.add_exception_handler(RequestValidationError, _mistyped)
    app.add_exception_handler(HTTPException, _framework_refused)


async def answer_to(request: Request, error: Exception) -> Response:
    """The problem that is answered to an error of an endpoint outside the framework, while it is being handled."""
    if isinstance(error, AmendsError):
        return await _refused(request, error)
    if isinstance(error, RequestValidationError):
        return await _mistyped(request, error)
    return _failed(request.scope)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, AmendsError):
        raise error
    return problem_response(request.scope, _sayable(error))


def _sayable(error: AmendsError) -> AmendsError:
    """What a caller is told of a refusal. What is wrong with our own set-up is in the words of the servers behind this
    door, and for those who run it.
    """
    if error.code is not ErrorCode.SETUP:
        return error
    log.error("api.setup", reason=str(error))
    message = "this door is not set up as it has to be; the log says why, under this request id"
    return AmendsError(ErrorCode.SETUP, message, error.field)


async def _framework_refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error, UnreadError):
        return await _refused(request, error.refusal)
    otherwise = (ErrorCode.INVALID_INPUT, "the request cannot be read")
    code, message = _BY_STATUS.get(error.status_code, otherwise)
    response = problem_response(request.scope, AmendsError(code, message))
    if code is ErrorCode.METHOD_NOT_ALLOWED:
        # The framework names only those of the first route that it found at the path.
        methods: list[str] = request.app.methods_at(request.scope)
        response.headers["Allow"] = ", ".join(methods) or (error.headers or {}).get("Allow", "GET")
    return response


async def _mistyped(request: Request, error: Exception) -> Response:
    """The first fault as the problem, all of them beside it; never what was sent, which may be personal data."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    if _is_other_media_type(request, found):
        return problem_response(request.scope, AmendsError(*_BY_STATUS[415]))
    faults = [Fault(field=_path(fault["loc"]), detail=_sentence(fault)) for fault in found[:FAULTS_SHOWN]]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    first = AmendsError(ErrorCode.INVALID_INPUT, faults[0].detail + more, faults[0].field)
    return problem_response(request.scope, first, faults if len(faults) > 1 else ())


def _is_other_media_type(request: Request, faults: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a body was there, but not one that says it is JSON."""
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    is_json = media_type.startswith("application/") and media_type.endswith(("/json", "+json"))
    unread = any(tuple(fault["loc"]) == ("body",) and fault["type"] != "missing" for fault in faults)
    return unread and not is_json


def _path(place: Sequence[Any]) -> str | None:
    """The field's dotted path as it can be shown; the name of an unknown field is whatever its sender wrote."""
    where, *rest = place
    parts = rest if rest and not (where == "body" and len(rest) == 1 and isinstance(rest[0], int)) else [where]
    path = ".".join(str(part) for part in parts)[:_SAID_MAX_CHARACTERS]
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in path) or None


def _sentence(fault: Mapping[str, Any]) -> str:
    context: Mapping[str, Any] = fault.get("ctx") or {}
    match fault["type"]:
        case "json_invalid":
            return f"is not valid JSON, at character {fault['loc'][-1]}"
        case "union_tag_invalid":  # pydantic's own sentence repeats what was sent
            return f"expected one of {context['expected_tags']}"
        case _:
            return str(fault["msg"]).removeprefix("Value error, ")[:_SAID_MAX_CHARACTERS]


class Failures:
    """Answers what nobody expected with `failed`, and logs it; the answer shows nothing of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        started = False

        async def send_and_see(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_and_see)
        except AmendsError as error:  # of a layer, not of an endpoint
            if started:
                raise
            await problem_response(scope, _sayable(error))(scope, receive, send)
        except ClientDisconnect:
            log.info("api.client_gone", method=scope["method"], path=shown_path(scope))
        except Exception:
            failed = _failed(scope)
            if started:
                raise
            await failed(scope, receive, send)


def _failed(scope: Scope) -> Response:
    """What is answered to what nobody expected, which is logged."""
    log.exception("api.failed", method=scope["method"], path=shown_path(scope))  # noqa: LOG004 - one is being handled
    failed = AmendsError(ErrorCode.FAILED, "this door failed; the log says why, under this request id")
    return problem_response(scope, failed)
