"""The keys of a real provider on a real port: found, kept, rotated, and there when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import KeySet

from infra.oidc import OLD_AFTER, PAUSE, TIME_LIMIT, Provider
from infra.signed_tokens import TokenFaultError, Verifier
from tests.support.conditions import until
from tests.support.identity_provider import AUDIENCE, IdentityProvider, claims_of, identity_provider, new_key, signed
from workflows.contract.errors import AmendsError, ErrorCode


class Clock:
    """What the keys' age is reckoned by; it stands until told to go on."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """Now, in seconds."""
        return self.seconds

    def goes_on(self, span: timedelta) -> None:
        """By this long."""
        self.seconds += span.total_seconds()


@pytest.fixture
async def idp() -> AsyncIterator[IdentityProvider]:
    """A provider that is there."""
    async with identity_provider() as provider:
        yield provider


@pytest.fixture
def clock() -> Clock:
    """One that stands."""
    return Clock()


@pytest.fixture
async def known(idp: IdentityProvider, clock: Clock) -> AsyncIterator[Provider]:
    """What a process knows of the provider."""
    provider = Provider(idp.issuer, clock=clock)
    yield provider
    await provider.close()


@pytest.fixture
def verifier(idp: IdentityProvider, known: Provider) -> Verifier:
    """Accepts its tokens."""
    return Verifier(idp.issuer, AUDIENCE, known)


async def unreachable(verifier: Verifier, token: str) -> str:
    """What is said of a token when it cannot be known whether it is good."""
    with pytest.raises(AmendsError) as refusal:
        await verifier.claims(token)
    assert refusal.value.code is ErrorCode.UNREACHABLE
    return refusal.value.message


async def test_keys_are_fetched_once_and_kept(idp: IdentityProvider, verifier: Verifier) -> None:
    """Also when many ask at once."""
    tokens = [idp.token(f"person {number}") for number in range(20)]
    assert len(await asyncio.gather(*map(verifier.claims, tokens))) == 20
    await verifier.claims(tokens[0])
    assert idp.asked == 1


async def test_a_new_key_is_accepted_without_a_restart_and_the_old_one_no_more(
    idp: IdentityProvider, verifier: Verifier, clock: Clock
) -> None:
    before = idp.token("zhou.qi")
    await verifier.claims(before)
    old = idp.rotate()
    clock.goes_on(PAUSE)
    assert (await verifier.claims(idp.token("zhou.qi")))["sub"] == "zhou.qi"
    for stale in (before, signed(old, claims_of(idp.issuer, "zhou.qi"))):
        with pytest.raises(TokenFaultError, match="no key"):
            await verifier.claims(stale)


async def test_a_key_that_is_taken_back_is_forgotten_in_time(
    idp: IdentityProvider, verifier: Verifier, clock: Clock
) -> None:
    """Even if nobody shows the new one."""
    before = idp.token("zhou.qi")
    await verifier.claims(before)
    idp.rotate()
    clock.goes_on(OLD_AFTER - timedelta(seconds=1))
    await verifier.claims(before)
    clock.goes_on(timedelta(seconds=1))
    with pytest.raises(TokenFaultError, match="no key"):
        await verifier.claims(before)


async def test_strangers_cannot_make_us_ask_all_the_time(
    idp: IdentityProvider, verifier: Verifier, clock: Clock
) -> None:
    """A name of a key is easily thought up."""
    for _ in range(3):
        for _ in range(10):
            with pytest.raises(TokenFaultError, match="no key"):
                await verifier.claims(signed(new_key(), claims_of(idp.issuer, "zhou.qi")))
        clock.goes_on(PAUSE)
    assert idp.asked == 3


async def test_while_the_provider_is_away_known_keys_count_and_others_are_not_judged(
    idp: IdentityProvider, verifier: Verifier, clock: Clock
) -> None:
    """However old they are; when it is back, so is everything."""
    good = idp.token("zhou.qi")
    await verifier.claims(good)
    await idp.leave()
    idp.rotate()
    for span in (timedelta(0), PAUSE, OLD_AFTER, timedelta(days=1)):
        clock.goes_on(span)
        assert await verifier.claims(good)
    assert "identity provider" in await unreachable(verifier, idp.token("zhou.qi"))
    await idp.come()
    clock.goes_on(PAUSE)
    assert await verifier.claims(idp.token("zhou.qi"))
    with pytest.raises(TokenFaultError):
        await verifier.claims(good)


