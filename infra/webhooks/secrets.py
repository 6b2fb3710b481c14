"""The secrets that webhooks are signed with: derived, not stored. Who reads the tables or a backup learns none of them.

A secret is an HMAC of the subscription and its generation, by the installation's own secret. Rotating is counting up;
for as long as the one before is still valid, requests carry both signatures, as Standard Webhooks has it.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pydantic import SecretStr
from standardwebhooks import Webhook

OVERLAP = timedelta(hours=24)
"""How long the secret before the last rotation signs, too, unless its owner wants it otherwise."""

_PURPOSE = "webhook"
"""Part of what is derived from: nothing else made with the same secret can be taken for one of these."""

_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Keys:
    """Which secrets sign the requests of a subscription.

    Attributes:
        generation: of the present secret, from 1.
        old_until: until when the one before signs, too.
    """

    subscription: str
    generation: int
    old_until: datetime | None


def secret_of(subscription: str, generation: int, master: SecretStr) -> SecretStr:
    """A secret as subscribers get it: `whsec_` and 32 bytes in Base64."""
    derived = hmac.new(
        master.get_secret_value().encode(), f"{_PURPOSE}:{subscription}:{generation}".encode(), sha256
    ).digest()
    return SecretStr(_PREFIX + b64encode(derived).decode())


def signed(keys: Keys, master: SecretStr, event_id: str, body: str, now: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks.

    Args:
        keys: which secrets sign.
        master: the installation's own secret.
        event_id: the same in every repeat.
        body: exactly what is sent.
        now: an aware time; receivers refuse what is five minutes off.
    """
    is_rotating = keys.old_until is not None and now < keys.old_until
    generations = (keys.generation, keys.generation - 1) if is_rotating else (keys.generation,)
    secrets = (secret_of(keys.subscription, each, master).get_secret_value() for each in generations)
    in_utc = now.astimezone(UTC)  # the library takes the hour as it is written
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(in_utc.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(event_id, in_utc, body) for secret in secrets),
    }
