"""What Tab offers, asked as bash asks."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk
from tests.cli.shell import Shell


async def offered(amends: Shell, *words: str) -> list[str]:
    """What may follow: the last word is the one that has been begun."""
    asking = {"_AMENDS_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    ended = await Shell(amends.state_dir, (*amends.environment, *asking.items()))()
    assert (ended.code, ended.err) == (0, "")
    return ended.out.split()


async def test_references_are_offered_in_the_case_in_which_they_are_typed(amends: Shell, desk: Desk) -> None:
    reference = await desk.file()
    assert reference in await offered(amends, "amends", "act", "")
    assert await offered(amends, "amends", "show", reference[:9]) == [reference]
    typed = reference[:9].lower()
    assert await offered(amends, "amends", "act", typed) == [typed + reference[9:]]
    assert await offered(amends, "amends", "list", "--parent", reference[:9]) == [reference]


async def test_people_and_departments_are_offered(amends: Shell) -> None:
    """Wherever an option takes one, for one complaint and for many."""
    act = ("amends", "act", "7K2M-9QXD-4TBC", "reassign")
    assert await offered(amends, *act, "--as", "raj") == ["raj.patel"]
    assert await offered(amends, *act, "--to", "legal") == ["legal_compliance"]
    assert await offered(amends, *act, "--to", "legal_compliance/nora") == ["legal_compliance/nora.lind"]
    assert await offered(amends, *act, "--to", "legal_compliance/raj") == []
    assert await offered(amends, "amends", "bulk", "--department", "tech") == ["technical_support"]
    assert await offered(amends, "amends", "list", "--owner", "raj") == ["raj.patel"]
    assert await offered(amends, "amends", "inbox", "--as", "raj") == ["raj.patel"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("bul",), {"bulk"}),
        (("act", "7K2M-9QXD-4TBC", "call"), {"call-meeting"}),
        (("bulk", "--status", "assigned", "classify", "--nat"), {"--nature"}),
        (("bulk", "--status", "assigned", "classify", "--severity", "h"), {"high"}),
    ],
)
async def test_commands_options_and_words_are_offered_without_servers(
    fresh: Shell, words: tuple[str, ...], expected: set[str]
) -> None:
    assert set(await offered(fresh, "amends", *words)) == expected


async def test_without_a_database_tab_is_silent(fresh: Shell) -> None:
    assert await offered(fresh, "amends", "act", "7K") == []
    unreachable = (("AMENDS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),)
    assert await offered(Shell(fresh.state_dir, unreachable), "amends", "act", "7K") == []
