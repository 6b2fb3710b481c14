"""The HTTP door as one application: its layers, its routers, and nothing of their rules."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter
from starlette.types import ASGIApp

from starter.api import (
    batches,
    changes,
    commanding,
    directory,
    docs_page,
    filing,
    health,
    inbox,
    listing,
    metrics,
    policies,
    reading,
    stream,
    subscriptions,
)
from starter.api.asking import Directly
from starter.api.body_limit import BodyLimit
from starter.api.caller_first import CallerFirst
from starter.api.documented import DESCRIPTION, PREFIX, Documented, operation_id
from starter.api.door import Door
from starter.api.health import Health
from starter.api.metrics import Metrics
from starter.api.rate_limits import AnonymousLimit, RateLimits
from starter.api.refusing import Failures, answer_with_problems
from starter.api.request_ids import RequestIds
from starter.api.routers import gather
from starter.api.security_headers import SecurityHeaders
from starter.api.traffic import Traffic

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    metrics.router,
    listing.router,
    inbox.router,
    batches.router,
    reading.router,
    filing.router,
    directory.router,
    policies.router,
    changes.router,
    stream.router,
    subscriptions.router,
    docs_page.router,
    commanding.router,
)
"""What is asked most comes first, and the commands last, which are many."""


class Layered(Documented):
    """The application, with the layers that see every request outside all that the framework does."""

    def build_middleware_stack(self) -> ASGIApp:
        """The layers; asked for once, by the first request."""
        settings = self.state.door.settings
        app: ASGIApp = super().build_middleware_stack()
        app = BodyLimit(app, max_bytes=settings.api_body_max_bytes, streams=(PREFIX + batches.PATH,))
        app = Directly(app, self.routes)  # outside the limit of bodies: such endpoints read none
        app = AnonymousLimit(app, limits=self.state.limits)
        app = SecurityHeaders(app)
        app = Traffic(app, metrics=self.state.metrics, route_of=self.path_of)
        return RequestIds(app)


def create_app(door: Door) -> Layered:
    """The application on this process's connections, which stay the caller's to close."""
    app = described()
    app.state.door = door
    app.state.metrics = Metrics()
    app.state.limits = RateLimits(door.settings)
    app.state.health = Health(door)
    app.add_middleware(Failures)
    app.add_middleware(CallerFirst, prefix=PREFIX)
    app.openapi()  # made now, not while the first request waits
    return app


def described() -> Layered:
    """The application without connections: it can tell what it would answer, and answer nothing."""
    app = Layered(
        title="Amends",
        version=version("amends"),
        summary="A complaint desk that cannot forget.",
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,  # a redirect would lose the body of a POST in most clients
        telemetry={"tracing": False, "metrics": False, "logs": False},  # the door has its own
    )
    answer_with_problems(app)
    gather(app, ROUTERS)
    return app
