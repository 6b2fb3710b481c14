"""The plain pages of logging in and out, and what they say of why somebody is not let in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

import structlog
from starlette.requests import Request
from starlette.responses import Response

from starter.console.own_path import own_path
from starter.console.plain import Part, plain_page, say
from starter.console.preferences import language_of
from workflows.contract.errors import ErrorCode

LOGIN, LOGOUT, CALLBACK, LOGGED_OUT = "/login", "/logout", "/login/callback", "/logged-out"

PROMPT = "login"
"""Asks the provider to let people say anew who they are, though it knows them."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Refusal:
    """Why somebody is not let in, by the keys of what the page says."""

    code: ErrorCode
    status: int
    title: str
    sentences: tuple[str, ...]


NOT_ON_THE_STAFF = Refusal(
    ErrorCode.NOT_PERMITTED,
    403,
    "login.not_on_the_staff.title",
    ("login.not_on_the_staff.text", "login.not_on_the_staff.advice"),
)
FAILED = Refusal(ErrorCode.UNAUTHENTICATED, 400, "login.failed.title", ("login.failed.text", "login.failed.advice"))
DENIED = Refusal(ErrorCode.UNAUTHENTICATED, 403, "login.denied.title", ("login.denied.text",))
WRONG = Refusal(ErrorCode.SETUP, 500, "login.wrong.title", ("login.wrong.text",))


def refused(request: Request, why: Refusal, reason: str) -> Response:
    """A page that says that somebody is not let in; the reason stands in the log, under the mark that it shows."""
    mark, language = uuid4().hex[:8], language_of(request)
    log.warning("console.login_refused", mark=mark, code=why.code.value, reason=reason)
    sentences = [say(language, key) for key in why.sentences]
    way = (say(language, "login.as_somebody_else"), f"{LOGIN}?{urlencode({'prompt': PROMPT})}")
    marked = say(language, "login.mark", code=why.code.value, mark=mark)
    return plain_page([Part(language, say(language, why.title), [*sentences, marked], way)], status=why.status)


def leaving(request: Request, way_out: str) -> Response:
    """A page that goes on to log out at the provider. A redirect would be a form sent to another site: not allowed."""
    language = language_of(request)
    way = (say(language, "login.leaving.way"), way_out)
    part = Part(language, say(language, "login.leaving.title"), [say(language, "login.leaving.text")], way)
    return plain_page([part], then=(0, way_out))


async def logged_out(request: Request) -> Response:
    """A page that says so, with the way back to where somebody was."""
    language = language_of(request)
    then = urlencode({"next": own_path(request.query_params.get("next"))})
    way = (say(language, "login.log_in_again"), f"{LOGIN}?{then}")
    part = Part(language, say(language, "login.logged_out.title"), [say(language, "login.logged_out.text")], way)
    return plain_page([part])
