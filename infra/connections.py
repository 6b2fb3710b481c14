"""Where the outside world is reached: what the settings name, else the embedded stack that is running."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression

from infra.devstack.addresses import Addresses
from infra.devstack.stack import Stack
from infra.payloads import DATA_CONVERTER
from infra.settings import Settings, variable_of
from infra.survey_secret import kept_survey_secret
from workflows.contract.errors import AmendsError, ErrorCode

CONNECT_TIME_LIMIT = timedelta(seconds=5)
"""People at a terminal wait for this."""

DEFAULT_TEMPORAL_ADDRESS = "localhost:7233"
"""Temporal's own default, for official profiles that name no address."""


ON_LOOPBACK = {"grpc_compression": GrpcCompression.NONE}
"""Between two processes of one machine gzip only costs both of them time."""


@dataclass(frozen=True)
class TemporalServer:
    """A Temporal server: its address, who named it, and the rest of what `Client.connect` takes (keys: not shown)."""

    address: str
    named_by: str
    namespace: str = "default"
    options: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Connections:
    """Each address on its own: a command that only reads tables needs no mail server.

    Every property raises AmendsError `unreachable` when nothing names that address and no embedded stack is up.
    """

    settings: Settings
    stack: Addresses | None = field(repr=False)
    profile: ClientConfigProfile | None = field(repr=False)

    @property
    def temporal(self) -> TemporalServer:
        """An official profile or `TEMPORAL_*` variables win over the embedded stack."""
        if self.profile is not None:
            options: dict[str, Any] = {**self.profile.to_client_connect_config()}
            return TemporalServer(
                address=options.pop("target_host", DEFAULT_TEMPORAL_ADDRESS),
                named_by="the Temporal profile or TEMPORAL_* variables",
                namespace=options.pop("namespace", "default"),
                options=options,
            )
        return TemporalServer(
            address=self._stack("TEMPORAL_ADDRESS").temporal, named_by="the embedded stack", options=ON_LOOPBACK
        )

    @property
    def database(self) -> str:
        """`postgresql://…` as the application; contains a password."""
        given = self.settings.database_url
        return given.get_secret_value() if given else self._stack(variable_of("database_url")).database

    @property
    def database_owner(self) -> str:
        """`postgresql://…` as the owner of the tables, for migrations; contains a password."""
        given = self.settings.database_owner_url or self.settings.database_url
        return given.get_secret_value() if given else self._stack(variable_of("database_url")).database_owner

    @property
    def smtp(self) -> str:
        """host:port of the mail server."""
        return self.settings.smtp or self._stack(variable_of("smtp")).smtp

    @property
    def survey_secret(self) -> SecretStr:
        """What signs survey links. The embedded stack's is made by itself; anything else has to be told.

        Raises:
            AmendsError: `setup`, when PostgreSQL is external and no secret is set: workers on several machines would
                each make their own, and links signed by one would be refused by the others.
        """
        if self.settings.survey_secret is not None:
            return self.settings.survey_secret
        if self.settings.database_url is not None:
            raise AmendsError(
                ErrorCode.SETUP,
                "must be set when PostgreSQL is not the embedded one; make one with `openssl rand -hex 32`",
                variable_of("survey_secret"),
            )
        self._stack(variable_of("survey_secret"))
        return kept_survey_secret(self.settings.state_dir)

    @property
    def is_embedded(self) -> bool:
        """The engine and the tables are the embedded stack's, which is up: what is in them is for trying out."""
        return self.stack is not None and self.profile is None and self.settings.database_url is None

    def _stack(self, variable: str) -> Addresses:
        if self.stack is None:
            raise AmendsError(
                ErrorCode.UNREACHABLE,
                f"no stack is up in {self.settings.state_dir}: start one with `amends up`, or set {variable}",
            )
        return self.stack


def resolve(settings: Settings) -> Connections:
    """Where everything is reached now.

    Raises:
        AmendsError: `setup`, when the Temporal profile that is asked for cannot be read.
    """
    return Connections(settings=settings, stack=Stack.running(settings.state_dir), profile=_official_profile())


async def connect_temporal(
    server: TemporalServer,
    *,
    time_limit: timedelta = CONNECT_TIME_LIMIT,
    runtime: Runtime | None = None,
    lazy: bool = False,
) -> Client:
    """A client that has reached the server, or, if it is `lazy`, one that will when it is first used.

    Raises:
        AmendsError: `unreachable` within `time_limit`, saying where and what to do.
    """
    try:
        async with asyncio.timeout(time_limit.total_seconds()):
            return await Client.connect(
                server.address,
                namespace=server.namespace,
                data_converter=DATA_CONVERTER,
                lazy=lazy,
                runtime=runtime,
                **server.options,
            )
    # RuntimeError is what the SDK raises for any failure to connect, ValueError for an address that is none.
    except (TimeoutError, RuntimeError, ValueError) as error:
        raise AmendsError(
            ErrorCode.UNREACHABLE,
            f"no Temporal server at {server.address}, named by {server.named_by}: {_reason(error)};"
            " start the embedded one with `amends up`, or set TEMPORAL_ADDRESS",
        ) from error


def _reason(error: Exception) -> str:
    """The last sentence for people in what the SDK's Rust core prints about itself."""
    if isinstance(error, TimeoutError):
        return "no answer"
    said = re.findall(r'(?:message|error): "([^"]*)"', str(error))
    return said[-1] if said else str(error)


def _official_profile() -> ClientConfigProfile | None:
    """What Temporal's own configuration says, by file and variables; none when it says nothing."""
    try:
        profile = ClientConfigProfile.load()
    except RuntimeError as error:
        raise AmendsError(ErrorCode.SETUP, f"cannot read the Temporal profile: {error}", "TEMPORAL_PROFILE") from error
    return profile if profile != ClientConfigProfile() else None
