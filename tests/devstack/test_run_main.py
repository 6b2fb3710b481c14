"""The exit codes of entry points, each seen from outside."""

import asyncio
import signal
import sys
from subprocess import PIPE

import pytest

from infra.process import EXIT_READER_GONE
from tests.devstack.conftest import REPOSITORY, RunningStack

PREAMBLE = "import asyncio, os, signal, sys\nfrom infra.process import run_main\n"
RUNS_WITH_A_CLIENT = 10


async def _run(program: str, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PREAMBLE + program, *arguments, stdout=PIPE, stderr=PIPE, cwd=REPOSITORY
    )
    out, err = await asyncio.wait_for(process.communicate(), timeout=30)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("run_main(lambda: None)", 0),
        ("run_main(lambda: 3)", 3),
        ("async def main():\n    return 4\nrun_main(main)", 4),
        ("run_main(lambda: sys.exit())", 0),
        ("run_main(lambda: sys.exit(2))", 2),
        ("run_main(lambda: sys.exit('no such complaint'))", 1),
        ("def main():\n    raise KeyboardInterrupt\nrun_main(main)", 130),
        ("async def main():\n    os.kill(os.getpid(), signal.SIGINT)\n    await asyncio.sleep(9)\nrun_main(main)", 130),
        ("import typer\ndef main():\n    raise typer.Exit(5)\nrun_main(lambda: typer.run(main))", 5),
        ("import typer\ndef main(ref: str):\n    pass\nrun_main(lambda: typer.run(main))", 2),
    ],
)
async def test_the_exit_code_is_the_programs(program: str, code: int) -> None:
    """Whatever way the program says it, a typer app included."""
    assert (await _run(program))[0] == code


async def test_output_that_is_still_buffered_is_written() -> None:
    """To stdout, stderr and a log handler that gathers."""
    program = """
import logging, logging.handlers
target = logging.StreamHandler(sys.stdout)
logging.getLogger().addHandler(logging.handlers.MemoryHandler(99, target=target))
def main():
    print("printed", end="")
    sys.stderr.write("complained")
    logging.getLogger().warning("logged")
run_main(main)"""
    code, out, err = await _run(program)
    assert (code, "printed" in out, "logged" in out, "complained" in err) == (0, True, True, True)


async def test_an_unexpected_error_is_shown_with_its_traceback() -> None:
    """A failure nobody can see is a defect."""
    code, _, err = await _run("def main():\n    raise LookupError('gone')\nrun_main(main)")
    assert code == 1
    assert "Traceback" in err
    assert "LookupError: gone" in err


async def test_a_reader_that_leaves_ends_the_program_quietly() -> None:
    """As with `| head`: no traceback."""
    program = "def main():\n    while True:\n        print('line')\nrun_main(main)"
    shell = '"$0" -c "$1" | head -n 1; exit "${PIPESTATUS[0]}"'
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", shell, sys.executable, PREAMBLE + program, stdout=PIPE, stderr=PIPE, cwd=REPOSITORY
    )
    assert await asyncio.wait_for(process.communicate(), timeout=30) == (b"line\n", b"")
    assert process.returncode == EXIT_READER_GONE


async def test_a_broken_connection_is_not_taken_for_a_reader_that_left() -> None:
    """Only stdout's pipe is forgiven."""
    code, _, err = await _run("def main():\n    raise BrokenPipeError('database')\nrun_main(main)")
    assert code == 1
    assert "BrokenPipeError: database" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("ctrl_c", ["signal.default_int_handler", "signal.SIG_IGN"])
async def test_told_to_end_a_program_tidies_up_first(number: signal.Signals, ctrl_c: str) -> None:
    """Also as a shell's background job, which ignores Ctrl-C."""
    program = f"""
signal.signal(signal.SIGINT, {ctrl_c})
async def main():
    try:
        os.kill(os.getpid(), {int(number)})
        await asyncio.sleep(9)
    finally:
        await asyncio.sleep(0)
        print("tidied up")
run_main(main)"""
    code, out, _ = await _run(program)
    assert code == 128 + number
    assert "tidied up" in out


async def test_the_exit_code_is_true_after_using_a_temporal_client(running: RunningStack) -> None:
    """Without `run_main`, some of such processes abort at the interpreter's end with 134."""
    program = """
from temporalio.client import Client
async def main():
    client = await Client.connect(sys.argv[1])
    print(await client.service_client.check_health())
    return 7
run_main(main)"""
    for _ in range(RUNS_WITH_A_CLIENT):
        assert await _run(program, running.addresses.temporal) == (7, "True\n", "")
