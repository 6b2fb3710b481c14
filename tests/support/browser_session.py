"""`python -m tests.support.browser_session http://127.0.0.1:8080 zhou.qi`: logs in to a console of the development
stack as a browser does, and prints the cookie of the session, for screenshots and requests by hand.
"""

from __future__ import annotations

import asyncio
import sys

import httpx2

from starter.console.cookies import cookie_name
from tests.support.entrance import PAGE, log_in


async def session_cookie_at(address: str, subject: str) -> tuple[str, str]:
    """The name and the value of the cookie of a new session."""
    async with httpx2.AsyncClient(base_url=address, headers=PAGE, trust_env=False) as browser:
        came = await log_in(browser, subject)
        assert came.is_redirect, came.text
        return cookie_name(address), browser.cookies[cookie_name(address)]


if __name__ == "__main__":
    sys.stdout.write("{}={}\n".format(*asyncio.run(session_cookie_at(*sys.argv[1:3]))))
