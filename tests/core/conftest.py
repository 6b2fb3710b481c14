"""Hypothesis settings. CI sees the same examples every time and fails at once; `HYPOTHESIS_PROFILE=explore` tries fresh
ones, twenty times as many, and takes minutes to find the shortest story that shows a fault.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore",
    settings.get_profile("ci"),
    derandomize=False,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    max_examples=1_000,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
