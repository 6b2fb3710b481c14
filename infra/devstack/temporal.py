"""Runs an embedded Temporal server with its Web UI, on a file that survives restarts."""

import signal
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import ClassVar

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from infra.devstack.binaries import temporal_binary
from infra.devstack.child import Child
from infra.devstack.errors import DevStackError
from infra.devstack.layout import StateDir
from infra.devstack.ports import HOST, PortName, Ports
from infra.devstack.processes import stop_orphans

NAMESPACE = "default"
RETENTION = timedelta(days=3650)  # a closed complaint stays readable; the server's own default forgets it in a day
UPDATE_PAYLOADS_MAX_BYTES = 2_000_000
"""Of the updates of one workflow together. A worker cannot even refuse an update above 2 MB, because the refusal quotes
it, and while it tries the workflow answers nobody; so the server must not let it in."""

_CALL_TIMEOUT = timedelta(seconds=5)
_SERVING_LINE = b"Temporal Server:"  # printed once the server listens on its ports


class Temporal:
    """The development server, with the search attributes and dynamic configuration it is given.

    Arguments:
        state: where its file and its log lie.
        search_attributes: type by name, in the server's words: Text, Keyword, Int, Double, Bool, Datetime, KeywordList.
        dynamic_config: JSON value by key, for example `{"limit.historyCount.suggestContinueAsNew": "50"}`.
    """

    name = "Temporal"
    port_names: ClassVar[tuple[PortName, ...]] = ("temporal", "temporal_ui")

    def __init__(
        self,
        state: StateDir,
        search_attributes: Mapping[str, str] = MappingProxyType({}),
        dynamic_config: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._state = state
        self._log_file = state.logs / "temporal.log"
        self._search_attributes = search_attributes
        self._dynamic_config = dynamic_config
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The server's process; none while it does not serve."""
        return self._child.pid if self._child else None

    async def prepare(self) -> None:
        """End a server that an earlier run left on the same file: two of them would spoil it."""
        await stop_orphans(["--db-filename", str(self._state.temporal_db)], signal.SIGTERM)

    async def start(self, ports: Ports) -> None:
        """Start the server on the data of the last run, and return once it takes calls.

        Raises:
            ServerDownError: it ended, perhaps because a port was taken in the last moment.
            DevStackError: `temporal_missing`, `search_attribute_type` and others.
        """
        log_start = self._log_file.stat().st_size if self._log_file.exists() else 0
        self._child = None
        child = await Child.launch(
            [temporal_binary(), *self._arguments(ports)], log_file=self._log_file, directory=self._state.root
        )
        try:
            await child.until(lambda: self._serves(ports, log_start), self.name)
            await self._furnish(await _connect(ports))
        except BaseException:
            await child.stop(signal.SIGTERM)
            raise
        self._child = child

    async def exited(self) -> int | None:
        """Wait for the server's end, which nobody asked for; its exit code."""
        return await self._child.exited() if self._child else None

    async def stop(self) -> None:
        """Stop the server; running workflows go on at its next start."""
        if self._child is not None:
            await self._child.stop(signal.SIGTERM)
            self._child = None

    def _arguments(self, ports: Ports) -> list[str]:
        arguments = ["server", "start-dev", "--db-filename", str(self._state.temporal_db)]
        # Write-ahead logging makes the file several times as fast; NORMAL loses nothing when a process is killed.
        arguments += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
        arguments += ["--ip", HOST, "--port", str(ports.temporal), "--ui-port", str(ports.temporal_ui)]
        arguments += ["--ui-disable-news-fetch", "--log-level", "warn"]
        dynamic_config = {"history.maxInFlightUpdatePayloads": str(UPDATE_PAYLOADS_MAX_BYTES), **self._dynamic_config}
        for key, value in dynamic_config.items():
            arguments += ["--dynamic-config-value", f"{key}={value}"]
        return arguments

    async def _serves(self, ports: Ports, log_start: int) -> bool:
        """Whether this server, not another one that took the port first, answers a call."""
        with self._log_file.open("rb") as log:
            log.seek(log_start)
            if _SERVING_LINE not in log.read():
                return False
        try:
            client = await _connect(ports)
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=NAMESPACE), timeout=_CALL_TIMEOUT
            )
        except (RuntimeError, RPCError):  # the client says RuntimeError when it finds nobody at the address
            return False
        return True

    async def _furnish(self, client: Client) -> None:
        await self._register_search_attributes(client)
        retention = Duration()
        retention.FromTimedelta(RETENTION)
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=NAMESPACE, config=NamespaceConfig(workflow_execution_retention_ttl=retention)
            ),
            timeout=_CALL_TIMEOUT,
        )

    async def _register_search_attributes(self, client: Client) -> None:
        """Register those that are missing. The server's own flag for this is ignored on a file that exists already."""
        wanted = {name: _value_type(name, type_name) for name, type_name in self._search_attributes.items()}
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=NAMESPACE), timeout=_CALL_TIMEOUT
        )
        for name in wanted.keys() & listed.custom_attributes.keys():
            if listed.custom_attributes[name] != wanted[name]:
                raise DevStackError(
                    "search_attribute_type",
                    f"search attribute {name} was registered with another type than {self._search_attributes[name]}: "
                    "a type cannot change; give the attribute a new name, or start anew after `amends down --purge`",
                )
        missing = {name: kind for name, kind in wanted.items() if name not in listed.custom_attributes}
        if missing:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=NAMESPACE, search_attributes=missing), timeout=_CALL_TIMEOUT
            )


async def _connect(ports: Ports) -> Client:
    return await Client.connect(f"{HOST}:{ports.temporal}", namespace=NAMESPACE)


def _value_type(name: str, type_name: str) -> IndexedValueType.ValueType:
    types = {
        "Text": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
        "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
        "Double": IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
        "Bool": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
        "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
        "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    }
    if type_name not in types:
        raise DevStackError(
            "search_attribute_type", f"search attribute {name}: expected one of {', '.join(types)}, not {type_name!r}"
        )
    return types[type_name]
