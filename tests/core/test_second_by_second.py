from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from infra.time_zones import utc_offsets
from tests.core.case_generator import generated_case, instant_text
from tests.core.second_by_second import Json, simulate
from workflows.contract.explain_case import read_case
from workflows.core.explain import calendar_of, explain
from workflows.core.timetable import Timetable

CASES = 2000
BATCH = 100
SHARPENED_EVERY = 5
DURATION = TypeAdapter(timedelta)


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_clocks_agree_with_a_simulation_of_every_second(first: int) -> None:
    """In every field of the answer: states, instants, sums, warnings and each line of the ledger."""
    for seed in range(first, first + BATCH):
        described = generated_case(seed)
        if seed % SHARPENED_EVERY == 0:
            described = _at_the_very_instant(described, seed)
        assert _answers(described) == simulate(described), f"seed {seed}"


def test_the_generated_cases_meet_every_state_and_kind_of_time() -> None:
    """Otherwise agreeing would prove little."""
    answers = [answer for seed in range(CASES // 4) for answer in _answers(generated_case(seed))]
    states = {answer["state"] for answer in answers}
    assert states == {"pending", "running", "paused", "met", "met_late", "breached", "waived"}
    kinds = {line["kind"] for answer in answers for line in answer["ledger"]}
    assert kinds == {"counted", "paused", "outside_hours", "holiday"}


def _at_the_very_instant(described: Json, seed: int) -> Json:
    """The same case when its first clock is due, and on every other seed with something happening then."""
    due_at = simulate(described)[0]["due_at"]
    if due_at is None:
        return described
    happening = {"at": instant_text(due_at), "type": ("resolved", "waiting", "resumed", "reassigned")[seed // 10 % 4]}
    more = [happening] if seed % 2 else []
    return described | {"now": instant_text(due_at), "events": described["events"] + more}


def _answers(described: Json) -> list[Json]:
    """As other programs read them; instants as seconds since 1970, durations as seconds."""
    case = read_case(json.dumps(described).encode())
    assert case.now
    timetable = Timetable(calendar_of(case, utc_offsets(case.timezone, 2025, 2030)))
    written = json.loads(explain(case, timetable, case.now).model_dump_json(by_alias=True))
    return [_in_seconds(clock) for clock in written["clocks"]]


def _in_seconds(clock: dict[str, Any]) -> Json:
    clock.pop("name")
    clock |= {name: _instant(clock[name]) for name in ("started_at", "due_at", "stopped_at", "breached_at")}
    clock |= {name: _duration(clock[name]) for name in ("used", "paused", "remaining")}
    clock["thresholds"] = [_instant(threshold["at"]) for threshold in clock["thresholds"]]
    clock["by_department"] = {name: _duration(used) for name, used in clock["by_department"].items()}
    clock["ledger"] = [line | {"from": _instant(line["from"]), "to": _instant(line["to"])} for line in clock["ledger"]]
    return clock


def _instant(text: str | None) -> float | None:
    return datetime.fromisoformat(text).timestamp() if text else None


def _duration(text: str | None) -> float | None:
    return DURATION.validate_python(text).total_seconds() if text else None
