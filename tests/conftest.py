"""Fixtures that tests of several folders share."""

from __future__ import annotations

import signal

pytest_plugins = ["tests.support.postgres", "tests.support.mail"]

# Started in the background or under nohup, pytest ignores these signals, and so would every program that it starts;
# what is tested is how programs end that were started by hand.
for _number, _as_by_hand in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _as_by_hand)
