"""The cookies by which browsers are known: their names, and how they are set so that nobody else gets or sets them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

_HTTPS = "https"


class Cookie:
    """One cookie of the console at an origin: out of reach of scripts, and not sent by other sites' requests.

    Args:
        origin: of the console, such as `https://desk.example.org`.
        kind: what it is for.
        lasts: until the browser is closed, if it is none.
    """

    def __init__(self, origin: str, kind: str, *, lasts: timedelta | None = None) -> None:
        self._is_secure = urlsplit(origin).scheme == _HTTPS
        self._lasts = lasts
        self.name = _name(origin, kind)

    def shown_by(self, connection: HTTPConnection) -> str | None:
        """What the browser shows, if it shows one."""
        return connection.cookies.get(self.name) or None

    def put(self, response: Response, value: str) -> None:
        """Have the browser keep it."""
        seconds = int(self._lasts.total_seconds()) if self._lasts else None
        response.set_cookie(
            self.name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=self._is_secure
        )

    def take_back(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self.name, path="/", httponly=True, samesite="lax", secure=self._is_secure)

    def header(self, value: str) -> tuple[bytes, bytes]:
        """The header of an answer that has the browser keep it."""
        response = Response()
        self.put(response, value)
        (header,) = (each for each in response.raw_headers if each[0] == b"set-cookie")
        return header


def session_cookie(origin: str) -> Cookie:
    """The cookie that holds the id of a session; it ends with the browser."""
    return Cookie(origin, "session")


def cookie_name(origin: str) -> str:
    """The name of the cookie that holds the id of a session."""
    return session_cookie(origin).name


def _name(origin: str, kind: str) -> str:
    """Browsers take `__Host-` only from the host itself, by TLS. Without TLS, several stacks may be on one machine, and
    cookies know no ports.
    """
    parts = urlsplit(origin)
    return f"__Host-amends-{kind}" if parts.scheme == _HTTPS else f"amends-{parts.port or 80}-{kind}"
