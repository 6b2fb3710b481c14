"""Durations are described as they are written."""

from __future__ import annotations

import re
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from starter.api.app import described

_DURATION = TypeAdapter(timedelta)
_USED = described().openapi()["components"]["schemas"]["ClockView"]["properties"]["used"]


@given(st.timedeltas())
def test_every_duration_that_is_answered_is_as_described(duration: timedelta) -> None:
    """Also that of a clock which has run for years."""
    assert re.search(_USED["pattern"], _DURATION.dump_python(duration, mode="json"))
