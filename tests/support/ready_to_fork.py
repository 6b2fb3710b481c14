"""Imported last by the process that workers are forked from: a child's collector passes over what is loaded by then,
instead of having the system copy every page of it.
"""

from __future__ import annotations

from workers.garbage import collect_rarely

collect_rarely()
