"""What a token must be to be accepted, and that nothing else is."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from infra.signed_tokens import ALGORITHMS, LEEWAY, TOKEN_MAX_CHARACTERS, FixedKeys, TokenFaultError, Verifier
from tests.support.identity_provider import AUDIENCE, SigningKey, claims_of, new_key, signed

ISSUER = "https://login.example"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = new_key()
RSA = RSAKey.generate_key(2048, auto_kid=True)


def verifier(*keys: SigningKey | OctKey) -> Verifier:
    """Trusts the public halves of these keys, at nine in the morning."""
    return Verifier(ISSUER, AUDIENCE, FixedKeys(KeySet([*(keys or (KEY,))]).as_dict(private=False)), now=lambda: NOW)


def claims(**more: Any) -> dict[str, Any]:
    """Good ones, unless `more` make them others."""
    return claims_of(ISSUER, "zhou.qi", now=NOW, **more)


def encoded(part: object) -> str:
    """A part of a token, which is anything."""
    written = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


async def fault(token: str, *keys: SigningKey | OctKey) -> str:
    """Why a token is refused."""
    with pytest.raises(TokenFaultError) as refusal:
        await verifier(*keys).claims(token)
    return str(refusal.value)


KEYS_BY_ALGORITHM: dict[str, SigningKey] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), RSA),
    "ES256": KEY,
    "ES384": ECKey.generate_key("P-384", auto_kid=True),
    "ES512": ECKey.generate_key("P-521", auto_kid=True),
    **dict.fromkeys(("Ed25519", "EdDSA"), OKPKey.generate_key("Ed25519", auto_kid=True)),
}


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # providers still write it
@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_good_token_of_every_algorithm_is_accepted(algorithm: str) -> None:
    key = KEYS_BY_ALGORITHM[algorithm]
    token = signed(key, claims(), algorithm=algorithm)
    assert (await verifier(key).claims(token))["sub"] == "zhou.qi"


@pytest.mark.parametrize("more", [{"aud": ["other", AUDIENCE]}, {"nbf": NOW}, {"roles": ["x"]}, {"sub": None}])
async def test_what_else_a_good_token_may_say(more: dict[str, Any]) -> None:
    """Whose it is, is for the claims to say, not for the signature."""
    assert (await verifier().claims(signed(KEY, claims(**more))))["iss"] == ISSUER


@pytest.mark.parametrize(
    "header", [{"typ": "at+jwt"}, {"typ": "JWT"}, {"x-provider": "its own"}, {"jku": "https://evil.example"}]
)
async def test_headers_that_change_nothing(header: dict[str, Any]) -> None:
    """What a token says of where its key is, is not asked."""
    any_header = JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    token = jwt.encode({"alg": "ES256", "kid": KEY.kid, **header}, claims(), KEY, registry=any_header)
    assert await verifier().claims(token)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"exp": NOW - LEEWAY}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "tomorrow"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"exp": float("inf")}, "exp"),
        ({"exp": 10**30}, "never expires"),
        ({"nbf": NOW + LEEWAY + timedelta(seconds=1)}, "not yet valid"),
        ({"iat": NOW + LEEWAY + timedelta(seconds=1)}, "issued in the future"),
        ({"iat": None}, "iat"),
        ({"aud": "other"}, "aud"),
        ({"aud": ["other", "amends2"]}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": {"amends": True}}, "aud"),
        ({"iss": ISSUER + "/"}, "iss"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": [ISSUER]}, "iss"),
        ({"iss": None}, "iss"),
    ],
)
async def test_claims_that_are_wrong(more: dict[str, Any], reason: str) -> None:
    assert reason in await fault(signed(KEY, claims(**more)))


@pytest.mark.parametrize("beyond", ["exp", "nbf", "iat"])
async def test_clocks_may_differ_a_little(beyond: str) -> None:
    """A second inside the leeway on either side."""
    a_little = LEEWAY - timedelta(seconds=1)
    moment = NOW - a_little if beyond == "exp" else NOW + a_little
    assert await verifier().claims(signed(KEY, claims(**{beyond: moment})))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
async def test_a_token_without_a_signature_is_none(algorithm: str) -> None:
    said = claims(iat=NOW.timestamp(), exp=(NOW + timedelta(hours=1)).timestamp())
    for header in ({"alg": algorithm}, {"alg": algorithm, "kid": KEY.kid}):
        assert algorithm in await fault(f"{encoded(header)}.{encoded(said)}.")
        signature = signed(KEY, claims()).rpartition(".")[2]
        assert algorithm in await fault(f"{encoded(header)}.{encoded(said)}.{signature}")


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
async def test_a_public_key_is_no_shared_secret(algorithm: str) -> None:
    """In any of the forms in which one could be taken for it."""
    said = {**claims(), "iat": NOW.timestamp(), "exp": (NOW + timedelta(hours=1)).timestamp()}
    signing_input = f"{encoded({'alg': algorithm, 'kid': RSA.kid})}.{encoded(said)}"
    for secret in (
        RSA.as_pem(private=False),
        RSA.as_der(private=False),
        json.dumps(RSA.as_dict(private=False)).encode(),
        str(RSA.as_dict(private=False)["n"]).encode(),
    ):
        signature = hmac.digest(secret, signing_input.encode(), f"sha{algorithm[2:]}")
        assert algorithm in await fault(f"{signing_input}.{encoded(signature)}", RSA)


@pytest.mark.filterwarnings("ignore:Key size should be")  # that is the point of the weak one
async def test_a_shared_secret_among_the_issuers_keys_is_not_used() -> None:
    """Nor is a key for encryption, a weak one, or one that cannot be read; beside them the good one still counts."""
    good = KEY.as_dict(private=False)
    others: list[Any] = [
        {"kty": "oct", "k": encoded(b"0123456789abcdef0123456789abcdef"), "kid": "shared"},
        {**new_key().as_dict(private=False), "kid": "enc", "use": "enc"},
        {**new_key().as_dict(private=False), "kid": "sign", "key_ops": ["sign"]},
        {**RSAKey.generate_key(1024).as_dict(private=False), "kid": "weak"},
        {"kty": "EC", "crv": "P-256", "x": "!", "y": "!", "kid": "broken"},
        {"kty": "ML-DSA", "kid": "new"},
        {},
        None,
        "key",
    ]
    keys = FixedKeys({"keys": [*others, good]})
    for kid in ("shared", "enc", "sign", "weak", "broken", "new"):
        assert await keys.find(kid) is None
    assert await keys.find(KEY.kid) is not None


async def test_the_key_must_be_the_issuers() -> None:
    """Neither one of the same name, nor one that the token itself brings."""
    thief = new_key()
    named_alike = ECKey.import_key({**thief.as_dict(private=True), "kid": str(KEY.kid)})
    assert "bad_signature" in await fault(signed(named_alike, claims()))
    assert "no key" in await fault(signed(thief, claims()))
    brought = jwt.encode({"alg": "ES256", "jwk": thief.as_dict(private=False)}, claims(), thief)
    assert "bad_signature" in await fault(brought)


async def test_a_key_without_a_name_is_found_only_if_there_is_no_other() -> None:
    nameless = jwt.encode({"alg": "ES256"}, claims(), KEY)
    assert await verifier().claims(nameless)
    assert "no key None" in await fault(nameless, KEY, RSA)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES384", "Ed25519"])
async def test_a_key_is_used_only_for_its_own_algorithm(algorithm: str) -> None:
    other = KEYS_BY_ALGORITHM[algorithm]
    token = signed(other, claims(), algorithm=algorithm, kid=KEY.kid)
    assert await fault(token, KEY)
    only_for_another = RSAKey.import_key({**RSA.as_dict(private=False), "alg": "RS512"})
    assert await fault(signed(RSA, claims(), algorithm="RS256"), only_for_another)


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "logout+jwt"},
        {"typ": "refresh"},
        {"typ": 7},
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
        {"kid": 7},
        {"alg": ["ES256"]},
        {"alg": None},
    ],
)
async def test_headers_that_are_refused(header: dict[str, Any]) -> None:
    """A token for another purpose, or one that demands what is not known here."""
    _, payload, signature = signed(KEY, claims()).split(".")
    assert await fault(f"{encoded({'alg': 'ES256', 'kid': KEY.kid, **header})}.{payload}.{signature}")
    if "alg" not in header and "kid" not in header and header.get("typ") != 7:
        assert await fault(_signed_by_hand({"alg": "ES256", "kid": KEY.kid, **header}))


def test_no_token_is_so_long() -> None:
    """Who shows a megabyte waits for nothing."""
    assert len(signed(KEY, claims(roles=["role"] * 200))) < TOKEN_MAX_CHARACTERS


async def test_a_token_that_is_too_long_is_not_looked_at() -> None:
    assert "too long" in await fault(signed(KEY, claims(roles=["role"] * 4000)))


GOOD = signed(KEY, claims())


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), character=st.characters(codec="ascii"))
async def test_no_character_of_a_token_can_be_changed(place: int, character: str) -> None:
    """Not even in the last bits of its signature."""
    if GOOD[place] == character:
        return
    await fault(GOOD[:place] + character + GOOD[place + 1 :])


@settings(max_examples=200, deadline=None)
@given(st.text() | st.lists(st.binary().map(encoded), min_size=1, max_size=5).map(".".join))
async def test_whatever_is_shown_it_is_accepted_or_at_fault(shown: str) -> None:
    """Nothing a stranger writes is an error of ours."""
    await fault(shown)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()) | st.sampled_from([*ALGORITHMS]),
    )
)
async def test_whatever_the_header_says_it_is_accepted_or_at_fault(header: dict[str, Any]) -> None:
    _, payload, signature = GOOD.split(".")
    await fault(f"{encoded({'kid': KEY.kid, **header})}.{payload}.{signature}")


def _signed_by_hand(header: dict[str, Any]) -> str:
    """A good signature under a header that the library refuses to write."""
    payload = signed(KEY, claims()).split(".")[1]
    signing_input = f"{encoded(header)}.{payload}".encode()
    return f"{signing_input.decode()}.{encoded(JWSRegistry.algorithms['ES256'].sign(signing_input, KEY))}"
