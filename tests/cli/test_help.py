from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from starter.cli.app import Commands
from tests.cli.shell import AMENDS, Shell

HELP_CPU_LIMIT_SECONDS = 0.5


def test_the_overview_says_of_each_command_what_its_own_help_says() -> None:
    """The table holds these lines a second time, so that the overview need not import the commands."""
    for name, lazy in Commands.table.items():
        assert (lazy.load().help or "").startswith(lazy.summary), name


def test_the_overview_loads_neither_database_nor_temporal() -> None:
    program = "import sys, starter.cli; sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'temporalio')))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - our own program


def test_the_overview_is_there_at_once() -> None:
    """In time of the processor: the machine may be busy with other things."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([AMENDS, "--help"], check=True, capture_output=True)  # noqa: S603 - our own program
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < HELP_CPU_LIMIT_SECONDS


async def test_help_states_the_exit_codes(fresh: Shell) -> None:
    result = await fresh("--help")
    assert result.code == 0
    for code in ("0 done", "1 failed", "2 bad input", "3 refused", "4 unknown", "5 unreachable", "130 interrupted"):
        assert code in " ".join(result.out.split())


@pytest.mark.parametrize("arguments", [("fil",), ("list", "--status", "lost"), ("file", "--colour", "red"), ("act",)])
async def test_wrong_usage_is_exit_code_2(fresh: Shell, arguments: tuple[str, ...]) -> None:
    assert (await fresh.quick(*arguments)).code == 2


async def test_nothing_up_is_exit_code_5_and_says_what_to_do(fresh: Shell) -> None:
    result = await fresh.quick("list")
    assert result.code == 5
    assert result.err.startswith("error [unreachable]: no stack is up")
    assert "amends up" in result.err


async def test_a_setting_that_is_wrong_is_exit_code_2(fresh: Shell) -> None:
    result = await Shell(fresh.state_dir, (("AMENDS_SMTP", "nowhere"),)).quick("list", "--json")
    assert result.code == 2
    assert (result.error["code"], result.error["field"]) == ("setup", "AMENDS_SMTP")
