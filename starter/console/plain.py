"""Plain pages, which need neither NiceGUI nor any server: for whoever is not logged in, and while nothing answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from starter.console.preferences import language_of
from starter.console.texts import texts
from workflows.contract.vocabulary import Language

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""They have no scripts."""

TRY_AGAIN_AFTER_SECONDS = 4

_TEMPLATE = "plain.html"


@dataclass(frozen=True)
class Part:
    """What a page says in one language.

    Attributes:
        way: the words of a link, and where it leads.
    """

    language: Language
    title: str
    sentences: Sequence[str]
    way: tuple[str, str] | None = None


def plain_page(parts: Sequence[Part], *, status: int = 200, then: tuple[int, str] | None = None) -> HTMLResponse:
    """A page that says something in one language or several.

    Args:
        parts: what it says.
        status: of the answer.
        then: after so many seconds the browser goes there by itself; to "" for the same address again.
    """
    content = _environment().get_template(_TEMPLATE).render(parts=parts, then=then)
    return HTMLResponse(content, status, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})


def away(request: Request, then: str = "") -> HTMLResponse:
    """There is no page now, because a server is away: it says so, and tries again by itself, at the same address unless
    `then` is another.
    """
    first = language_of(request)
    both = [first, *(language for language in Language if language is not first)]
    parts = [Part(language, say(language, "login.away.title"), [say(language, "login.away.text")]) for language in both]
    page = plain_page(parts, status=503, then=(TRY_AGAIN_AFTER_SECONDS, then))
    page.headers["Retry-After"] = str(TRY_AGAIN_AFTER_SECONDS)
    return page


def say(language: Language, key: str, **values: object) -> str:
    """A text of the console."""
    return texts().say(language, key, **values)


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("starter.console"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
