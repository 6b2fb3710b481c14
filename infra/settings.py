"""Settings: what an operator may choose, read once from environment variables with the prefix `AMENDS_`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from pydantic_settings import SettingsConfigDict

from infra.access_settings import AccessSettings
from infra.logging import LogFormat, LogLevel
from infra.organisation import SHIPPED_ORGANISATION
from infra.webhook_settings import WebhookSettings
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.filing import EmailAddress
from workflows.contract.names import DEFAULT_TASK_QUEUE

PREFIX = "AMENDS_"
SURVEY_SECRET_MIN_CHARACTERS = 32
"""A key of HMAC-SHA-256 shorter than its output would be the weakest part of a survey link."""

_PORT_MAX = 65535
_MISSPELT_SIMILARITY = 0.75
"""By `difflib`: high enough that the variables of other parts of Amends are not taken for misspelt settings."""


def default_state_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the embedded stack keeps its data: `amends` in the user's state directory of the XDG specification."""
    base = environment.get("XDG_STATE_HOME", "")
    # The specification says that a relative path is invalid and to be ignored.
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "state") / "amends"


def _host_and_port(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) <= _PORT_MAX:
        raise ValueError("must be host:port, such as mail.example.org:25")
    return value


def _postgresql(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("must be postgresql://user:password@host:port/database")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SURVEY_SECRET_MIN_CHARACTERS:
        raise ValueError(f"must have at least {SURVEY_SECRET_MIN_CHARACTERS} characters")
    return value


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone of the IANA database, such as Asia/Shanghai") from None
    return value


def _web_address(value: str) -> str:
    TypeAdapter(HttpUrl).validate_python(value)
    return value.rstrip("/")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


HostPort = Annotated[str, AfterValidator(_host_and_port)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_postgresql)]
"""Secret because it contains a password."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
Word = Annotated[str, StringConstraints(min_length=1)]
RateLimit = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*/(second|minute|hour)$")]
UserPath = Annotated[Path, AfterValidator(Path.expanduser)]


class Settings(AccessSettings, WebhookSettings):
    """Every setting of Amends; passed on, never imported as a global. Unset addresses mean the embedded stack's."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True, env_file=None
    )

    state_dir: UserPath = Field(
        default_factory=default_state_dir, description="the directory where the embedded stack keeps its data"
    )
    database_url: DatabaseUrl | None = Field(default=None, description="the address of PostgreSQL as the application")
    database_owner_url: DatabaseUrl | None = Field(
        default=None, description="the address of PostgreSQL as owner of the tables, for migrations"
    )
    policy: Word = Field(
        default="default", description="the name of a published or shipped policy, or the path of a YAML file"
    )
    organisation: UserPath = Field(
        default=SHIPPED_ORGANISATION, description="the path of the YAML file that an empty directory is filled from"
    )
    task_queue: Word = Field(default=DEFAULT_TASK_QUEUE, description="the Temporal task queue of workers and clients")
    smtp: HostPort | None = Field(default=None, description="the mail server, host:port")
    smtp_user: Word | None = Field(default=None, description="the login at the mail server, if it wants one")
    smtp_password: SecretStr | None = Field(default=None, description="the password of that login")
    smtp_from: EmailAddress = Field(default="complaints@amends.example", description="the e-mail address that sends")
    mail_domain: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+$")] = Field(
        default="amends.example", description="the domain inside Message-IDs"
    )
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="the time zone of the times in letters, such as Asia/Shanghai"
    )
    public_url: WebAddress = Field(
        default="http://localhost:8000",
        description="the web address that survey links begin with, such as https://host",
    )
    api_host: Word = Field(default="127.0.0.1", description="the network interface that the HTTP API listens on")
    api_port: Annotated[int, Field(ge=0, le=_PORT_MAX)] = Field(
        default=8000, description="the port that the HTTP API listens on; 0 for any that is free"
    )
    api_body_max_bytes: Annotated[int, Field(ge=1024)] = Field(
        default=1024 * 1024, description="how many bytes the body of a request to the HTTP API may have"
    )
    api_limit_per_caller: RateLimit = Field(
        default="6000/minute", description="how often a caller may use one process of the HTTP API"
    )
    api_limit_anonymous: RateLimit = Field(
        default="300/minute",
        description="how often an address may ask one process of the HTTP API without saying who it is, or in vain",
    )
    console_host: Word = Field(default="127.0.0.1", description="the network interface that the console listens on")
    console_port: Annotated[int, Field(ge=0, le=_PORT_MAX)] = Field(
        default=8080, description="the port that the console listens on; 0 for any that is free"
    )
    survey_secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(
        default=None, description="the secret that signs survey links, and that those of webhooks are derived from"
    )
    log_format: Annotated[LogFormat, BeforeValidator(_lower)] = Field(
        default=LogFormat.CONSOLE, description="for people (console) or machines (json)"
    )
    log_level: Annotated[LogLevel, BeforeValidator(_lower)] = Field(
        default=LogLevel.INFO, description="from what importance on something is logged"
    )

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """The settings of this process; `overrides`, by field name, win over the environment.

        Raises:
            AmendsError: `setup`, naming the variable that holds a wrong value, or that is misspelt.
        """
        _refuse_misspelt(set(cls.model_fields))
        try:
            return cls(**overrides)
        except ValidationError as error:
            raise _fault(error) from None  # not chained: the original would print the value, which may be a password


def variable_of(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def _refuse_misspelt(fields: set[str]) -> None:
    """A variable that is nearly one of ours would be ignored in silence."""
    known = {field.upper() for field in fields}
    for variable in sorted(os.environ):
        word = variable.removeprefix(PREFIX)
        if word == variable or word in known:
            continue
        close = get_close_matches(word, known, n=1, cutoff=_MISSPELT_SIMILARITY)
        if close:
            raise AmendsError(ErrorCode.SETUP, f"there is no such setting; did you mean {PREFIX}{close[0]}?", variable)


def _fault(error: ValidationError) -> AmendsError:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = str(first["loc"][0])
    known = Settings.model_fields.get(field)
    meaning = f"; it is {known.description}" if known else ""
    return AmendsError(ErrorCode.SETUP, first["msg"].removeprefix("Value error, ") + meaning, variable_of(field))
