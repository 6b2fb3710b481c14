from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from starter.api.documented import operations
from starter.cli.contract import schemas
from tests.cli.shell import Shell
from workflows.contract.commands import COMMANDS


async def test_every_command_event_and_view_is_published(fresh: Shell, tmp_path: Path) -> None:
    """It needs no servers."""
    written = await fresh.json("contract", "export", str(tmp_path / "schemas"))
    documents = _documents(tmp_path / "schemas")
    assert len(documents) == len(written)
    assert {f"commands/{name}.schema.json" for name in COMMANDS} <= set(documents)
    assert {"Start.schema.json", "events/Entry.schema.json", "views/ComplaintView.schema.json"} <= set(documents)
    assert {"events/Change.schema.json", "webhooks/Delivery.schema.json"} <= set(documents)
    propose = documents["commands/propose.schema.json"]
    assert set(propose["required"]) == {"actor", "solution"}
    assert propose["additionalProperties"] is False
    for name in COMMANDS:
        seen = documents[f"commands/{name}.schema.json"]["properties"]["seen_sequence"]
        assert "stale" in seen["description"]


async def test_the_document_of_the_http_api_is_published_too(fresh: Shell, tmp_path: Path) -> None:
    """Every operation with its own id, every schema it refers to, and the same as the running API tells."""
    await fresh.json("contract", "export", str(tmp_path))
    document = json.loads((tmp_path / "openapi.json").read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    named = [operation["operationId"] for _, _, operation in operations(document)]
    assert {"file_complaint", "list_changes", "stream_events", "give_accept"} <= set(named)
    assert len(named) == len(set(named))
    defined = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(document))) <= defined


def test_without_a_directory_all_schemas_are_one_document() -> None:
    assert schemas()["FileComplaint"]["properties"]["text"]["maxLength"] > 0


def _documents(directory: Path) -> dict[str, Any]:
    paths = directory.rglob("*.json")
    return {path.relative_to(directory).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in paths}
