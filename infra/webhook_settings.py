"""Settings of webhooks: where they may go, and when what was not accepted is tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

RETRIES = tuple(
    timedelta(**wait)
    for wait in (
        {"seconds": 5},
        {"minutes": 5},
        {"minutes": 30},
        {"hours": 2},
        {"hours": 5},
        {"hours": 10},
        {"hours": 14},
        {"hours": 20},
        {"hours": 24},
    )
)
"""The schedule that the specification of Standard Webhooks proposes: ten tries in three days and four hours."""

RETRIES_MAX = 30


def _listed(value: Any) -> Any:
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value


def _rising_from_nothing(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if not 0 < len(value) <= RETRIES_MAX or any(wait <= timedelta(0) for wait in value):
        raise ValueError(f"must be 1 to {RETRIES_MAX} durations such as PT5S,PT5M,PT2H")
    return value


Retries = Annotated[tuple[timedelta, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_rising_from_nothing)]


class WebhookSettings(BaseSettings):
    """The part of the settings that webhooks need."""

    webhook_private_addresses: bool = Field(
        default=False,
        description="whether webhooks may go to private networks and this machine, where Amends itself has services",
    )
    webhook_retries: Retries = Field(
        default=RETRIES,
        description="how long to wait before each further try of a webhook, such as PT5S,PT5M,PT2H; after the last"
        " one it is a dead letter",
    )
