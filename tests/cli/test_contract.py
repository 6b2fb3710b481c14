from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
    propose = documents["commands/propose.schema.json"]
    assert set(propose["required"]) == {"actor", "solution"}
    assert propose["additionalProperties"] is False


def test_without_a_directory_all_schemas_are_one_document() -> None:
    assert schemas()["FileComplaint"]["properties"]["text"]["maxLength"] > 0


def _documents(directory: Path) -> dict[str, Any]:
    paths = directory.rglob("*.json")
    return {path.relative_to(directory).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in paths}