async def test_a_provider_that_was_never_there_is_asked_again(
    idp: IdentityProvider, verifier: Verifier, clock: Clock
) -> None:
    """But not by each request: those in between are told at once."""
    await idp.leave()
    token = idp.token("zhou.qi")
    await unreachable(verifier, token)
    await idp.come()
    await unreachable(verifier, token)
    assert idp.asked == 0
    clock.goes_on(PAUSE)
    assert await verifier.claims(token)


async def test_a_provider_that_says_nothing_is_given_up_on(clock: Clock) -> None:
    """It takes connections and leaves it at that. Whoever knows the key does not wait for it."""

    async def say_nothing(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    host, port = silent.sockets[0].getsockname()
    provider = Provider(f"http://{host}:{port}", clock=clock)
    started = asyncio.get_running_loop().time()
    with pytest.raises(AmendsError) as refusal:
        await provider.find("any")
    assert refusal.value.code is ErrorCode.UNREACHABLE
    assert asyncio.get_running_loop().time() - started < 2 * TIME_LIMIT.total_seconds()
    await provider.close()
    silent.close()


async def test_whoever_shows_a_known_key_does_not_wait_for_a_provider_that_was_away(
    idp: IdentityProvider, verifier: Verifier, known: Provider, clock: Clock
) -> None:
    """Once is enough; after that it is looked for beside the requests."""
    good = idp.token("zhou.qi")
    await verifier.claims(good)
    await idp.leave()
    clock.goes_on(OLD_AFTER)
    await verifier.claims(good)
    await idp.come()
    idp.rotate()
    clock.goes_on(PAUSE)
    await verifier.claims(good)

    async def is_fetched() -> bool:
        return await known.find(idp.key.kid) is not None

    await until(is_fetched, "the new key is there")


async def test_a_caller_who_goes_away_does_not_take_the_answer_with_them(
    idp: IdentityProvider, verifier: Verifier
) -> None:
    """Others wait for the same."""
    idp.may_answer.clear()
    first = asyncio.create_task(verifier.claims(idp.token("a")))
    second = asyncio.create_task(verifier.claims(idp.token("b")))
    await idp.is_asked.wait()
    first.cancel()
    idp.may_answer.set()
    assert (await second)["sub"] == "b"
    assert idp.asked == 1


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example", "jwks_uri": "http://127.0.0.1/keys"},
        {"jwks_uri": "http://127.0.0.1/keys"},
        {"issuer": None},
        {"issuer": "same"},
        {"issuer": "same", "jwks_uri": "http://login.example/keys"},
        {"issuer": "same", "jwks_uri": "file:///etc/passwd"},
        {"issuer": "same", "jwks_uri": ["https://login.example"]},
        ["no object"],
        "text",
        None,
    ],
)
async def test_a_discovery_document_that_is_none_is_not_followed(
    idp: IdentityProvider, verifier: Verifier, document: Any
) -> None:
    """It has to be about the issuer, and say safely where the keys are."""
    is_ours = isinstance(document, dict) and document.get("issuer") == "same"
    idp.document = {**document, "issuer": idp.issuer} if is_ours else document
    await unreachable(verifier, idp.token("zhou.qi"))
    assert idp.asked == 0


@pytest.mark.parametrize("published", [{}, {"keys": []}, {"keys": "none"}, [], None, {"keys": [{"kty": "EC"}]}])
async def test_keys_that_are_none_do_not_replace_those_that_are_known(
    idp: IdentityProvider, verifier: Verifier, clock: Clock, published: Any
) -> None:
    """A provider that is being repaired."""
    good = idp.token("zhou.qi")
    await verifier.claims(good)
    idp.published = published
    clock.goes_on(OLD_AFTER)
    assert await verifier.claims(good)


async def test_several_keys_are_accepted_side_by_side(idp: IdentityProvider, verifier: Verifier) -> None:
    """As during a rotation that is done well."""
    next_key = new_key()
    idp.published = KeySet([idp.key, next_key]).as_dict(private=False)
    assert await verifier.claims(idp.token("zhou.qi"))
    assert await verifier.claims(signed(next_key, claims_of(idp.issuer, "zhou.qi")))
