"""Signals that end a program gently: the current task is cancelled once, and cleans up undisturbed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ending_gently() -> Iterator[None]:
    """Inside, Ctrl-C, SIGTERM and SIGHUP cancel the current task; a second one does not disturb its cleaning up.

    A signal that is ignored, as Ctrl-C is for a shell's background job, stays so.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def end() -> None:
        if task is not None and not task.cancelling():
            task.cancel()

    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)
