"""An OpenID provider by its discovery document: its endpoints, and its public keys, fetched anew on rotation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx2
import structlog

from infra.private_addresses import is_private
from infra.signed_tokens import VerificationKey, keys_of, pick
from workflows.contract.errors import AmendsError, ErrorCode

DISCOVERY_PATH = "/.well-known/openid-configuration"
TIME_LIMIT = timedelta(seconds=3)
"""For the discovery document and the keys together: somebody waits at the door."""

OLD_AFTER = timedelta(minutes=5)
"""A key that the provider has taken back is accepted for at most this long, as long as the provider answers."""

PAUSE = timedelta(seconds=10)
"""Between two looks at the provider, whatever names of keys strangers think up."""

log = structlog.get_logger(__name__)


class Provider:
    """One provider. While it is away, the keys that are known still count."""

    def __init__(
        self,
        issuer: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._issuer = issuer
        self._clock = clock
        self._client = httpx2.AsyncClient(
            timeout=TIME_LIMIT.total_seconds(), follow_redirects=False, transport=transport
        )
        self._document: Mapping[str, Any] | None = None
        self._keys: dict[str, VerificationKey] = {}
        self._fetched_at: float | None = None
        self._asked_at: float | None = None
        self._fault: str | None = None
        self._fetching: asyncio.Task[None] | None = None

    @property
    def issuer(self) -> str:
        """As it names itself."""
        return self._issuer

    async def document(self) -> Mapping[str, Any]:
        """What it says of itself: its endpoints, and what it can do.

        Raises:
            AmendsError: `unreachable`, when that is not known and the provider does not answer.
        """
        if self._is_over(self._fetched_at, OLD_AFTER) and (fetching := self._fetch_soon()) is not None:
            await asyncio.shield(fetching)
        if self._document is None:
            raise _away()
        return self._document

    async def find(self, kid: str | None) -> VerificationKey | None:
        """The key of this name; without a name, the only one there is.

        Raises:
            AmendsError: `unreachable`, when it is not among those known and the provider does not answer.
        """
        if self._is_over(self._fetched_at, OLD_AFTER):
            fetching = self._fetch_soon()
            # Who shows a key that is known need not wait for a provider that was away a moment ago.
            if self._fault is None and fetching is not None:
                await asyncio.shield(fetching)
        key = pick(self._keys, kid)
        if key is None and (fetching := self._fetch_soon()) is not None:
            await asyncio.shield(fetching)
            key = pick(self._keys, kid)
        if key is None and self._fault is not None:
            raise _away()
        return key

    async def close(self) -> None:
        """Let go of its connections."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)
        await self._client.aclose()

    def _is_over(self, since: float | None, span: timedelta) -> bool:
        return since is None or self._clock() - since >= span.total_seconds()

    def _fetch_soon(self) -> asyncio.Task[None] | None:
        """The one look at the provider that is under way or may begin; none so soon after the last."""
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        if not self._is_over(self._asked_at, PAUSE):
            return None
        self._asked_at = self._clock()
        self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(TIME_LIMIT.total_seconds()):
                document = await self._discovered()
                keys = await self._published(document)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError, ValueError) as error:
            self._fault = str(error) or type(error).__name__
            log.warning("identity_provider_unreachable", issuer=self._issuer, reason=self._fault, known=len(self._keys))
            return
        if keys.keys() != self._keys.keys():
            log.info("identity_provider_keys", issuer=self._issuer, kids=sorted(keys))
        self._document, self._keys, self._fetched_at, self._fault = document, keys, self._clock(), None

    async def _discovered(self) -> Mapping[str, Any]:
        document = await self._read(self._issuer.rstrip("/") + DISCOVERY_PATH)
        if document.get("issuer") != self._issuer:
            raise ValueError(f"its discovery document is that of {document.get('issuer')!r}")
        return document

    async def _published(self, document: Mapping[str, Any]) -> dict[str, VerificationKey]:
        address = document.get("jwks_uri")
        if not isinstance(address, str) or not is_private(address, beside=self._issuer):
            raise ValueError(f"its keys are at {address!r}, which is not https")
        keys = keys_of(await self._read(address))
        if not keys:
            raise ValueError(f"no key for signatures is at {address}")
        return keys

    async def _read(self, address: str) -> dict[str, Any]:
        answer = await self._client.get(address, headers={"Accept": "application/json"})
        if answer.status_code != httpx2.codes.OK:
            raise ValueError(f"{address} answered {answer.status_code}")
        document = answer.json()
        if not isinstance(document, dict):
            raise ValueError(f"{address} answered with no JSON object")  # noqa: TRY004 - what it says is at fault
        return document


def _away() -> AmendsError:
    return AmendsError(ErrorCode.UNREACHABLE, "the identity provider does not answer; try again in a moment")
