"""How every entry point ends: run the main function, flush what it wrote, leave with an exit code that is true.

A process that used a Temporal client may abort while the interpreter shuts down (SIGABRT, exit code 134). Leaving by
`os._exit` skips that shutdown, so `atexit` hooks do not run: clean up with context managers.
"""

import asyncio
import inspect
import logging
import os
import select
import signal
import sys
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, NoReturn

EXIT_FAILED = 1
EXIT_INTERRUPTED = 128 + signal.SIGINT
EXIT_READER_GONE = 128 + signal.SIGPIPE


def run_main(
    main: Callable[[], Coroutine[Any, Any, int | None] | int | None],
    *,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> NoReturn:
    """Run `main` (a plain or an async callable, a typer app too) and end the process with its exit code.

    An async one runs on a loop that `loop_factory` makes, asyncio's own unless another is asked for.

    The code is what `main` returns (`None` is 0) or gives to `sys.exit`; 130 after Ctrl-C, 143 and 129 after SIGTERM
    and SIGHUP, which end the program as gently as Ctrl-C does; 141 when the reader of stdout has gone; 1 after any
    other exception, whose traceback goes to stderr.
    """
    termination = _Termination()
    termination.install()
    code = _exit_code(main, loop_factory)
    if code == EXIT_INTERRUPTED and termination.received is not None:
        code = 128 + termination.received
    os._exit(_flush(code))


class _Termination:
    """Turns SIGTERM and SIGHUP into the gentle end that Ctrl-C gets, and remembers which of them it was."""

    def __init__(self) -> None:
        self.received: signal.Signals | None = None

    def install(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:  # nohup, for one, has SIGHUP ignored: leave it so
                signal.signal(number, self._interrupt)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.received = signal.Signals(number)
        on_interrupt = signal.getsignal(signal.SIGINT)
        if not callable(on_interrupt):  # a shell's background job ignores Ctrl-C, and must still obey SIGTERM
            raise KeyboardInterrupt
        on_interrupt(signal.SIGINT, frame)


def _exit_code(
    main: Callable[[], Coroutine[Any, Any, int | None] | int | None],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None,
) -> int:
    try:
        result = main()
        if inspect.iscoroutine(result):
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                result = runner.run(result)
    except SystemExit as leaving:
        # typer answers a broken pipe by leaving with 1.
        lost_reader = isinstance(leaving.__context__, BrokenPipeError) and _reader_has_gone()
        return EXIT_READER_GONE if lost_reader else _code_of(leaving)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BaseException as error:  # noqa: BLE001 - the last stop of any error: it is shown, never swallowed
        if isinstance(error, BrokenPipeError) and _reader_has_gone():
            return EXIT_READER_GONE
        sys.excepthook(type(error), error, error.__traceback__)
        return EXIT_FAILED
    return result if isinstance(result, int) else 0


def _code_of(leaving: SystemExit) -> int:
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code & 0xFF
    sys.stderr.write(f"{leaving.code}\n")
    return EXIT_FAILED


def _reader_has_gone() -> bool:
    """Whether nobody reads stdout; a broken pipe may as well be a socket's, and that is an error to show."""
    poller = select.poll()
    poller.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poller.poll(0))


def _flush(code: int) -> int:
    """Write out what is still buffered; output that could not be written turns success into failure."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is None or stream.closed:
            continue
        try:
            stream.flush()
        except BrokenPipeError:
            code = code or EXIT_READER_GONE
        except OSError as error:
            os.write(2, f"cannot write the rest of the output: {error}\n".encode())
            code = code or EXIT_FAILED
    return code
