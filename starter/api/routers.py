"""Where the routes of the door are gathered: in one list, which is gone through once for each request.

FastAPI's own way of including routers goes through the list of each of them twice, which takes longer than to let a
caller in.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from starter.api.documented import PREFIX, operation_id


def versioned(tag: str, *, prefix: str = "", route_class: type[APIRoute] = APIRoute) -> APIRouter:
    """A router for operations of this version of the API."""
    return APIRouter(
        prefix=PREFIX + prefix, tags=[tag], route_class=route_class, generate_unique_id_function=operation_id
    )


def unversioned(tag: str) -> APIRouter:
    """A router for what monitors ask, wherever the API is."""
    return APIRouter(tags=[tag], generate_unique_id_function=operation_id)


def gather(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Have the application answer what these routers do; what two of them would answer, the first one does."""
    for router in routers:
        app.router.routes.extend(router.routes)
