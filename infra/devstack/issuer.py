"""The development stack's own identity provider: a signing key in the state directory, and tokens for whoever asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, KeySetSerialization

from infra.kept_once import kept_once
from workflows.contract.errors import AmendsError, ErrorCode

ISSUER = "amends-development"
AUDIENCE = "amends"
FILE_NAME = "development-key"
VALID_FOR = timedelta(hours=8)

ALGORITHM = "ES256"
_CURVE = "P-256"


class Issuer:
    """Whoever can read the key is anybody: never for complaints of real people."""

    def __init__(self, key: ECKey, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        key.ensure_kid()
        self._key = key
        self._now = now

    @classmethod
    def kept(cls, state_dir: Path) -> Self:
        """The issuer of this state directory; its key is made the first time.

        Raises:
            AmendsError: `setup`, when the key cannot be kept or read.
        """
        path = state_dir / FILE_NAME
        kept = kept_once(path, _new_key, what="the development stack's signing key", loss="tokens made so far")
        try:
            return cls(ECKey.import_key(json.loads(kept)))
        except (JoseError, ValueError) as error:
            raise AmendsError(
                ErrorCode.SETUP, f"{path} is not a key: remove it, and tokens made so far become void"
            ) from error

    @property
    def key_set(self) -> KeySetSerialization:
        """The public key as a JSON Web Key Set."""
        return KeySet([self._key]).as_dict(private=False)

    def token(self, subject: str, *, valid_for: timedelta = VALID_FOR, **claims: Any) -> str:
        """A signed token. `claims` are added, and win over those it would have anyway."""
        now = self._now()
        standard = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + valid_for}
        header = {"alg": ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, {**standard, **claims}, self._key, algorithms=[ALGORITHM])


def _new_key() -> str:
    return json.dumps(ECKey.generate_key(_CURVE, auto_kid=True).as_dict(private=True))
