"""Where a running stack is reached, as the file that other processes read."""

from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from infra.devstack.layout import StateDir, write_private


class Addresses(BaseModel):
    """One running stack. The data source names contain passwords: they stay out of `repr` and logs.

    Attributes:
        temporal: host:port of the Temporal frontend.
        temporal_ui: address of Temporal's Web UI, for a browser.
        database: data source name of the application's role.
        database_owner: data source name of the role that owns the database, for migrations.
        smtp: host:port of the mail sink.
        api: address of the HTTP API that is kept beside the servers, if one is.
        console: address of the web console that is kept beside the servers, if one is.
        doors_are_settled: whether it is known by now which of the two are.
        mail_directory: where the sink keeps the mails, for `MailSink`.
        pid: the process that holds the stack.
        postgres_pid: PostgreSQL's first process; none while it does not serve.
        temporal_pid: the Temporal server; none while it does not serve.
        started_at: when the stack was ready.
    """

    model_config = ConfigDict(frozen=True)

    temporal: str
    temporal_ui: str
    database: str = Field(repr=False)
    database_owner: str = Field(repr=False)
    smtp: str
    api: str | None = None
    console: str | None = None
    doors_are_settled: bool = False
    mail_directory: Path
    pid: int
    postgres_pid: int | None
    temporal_pid: int | None
    started_at: AwareDatetime

    @classmethod
    def read(cls, state: StateDir) -> Self | None:
        """The addresses last written, or none."""
        try:
            return cls.model_validate_json(state.addresses.read_bytes())
        except FileNotFoundError:
            return None

    def write(self, state: StateDir) -> None:
        """Replace the addresses in the state directory in one step."""
        write_private(state.addresses, self.model_dump_json(indent=2))
