"""One attempt at one endpoint: a signed request, and what its answer means for the event and for the endpoint."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib.metadata import version

import httpcore2
import structlog
from pydantic import SecretStr

from infra.webhooks.network import ForbiddenAddressError, connection_pool
from infra.webhooks.secrets import Keys, signed

ATTEMPT_TIME_LIMIT = timedelta(seconds=10)
"""From the first byte of a connection to the end of the answer, however slowly it trickles."""

ANSWER_MAX_BYTES = 4096
"""What is read of an answer, so that the connection can be used again; who says more loses the connection."""

LONGEST_WAIT = timedelta(days=1)
"""What an endpoint may ask for at the most."""

NO_PUBLIC_ADDRESS = "its name stands for no public address"
"""No more than that: subscribers must not learn which names there are beside Amends, nor what they stand for."""

log = structlog.get_logger(__name__)

_OK, _REDIRECTS, _TOO_MANY, _UNAVAILABLE, _GONE = range(200, 300), range(300, 400), 429, 503, 410


class Meaning(StrEnum):
    """What an attempt says.

    `REFUSED` is about this event, `AWAY` about the endpoint: nothing else need be tried there for a while. `GONE`: its
    owner wants no more.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    AWAY = "away"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt went.

    Attributes:
        status: of the answer, if there was one.
        said: in words, without anything the endpoint wrote.
        wait: how long the endpoint asked to be left alone.
    """

    meaning: Meaning
    status: int | None = None
    said: str = ""
    wait: timedelta | None = None


class Sender:
    """Sends events to endpoints; keeps connections.

    Args:
        master: the installation's own secret.
        private_allowed: endpoints may lie in private networks.
    """

    def __init__(self, master: SecretStr, *, private_allowed: bool) -> None:
        self._master = master
        self._pool = connection_pool(private_allowed=private_allowed)
        self._agent = f"amends/{version('amends')}"

    async def send(self, url: str, keys: Keys, event_id: str, body: str) -> Attempt:
        """Send an event once. Never raises because of the endpoint.

        Args:
            url: checked by `infra.webhooks.addresses.check_url`.
            keys: what it is signed with.
            event_id: the same in every repeat.
            body: JSON.
        """
        headers = {
            "content-type": "application/json",
            "user-agent": self._agent,
            **signed(keys, self._master, event_id, body, datetime.now(UTC)),
        }
        try:
            async with asyncio.timeout(ATTEMPT_TIME_LIMIT.total_seconds()):
                return await self._exchange(url, headers, body.encode())
        except TimeoutError:
            return Attempt(Meaning.REFUSED, said=f"no answer within {ATTEMPT_TIME_LIMIT.total_seconds():.0f} s")
        except ForbiddenAddressError as error:
            log.warning("webhook.address_forbidden", event_id=event_id, reason=str(error))
            return Attempt(Meaning.AWAY, said=NO_PUBLIC_ADDRESS)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
            return Attempt(Meaning.AWAY, said="cannot connect")
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException) as error:
            return Attempt(Meaning.REFUSED, said=f"hung up ({type(error).__name__})")
        except Exception:  # raised, it would be tried for ever, and nothing be recorded
            log.exception("webhook.not_understood", event_id=event_id)
            return Attempt(Meaning.REFUSED, said="its answer was not understood")

    async def close(self) -> None:
        """Hang up everywhere."""
        await self._pool.aclose()

    async def _exchange(self, url: str, headers: dict[str, str], body: bytes) -> Attempt:
        limit = ATTEMPT_TIME_LIMIT.total_seconds()
        limits = {"connect": limit, "read": limit, "write": limit, "pool": limit}
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        request = self._pool.stream("POST", url, headers=sent, content=body, extensions={"timeout": limits})
        async with request as response:
            read = 0
            async for part in response.aiter_stream():
                read += len(part)
                if read > ANSWER_MAX_BYTES:
                    break
            asked = next((value for name, value in response.headers if name.lower() == b"retry-after"), None)
        return _meaning(response.status, asked.decode("ascii", "replace") if asked else None)


def _meaning(status: int, retry_after: str | None) -> Attempt:
    if status in _OK:
        return Attempt(Meaning.ACCEPTED, status)
    if status == _GONE:
        return Attempt(Meaning.GONE, status, "answered 410: it wants no more")
    wait = _wait(retry_after)
    if status == _TOO_MANY or (status == _UNAVAILABLE and wait is not None):
        return Attempt(Meaning.AWAY, status, f"answered {status}", wait)
    is_redirect = status in _REDIRECTS
    return Attempt(Meaning.REFUSED, status, f"answered {status}" + (", and redirects are not followed" * is_redirect))


def _wait(retry_after: str | None) -> timedelta | None:
    """What `Retry-After` asks for: seconds or a date."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        asked = timedelta(seconds=min(int(text[:10]), LONGEST_WAIT.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(text)
        except (ValueError, OverflowError):  # the latter for years and zones of more figures than there are
            return None
        asked = (until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)
    return min(max(asked, timedelta(0)), LONGEST_WAIT)
