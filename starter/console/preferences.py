"""What a browser remembers of its user's taste, in cookies that are no secret: the language and the colours."""

from __future__ import annotations

from fastapi import Request

from workflows.contract.vocabulary import Language

LANGUAGE_COOKIE, THEME_COOKIE = "amends_language", "amends_theme"
LIGHT, DARK = "light", "dark"


def language_of(request: Request) -> Language:
    """The language chosen in this browser, else the first of those it asks for that the console speaks."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in set(Language):
        return Language(chosen)
    for asked in request.headers.get("Accept-Language", "").split(","):
        spoken = asked.strip().partition(";")[0].partition("-")[0].lower()
        if spoken in set(Language):
            return Language(spoken)
    return Language.EN


def theme_of(request: Request) -> bool | None:
    """Whether it is dark; none if that is the system's to say."""
    return {LIGHT: False, DARK: True}.get(request.cookies.get(THEME_COOKIE, ""))
