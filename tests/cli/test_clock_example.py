"""The case that the documentation gives to try."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import Shell

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "case.json"


async def test_the_documented_case_is_due_on_the_make_up_workday(tmp_path: Path) -> None:
    """Ten working hours, of which a day's wait and a holiday took none: Saturday 10 October, 10:00 in Shanghai."""
    answer = await Shell(tmp_path / "nothing is up").quick("clock", "explain", "--json", str(EXAMPLE))
    [resolution] = answer.json["clocks"]
    assert (resolution["state"], resolution["due_at"]) == ("breached", "2026-10-10T02:00:00Z")
    assert (resolution["used"], resolution["paused"]) == ("PT12H", "P1D")
    assert resolution["by_department"] == {"service": "PT2H", "technical": "PT10H"}
