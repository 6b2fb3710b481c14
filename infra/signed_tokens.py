"""JSON Web Tokens: whether one was signed by the issuer we trust, for us, and is valid now; and what it claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, KeySetSerialization, OctKey, OKPKey, RSAKey

VerificationKey: TypeAlias = RSAKey | ECKey | OKPKey
Claims: TypeAlias = Mapping[str, Any]

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Asymmetric ones alone: a public key must never be taken for a shared secret, nor a missing signature for one."""

TYPES = ("jwt", "at+jwt", "application/at+jwt")
"""What the header may say the token is, where it says so: an access token, not one for logging out or refreshing."""

LEEWAY = timedelta(seconds=30)
"""How far the clocks of the provider and of this machine may be apart."""

TOKEN_MAX_CHARACTERS = 16_384
RSA_MIN_BITS = 2048
"""RFC 7518, 3.3."""

_EXTENSIONS = ("crit", "b64")
_LARGEST_MOMENT = 253_402_300_799
"""The last second of the year 9999: what lies beyond is no moment."""


class TokenFaultError(Exception):
    """Why a token is not accepted: for the operator's log, never for whoever sent it."""


class Keys(Protocol):
    """Where the issuer's public keys are."""

    async def find(self, kid: str | None) -> VerificationKey | None:
        """The key of this name; without a name, the only one there is. Raises AmendsError `unreachable`."""


class FixedKeys:
    """Keys that are known and do not change."""

    def __init__(self, key_set: KeySetSerialization) -> None:
        self._keys = keys_of(key_set)

    async def find(self, kid: str | None) -> VerificationKey | None:
        """As `Keys` says."""
        return pick(self._keys, kid)


class Verifier:
    """Accepts the tokens of one issuer for one audience."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: Keys,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now().timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
        )

    async def claims(self, token: str) -> Claims:
        """What a token says, once everything about it has been checked.

        Raises:
            TokenFaultError: it is not one that is accepted.
            AmendsError: `unreachable`, when its key is not known and the provider does not answer.
        """
        algorithm, kid = _header(token)
        key = await self._keys.find(kid)
        if key is None:
            raise TokenFaultError(f"the issuer has no key {kid!r}")
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm], registry=_registry(algorithm)).claims
            self._claims.validate(claims)
        # The library says most things in its own words, but what a key of the wrong kind is used for, in Python's.
        except (JoseError, ValueError, TypeError) as error:
            raise TokenFaultError(f"{error}") from error
        if claims["exp"] > _LARGEST_MOMENT:
            raise TokenFaultError("it never expires")
        return claims


def keys_of(key_set: Any) -> dict[str, VerificationKey]:
    """The keys of a JSON Web Key Set that can verify signatures, by name; those of other kinds are left out."""
    found: dict[str, VerificationKey] = {}
    listed = key_set.get("keys") if isinstance(key_set, dict) else None
    for each in listed if isinstance(listed, list) else ():
        key = _verification_key(each)
        if key is not None:
            found.setdefault(key.kid or key.thumbprint(), key)
    return found


def pick(keys: Mapping[str, VerificationKey], kid: str | None) -> VerificationKey | None:
    """The key of this name; without a name, the only one there is."""
    if kid is not None:
        return keys.get(kid)
    return next(iter(keys.values())) if len(keys) == 1 else None


def _verification_key(listed: Any) -> VerificationKey | None:
    try:
        (key,) = KeySet.import_key_set({"keys": [listed]})
        if isinstance(key, OctKey) or (isinstance(key, RSAKey) and key.public_key.key_size < RSA_MIN_BITS):
            return None
        key.check_use("sig")
        key.check_key_op("verify")
    # A key that is broken or for something else is the provider's affair, and no reason to refuse its other keys.
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key


def _header(token: str) -> tuple[str, str | None]:
    """The algorithm and the name of the key, as the token says before anything is proved."""
    if len(token) > TOKEN_MAX_CHARACTERS:
        raise TokenFaultError("it is too long")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenFaultError(f"it is no signed JSON Web Token: {error}") from error
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if algorithm not in ALGORITHMS:
        raise TokenFaultError(f"it is signed by {algorithm!r}, which is not accepted")
    if kid is not None and not isinstance(kid, str):
        raise TokenFaultError("its key has no name that can be read")
    if kind is not None and (not isinstance(kind, str) or kind.lower() not in TYPES):
        raise TokenFaultError(f"it is a {kind!r}, not an access token")
    if any(extension in header for extension in _EXTENSIONS):
        raise TokenFaultError("it demands extensions that are not known here")
    return algorithm, kid


def _registry(algorithm: str) -> jws.JWSRegistry:
    """Headers that nobody knows are ignored, as RFC 7515 wants; some providers write their own."""
    return jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
