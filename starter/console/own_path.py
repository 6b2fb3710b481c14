"""Where somebody goes after they have logged in: nowhere but to pages of the console, whatever an address says."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/"

_MAX_CHARACTERS = 2000
_NO_PAGES = ("/login", "/logout", "/logged-out", "/development/")


def own_path(given: str | None) -> str:
    r"""The path and query, if they are of a page here; else the first page.

    Browsers read `//host`, `/\host` and a path with tabs or line breaks in it as the address of another site.
    """
    if given is None or len(given) > _MAX_CHARACTERS or not given.isprintable() or "\\" in given or " " in given:
        return HOME
    try:
        parts = urlsplit(given)
    except ValueError:
        return HOME
    is_here = not parts.scheme and not parts.netloc and given.startswith("/") and not given.startswith("//")
    return given if is_here and not parts.path.startswith(_NO_PAGES) else HOME
