"""The OpenAPI document: FastAPI's own, with every route's refusals as problems, and how callers say who they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.types import Scope

from starter.api.durations import describe_durations
from starter.api.problems import SCHEMA, Problem, problem_responses
from workflows.contract.errors import ErrorCode

DESCRIPTION = """
File complaints, follow them, and act on them. Every complaint is one durable workflow: what is answered with success is
on file, and a command is accepted or refused by the complaint itself.

**Who is calling** is said by `Authorization: Bearer …`, with a token of the identity provider or an API key. What is
not visible to a caller does not exist for them: it is answered with 404.

**Refusals** are problems (RFC 9457). Their `code` never changes its meaning; `detail` says what to do.
503, 504 and 429 say in `Retry-After` when to try again.

**Repeating** is safe: the same source and key are the same complaint, and a command with the same id acts once.
`Idempotency-Key` gives both where the body does not.

**Request ids**: what is sent as `X-Request-ID`, or a new one, is in every answer, in the log and in the complaint's
journal.
"""

PREFIX = "/api/v1"
"""What all paths begin with, those of the door's own health apart."""

SECURITY_SCHEME = "bearer"

TAGS = [
    {"name": "Complaints", "description": "File them, find them, read them."},
    {"name": "Commands", "description": "What people and services do with a complaint."},
    {"name": "Inbox", "description": "What needs somebody."},
    {"name": "Directory", "description": "Departments and staff."},
    {"name": "Policies", "description": "The written procedures."},
    {"name": "Changes", "description": "Everything that happens, as a stream and in pages."},
    {"name": "Webhooks", "description": "Who is told of changes, and what could not be delivered."},
    {"name": "Operation", "description": "For those who run the door; no credentials are needed."},
]

_OF_EVERY_CALL = (
    ErrorCode.UNAUTHENTICATED,
    ErrorCode.NOT_PERMITTED,
    ErrorCode.METHOD_NOT_ALLOWED,
    ErrorCode.INVALID_INPUT,
    ErrorCode.TOO_LARGE,
    ErrorCode.TOO_MANY_REQUESTS,
    ErrorCode.FAILED,
    ErrorCode.SETUP,
    ErrorCode.UNREACHABLE,
    ErrorCode.NO_ANSWER,
)
_OF_EVERY_BODY = (ErrorCode.UNSUPPORTED_MEDIA_TYPE, ErrorCode.TOO_SLOW)
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


class Documented(FastAPI):
    """An application that documents itself so; the document is made once."""

    def openapi(self) -> dict[str, Any]:
        """The document, OpenAPI 3.1."""
        if self.openapi_schema is None:
            self.openapi_schema = _completed(
                get_openapi(
                    title=self.title,
                    version=self.version,
                    summary=self.summary,
                    description=self.description,
                    routes=self.routes,
                    tags=TAGS,
                    servers=[{"url": "/", "description": "Where this document was found."}],
                    license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
                    separate_input_output_schemas=self.separate_input_output_schemas,
                )
            )
        return self.openapi_schema

    def path_of(self, scope: Scope) -> str | None:
        """The template of the path that a request took, as the document has it; none for one that leads nowhere."""
        template: str | None = getattr(scope.get("route"), "path_format", None)
        return template if template in self.openapi()["paths"] else None

    def methods_at(self, scope: Scope) -> list[str]:
        """Every method that the path of a request takes."""
        path = self.path_of(scope)
        return sorted(method.upper() for method in self.openapi()["paths"][path]) if path else []


def operation_id(route: APIRoute) -> str:
    """The function's name, so that generated clients have methods with names that mean something."""
    return route.name


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation of everything the document offers."""
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas[SCHEMA] = problem
    components["securitySchemes"] = {
        SECURITY_SCHEME: {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of the identity provider, or an API key (`amk_…`, see `amends key create`).",
        }
    }
    for path, _, operation in operations(document):
        _complete(operation, is_open=not path.startswith(PREFIX))
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    describe_durations(document, [operation for _, _, operation in operations(document)])
    return document


def _complete(operation: dict[str, Any], *, is_open: bool) -> None:
    """Add what every route may answer, and who may ask it."""
    operation["security"] = [] if is_open else [{SECURITY_SCHEME: []}]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    responses: dict[str, Any] = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    if is_open:
        return
    common = problem_responses(*_OF_EVERY_CALL, *(_OF_EVERY_BODY if "requestBody" in operation else ()))
    for status, response in common.items():
        present = responses.setdefault(str(status), response)
        for media_type, content in response["content"].items():
            examples = present.setdefault("content", {}).setdefault(media_type, content).setdefault("examples", {})
            for name, example in content["examples"].items():
                examples.setdefault(name, example)
    for status, response in responses.items():
        response.setdefault("headers", {}).update(_headers(status))


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or not; it cannot be null, as the default in the code says."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: value for name, value in schema.items() if name != "anyOf"}}


def _headers(status: str) -> dict[str, Any]:
    headers = {"X-Request-ID": {"description": "The request's id.", "schema": {"type": "string"}}}
    if status in ("429", "503", "504"):
        headers["Retry-After"] = {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}
    if status == "401":
        headers["WWW-Authenticate"] = {"description": "How to say who is calling.", "schema": {"type": "string"}}
    if status == "405":
        headers["Allow"] = {"description": "The methods that this path takes.", "schema": {"type": "string"}}
    return headers
