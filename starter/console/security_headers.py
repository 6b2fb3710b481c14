"""Headers that keep browsers from doing more with the console's pages than they are for."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASSETS = "/static/"
"""Files that browsers may keep; NiceGUI says so of its own."""


class SecurityHeaders:
    """A layer that adds what an answer does not say itself.

    Args:
        app: what answers.
        origin: of the console.
    """

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in _headers(origin).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = list(self._headers)
        if not scope["path"].startswith(ASSETS):
            wanted.append((b"cache-control", b"no-store"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in wanted if each[0] not in said)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _headers(origin: str) -> dict[str, str]:
    parts = urlsplit(origin)
    sockets = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    policy = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",  # NiceGUI's pages are scripts, and compile templates
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {sockets}",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
