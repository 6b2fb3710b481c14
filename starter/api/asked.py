"""What the layers of the door know of one request, and tell each other by its ASGI scope."""

from __future__ import annotations

from starlette.types import Scope

from starter.access.caller import Caller
from workflows.contract.errors import ErrorCode

PROBED_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked all the time by those who watch over the door: whoever storms it must not keep them out."""

_REQUEST_ID, _CALLER, _REFUSED = "request_id", "caller", "refused"


def shown_path(scope: Scope) -> str:
    """The path as a log can show it: what it is made of, whoever asks for it chooses."""
    path: str = scope["path"]
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in path)


def remember_request_id(scope: Scope, request_id: str) -> None:
    """Keep the request's id; endpoints find it as `request.state.request_id`."""
    scope.setdefault("state", {})[_REQUEST_ID] = request_id


def request_id_of(scope: Scope) -> str:
    """The id that `RequestIds` gave it."""
    return str(scope["state"][_REQUEST_ID])


def remember_caller(scope: Scope, caller: Caller) -> None:
    """Keep who is calling, who was let in."""
    scope["state"][_CALLER] = caller


def caller_of(scope: Scope) -> Caller | None:
    """Who was let in, if anybody was yet."""
    caller: Caller | None = scope["state"].get(_CALLER)
    return caller


def remember_refusal(scope: Scope, code: ErrorCode) -> None:
    """Keep what the request was refused with, for those who count."""
    scope["state"][_REFUSED] = code


def refusal_of(scope: Scope) -> ErrorCode | None:
    """What it was refused with, if it was."""
    code: ErrorCode | None = scope["state"].get(_REFUSED)
    return code
