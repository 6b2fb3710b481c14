"""Every kind of caller tries every operation of the OpenAPI document, and is answered as the table says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import AsyncClient

from starter.api.command_examples import EXAMPLES
from starter.api.commanding import OFFERED
from starter.api.documented import operations
from starter.read_model import ReadModel
from tests.api.conftest import Headers, ServiceHeaders, StaffHeaders
from tests.api.role_table import CALLERS, CODES, COMMANDS, NOBODY, SERVICES, STAFF, WITHOUT, YES, column, row_of
from tests.support.conditions import eventually
from tests.support.desk import Desk
from workflows.contract.commands.kinship import NAMED_IN
from workflows.contract.parties import SYSTEM
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Status

COMPLAINT = {
    "source": "roles",
    "source_key": "washing-machine",
    "channel": "web",
    "language": "en",
    "text": "The washing machine I bought stopped working after two days and leaks water. I want my money back.",
}
REFERENCE = reference_for("roles", "washing-machine")
DEPARTMENT = "technical_support"
POLICY = "default"
SUBSCRIPTION = {"url": "https://hooks.example.org/amends", "event_types": ["closed"]}
TOO_LATE = {"If-Match": '"0"'}

BODIES: dict[str, Any] = {
    "file_complaint": COMPLAINT,
    "create_subscription": SUBSCRIPTION,
    "change_subscription": {"description": "For the shop."},
}
PARAMETERS: dict[str, dict[str, str]] = {
    "list_complaints": {"q": "leaks water"},
    "list_changes": {"reference": REFERENCE, "after": "start"},
    "stream_events": {"reference": REFERENCE},
    "replay_subscription": {"after": "start"},
}
LISTS = {"list_complaints"}
"""What they answer shows who may see the complaint."""

Operation = tuple[str, str]
"""Path and method."""


@dataclass(frozen=True)
class Trial:
    """The document, a complaint of technical support, and a subscription of its head."""

    api: AsyncClient
    operations: dict[str, Operation]
    places: dict[str, str]

    async def answer(self, operation: str, headers: Headers) -> str:
        """In a word of the table."""
        path, method = self.operations[operation]
        request = self.api.build_request(method, path.format(**self.places), **_said(operation, headers))
        response = await self.api.send(request, stream=True)
        try:
            if response.is_success:
                is_shown = operation not in LISTS or REFERENCE in (await response.aread()).decode()
                return YES if is_shown else WITHOUT
            code = str(json.loads(await response.aread())["code"])
        finally:
            await response.aclose()
        return {meant: word for word, meant in CODES.items()}.get(code, code)


@pytest.fixture(scope="module")
def callers(staff: StaffHeaders, service: ServiceHeaders) -> dict[str, Headers]:
    """How each of them says who they are."""
    services = {
        name: service(f"service-{name}", sources=[source], scopes=scopes.split())
        for name, (source, scopes) in SERVICES.items()
    }
    return {**{name: staff(subject) for name, subject in STAFF.items()}, **services, NOBODY: {}}


@pytest.fixture
async def trial(api: AsyncClient, api_desk: Desk, callers: dict[str, Headers]) -> Trial:
    """Everything that there is to be seen or hidden."""
    document = (await api.get("/api/v1/openapi.json")).json()
    filed = await api.post("/api/v1/complaints", json=COMPLAINT, headers=callers["agent"])
    assert filed.json()["reference"] == REFERENCE
    await eventually(lambda: _is_with_department(api_desk), f"{DEPARTMENT} has it")
    created = await api.post("/api/v1/subscriptions", json=SUBSCRIPTION, headers=callers["head"])
    policy = await api.get(f"/api/v1/policies/{POLICY}", headers=callers["head"])
    places = {
        "reference": REFERENCE,
        "subscription": created.json()["about"]["subscription"],
        "name": POLICY,
        "version": policy.json()["version"],
    }
    known = {operation["operationId"]: (path, method) for path, method, operation in operations(document)}
    return Trial(api, known, places)


async def _is_with_department(desk: Desk) -> bool:
    row = await ReadModel(desk.engine).complaint(REFERENCE)
    return row is not None and row.status is Status.ASSIGNED and row.department == DEPARTMENT


def _said(operation: str, headers: Headers) -> dict[str, Any]:
    """What is sent with a request: what makes sense, but for commands, which are given too late to act."""
    said: dict[str, Any] = {"headers": headers, "params": PARAMETERS.get(operation)}
    if row_of(operation) == COMMANDS:
        name = operation.removeprefix(COMMANDS.removesuffix("*"))
        named_in = NAMED_IN.get(OFFERED[name])
        body = EXAMPLES[name] | ({named_in: REFERENCE} if named_in else {})  # whoever sees that one may name it
        return said | {"json": body, "headers": headers | TOO_LATE}
    if operation == "file_batch":
        lines = json.dumps(COMPLAINT).encode() + b"\n"
        return said | {"content": lines, "headers": headers | {"Content-Type": "application/x-ndjson"}}
    return said | ({"json": BODIES[operation]} if operation in BODIES else {})


async def test_every_operation_has_a_row(trial: Trial) -> None:
    """A new one is in the document, and somebody has to say who may use it."""
    assert {row_of(operation) for operation in trial.operations} == set(column(NOBODY))


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_caller_is_answered_as_the_table_says(trial: Trial, callers: dict[str, Headers], caller: str) -> None:
    """Allowed, refused, or as if there were nothing."""
    said = column(caller)
    # In the order of the table: a subscription is tried before it is removed.
    order = sorted(trial.operations, key=lambda operation: list(said).index(row_of(operation)))
    answers = {operation: await trial.answer(operation, callers[caller]) for operation in order}
    assert answers == {operation: said[row_of(operation)] for operation in order}


async def test_what_was_tried_has_changed_nothing(trial: Trial, api_desk: Desk, callers: dict[str, Headers]) -> None:
    """Commands that come too late leave no trace in the complaint: nobody has done anything between two notes."""
    first = await _note(trial, callers["executive"])
    for operation in trial.operations:
        if row_of(operation) == COMMANDS:
            await trial.answer(operation, callers["executive"])
    last = await _note(trial, callers["executive"])
    between = [each for each in await ReadModel(api_desk.engine).events(REFERENCE) if first < each.sequence < last]
    assert not [each for each in between if each.actor != SYSTEM]


async def _note(trial: Trial, headers: Headers) -> int:
    path, method = trial.operations["give_note"]
    given = await trial.api.request(
        method,
        path.format(**trial.places),
        json=EXAMPLES["note"],
        params={"wait": "projection"},
        headers=headers,
    )
    assert given.json()["projected"]
    return int(given.json()["sequence"])


def test_auditors_read_what_there_is_and_change_nothing() -> None:
    """Of complaints, people and rules they see all; subscriptions are their subscribers' own."""
    said = column("auditor")
    for operation, answer in said.items():
        is_reading = operation.startswith(("read_", "list_", "stream_")) and "subscription" not in operation
        is_open = column(NOBODY)[operation] == YES
        assert (answer == YES) == (is_open or (is_reading and operation != "list_dead_letters")), operation


def test_nobody_gets_in_without_saying_who_they_are() -> None:
    """Except where those look who run the door."""
    is_open = {operation for operation, answer in column(NOBODY).items() if answer != "who?"}
    assert is_open == {"healthz", "readyz", "metrics"}
