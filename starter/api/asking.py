"""Questions that are asked all the time: their answers come from PostgreSQL so quickly that what a framework does for a
request would take longer. Their endpoints take the request, and give the answer, as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ConfigDict, ValidationError
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from starter.api.refusing import answer_to
from workflows.contract.base import Model


class Parameters(Model):
    """The parameters of such a question. They are taken as they are, and those that mean nothing here are let be, as
    everywhere else.
    """

    model_config = ConfigDict(str_strip_whitespace=False, extra="ignore")


Given = TypeVar("Given", bound=Parameters)


class Direct(APIRoute):
    """A route to such an endpoint, by GET. What it is asked and answers, it tells the OpenAPI document by
    `parameters_of` and a response model, and tests see to it that this is true.
    """


class Directly:
    """A layer that answers what is asked of such endpoints; the framework inside it gets all the rest.

    Args:
        app: what is inside.
        routes: those of the application.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._routes = {route.path: route for route in routes if isinstance(route, Direct)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        route = self._routes.get(scope["path"]) if scope["type"] == "http" else None
        if route is None or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        request = Request(scope, receive)
        try:
            response = await route.endpoint(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered, and logged where that helps
            response = await answer_to(request, error)
        await response(scope, receive, send)


def parameters_in(query: bytes, model: type[Given]) -> Given:
    """The query string of a request as one message.

    Raises:
        RequestValidationError: it is none.
    """
    try:
        return model.model_validate(dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise RequestValidationError([{**fault, "loc": ("query", *fault["loc"])} for fault in faults]) from None


def parameters_of(model: type[Parameters]) -> list[dict[str, Any]]:
    """What the OpenAPI document says of such a query; what a field refers to, answers have to have, too."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return [_parameter(name, described) for name, described in schema["properties"].items()]


def _parameter(name: str, described: dict[str, Any]) -> dict[str, Any]:
    schema = {key: value for key, value in described.items() if key != "description"}
    if schema.get("default", ...) is None:
        del schema["default"]
    parameter = {"name": name, "in": "query", "required": False, "schema": schema}
    return parameter | ({"description": described["description"]} if "description" in described else {})
