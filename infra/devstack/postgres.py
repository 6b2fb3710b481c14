"""Runs an embedded PostgreSQL: on loopback only, with passwords, durable, and adding no account to the system."""

import secrets
import shutil
import signal
import sys
from pathlib import Path
from typing import Any, ClassVar

import asyncpg

from infra.devstack.account import Account
from infra.devstack.binaries import postgres_bin_directory
from infra.devstack.child import Child
from infra.devstack.errors import DevStackError
from infra.devstack.layout import StateDir
from infra.devstack.lock import Lock
from infra.devstack.ports import HOST, PortName, Ports
from infra.devstack.postgres_home import PostgresHome, PostgresRecord
from infra.devstack.processes import stop_orphans

ADMIN_ROLE = "postgres"
OWNER_ROLE = "amends_owner"
APP_ROLE = "amends_app"
DATABASE = "amends"

# pg_trgm sees Chinese characters only through the C library's idea of a letter; macOS has no C.UTF-8.
LOCALE = {"darwin": "en_US.UTF-8"}.get(sys.platform, "C.UTF-8")
_CONNECT_TIMEOUT_SECONDS = 5
_ENVIRONMENT = {"LC_ALL": LOCALE, "TZ": "UTC"}
_FAST_SHUTDOWN, _IMMEDIATE_SHUTDOWN = signal.SIGINT, signal.SIGQUIT


class Postgres:
    """One cluster with the database `amends`, owned by `amends_owner` and used by `amends_app`."""

    name = "PostgreSQL"
    port_names: ClassVar[tuple[PortName, ...]] = ("postgres",)

    def __init__(self, state: StateDir) -> None:
        self._state = state
        account = Account.for_servers()
        self._record = PostgresRecord.read(state) or PostgresRecord(home=PostgresHome.choose(state, account))
        self._home = PostgresHome(self._record.home, account)
        self._home_lock = Lock(self._home.path)
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The server's first process; none while it does not serve."""
        return self._child.pid if self._child else None

    def app_dsn(self, ports: Ports) -> str:
        """Data source name of the application's role."""
        return _dsn(APP_ROLE, self._record.app_password, ports)

    def owner_dsn(self, ports: Ports) -> str:
        """Data source name of the database's owner, for migrations."""
        return _dsn(OWNER_ROLE, self._record.owner_password, ports)

    async def prepare(self) -> None:
        """Have the data ready, made if this is the first run, with no other server on them.

        Raises:
            DevStackError: `postgres_data_lost`, `postgres_data_in_use`, `postgres_missing` and others.
        """
        if self._record.initialised and not self._home.data.exists():
            raise DevStackError(
                "postgres_data_lost",
                f"PostgreSQL's data was at {self._home.data} and is gone: put it back, "
                "or start anew after `amends down --purge`",
            )
        self._record.write(self._state)  # before there is data: a database whose password is lost is lost itself
        self._home.create()
        if not self._home_lock.acquire():
            raise DevStackError(
                "postgres_data_in_use",
                f"{self._home.path} is in use by another stack: is {self._state.root} a copy of its state directory?",
            )
        await self.stop_orphans()
        self._home.install(postgres_bin_directory())
        if not self._home.data.exists():
            await self._initialise()
        self._home.forget_process()
        self._record = self._record.model_copy(update={"initialised": True})
        self._record.write(self._state)

    async def start(self, ports: Ports) -> None:
        """Start the server, on the data of the last run if there is some, and return once it answers queries.

        Raises:
            ServerDownError: it ended, perhaps because the port was taken in the last moment.
            DevStackError: `server_not_ready`.
        """
        settings = {"listen_addresses": HOST, "port": str(ports.postgres), "unix_socket_directories": ""}
        command: list[str | Path] = [self._program("postgres"), "-D", self._home.data]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        self._child = None
        child = await self._launch(command, "postgres")
        try:
            await child.until(lambda: self._answers(ports), self.name)
            await self._create_database(ports)
        except BaseException:
            await child.stop(_FAST_SHUTDOWN, _IMMEDIATE_SHUTDOWN)
            raise
        self._child = child

    async def exited(self) -> int | None:
        """Wait for the server's end, which nobody asked for; its exit code."""
        return await self._child.exited() if self._child else None

    async def stop(self) -> None:
        """Stop the server: sessions are cut, everything committed is on the disk."""
        if self._child is not None:
            await self._child.stop(_FAST_SHUTDOWN, _IMMEDIATE_SHUTDOWN)
            self._child = None

    def release(self) -> None:
        """Give up the data: another stack may use it."""
        self._home_lock.release()

    async def stop_orphans(self) -> None:
        """End a server that an earlier run left on the data."""
        await stop_orphans(["-D", str(self._home.data)], _FAST_SHUTDOWN, _IMMEDIATE_SHUTDOWN)

    async def remove(self) -> None:
        """End what an earlier run left running, and delete the data wherever it lies."""
        await self.stop_orphans()
        if self._home.path.exists():
            shutil.rmtree(self._home.path)

    async def _initialise(self) -> None:
        """Make the cluster beside its place and move it there when whole: a killed run leaves no half of one."""
        for remnant in self._home.cluster.iterdir():
            shutil.rmtree(remnant)
        draft = self._home.cluster / f"draft-{secrets.token_hex(4)}"
        self._home.account.own(draft)
        password_file = draft / "password"
        password_file.write_text(self._record.admin_password, encoding="utf-8")
        password_file.chmod(0o644)  # in a directory that is closed to others
        command: list[str | Path] = [self._program("initdb"), "-D", draft / "data", f"--username={ADMIN_ROLE}"]
        command += [f"--pwfile={password_file}", "--auth=scram-sha-256", f"--locale={LOCALE}", "--encoding=UTF8"]
        child = await self._launch(command, "initdb")
        await child.succeeded("initdb")
        (draft / "data").rename(self._home.data)
        shutil.rmtree(draft)

    def _program(self, name: str) -> Path:
        return self._home.programs(postgres_bin_directory()) / name

    async def _launch(self, command: list[str | Path], log_name: str) -> Child:
        return await Child.launch(
            command,
            log_file=self._state.logs / f"{log_name}.log",
            directory=self._home.path,
            environment=_ENVIRONMENT,
            identity=self._home.account.identity(),
        )

    async def _answers(self, ports: Ports) -> bool:
        """Whether a query is answered: the port is open before that, and may even be another server's."""
        try:
            connection = await self._connect(ports, "postgres")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    async def _create_database(self, ports: Ports) -> None:
        connection = await self._connect(ports, "postgres")
        try:
            for role, password in ((OWNER_ROLE, self._record.owner_password), (APP_ROLE, self._record.app_password)):
                if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                    await connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
            await connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}")
        finally:
            await connection.close()

    async def _connect(self, ports: Ports, database: str) -> Any:
        return await asyncpg.connect(
            host=HOST,
            port=ports.postgres,
            user=ADMIN_ROLE,
            password=self._record.admin_password,
            database=database,
            ssl=False,
            timeout=_CONNECT_TIMEOUT_SECONDS,
        )


def _dsn(role: str, password: str, ports: Ports) -> str:
    return f"postgresql://{role}:{password}@{HOST}:{ports.postgres}/{DATABASE}"
