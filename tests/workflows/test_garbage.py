from __future__ import annotations

import subprocess
import sys

WITH_A_CYCLE = """
import gc, weakref
from workers.garbage import collect_rarely
before = gc.get_threshold()
collect_rarely()
class Knot:
    pass
knot = Knot()
knot.itself = knot
trace = weakref.ref(knot)
del knot
kept = [[] for _ in range(2 * gc.get_threshold()[0])]
print(gc.get_freeze_count() > 1000, gc.get_threshold() > before, trace() is None)
"""


def test_a_worker_looks_for_garbage_rarely_and_still_frees_cycles() -> None:
    """In a process of its own: it changes the whole interpreter."""
    ran = subprocess.run([sys.executable, "-c", WITH_A_CYCLE], capture_output=True, text=True, check=True)  # noqa: S603 - this interpreter
    assert ran.stdout.split() == ["True", "True", "True"]
