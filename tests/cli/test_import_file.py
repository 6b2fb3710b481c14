from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from starter.listing import Asked
from starter.wanted import Wanted
from tests.cli.desk import Desk
from tests.cli.shell import TIME_LIMIT, Shell, finished
from tests.support.conditions import until

CFPB_HEADER = "Date received,Product,Issue,Sub-issue,Submitted via,Consumer complaint narrative,Complaint ID\n"


async def test_good_lines_are_filed_and_bad_ones_reported(amends: Shell, tmp_path: Path) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(
        'ticket,text,channel\nB-1,The box was empty.,app\nB-2,,web\nB-3,Rude.,pigeon\n,No key.,web\nB-5,"迟\n到",web\n'
    )
    result = await amends("import", str(path), "--map", "ticket=source_key", "--json")
    assert result.code == 1
    assert json.loads(result.out) == {"read": 5, "filed": 2, "duplicates": 0, "bad": 3, "line": 6, "interrupted": False}
    reported = result.err.splitlines()
    assert [line.split(":")[:2] for line in reported] == [
        ["line 3", " text"],
        ["line 4", " channel"],
        ["line 5", " source_key"],
    ]
    again = await amends("import", str(path), "--map", "ticket=source_key", "--json")
    assert json.loads(again.out)["duplicates"] == 2


async def test_the_cfpbs_export_needs_no_options(amends: Shell, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(CFPB_HEADER + "2019/9/24,Loan,Fees,Hidden,Phone,They charged me twice.,42\n", encoding="utf-8-sig")
    assert (await amends.json("import", str(path)))["filed"] == 1
    filing = await amends.json("file", "--channel", "web", "--text", "x", "--source", "cfpb", "--key", "42")
    assert filing["duplicate"]
    view = await desk.view(filing["reference"])
    assert view.channel == "hotline"
    assert view.received_at.year > 2019


async def test_an_import_that_is_interrupted_is_finished_by_its_repeat(
    amends: Shell, desk: Desk, tmp_path: Path
) -> None:
    """Every line becomes exactly one complaint, whoever filed it."""
    path, wanted = tmp_path / "many.ndjson", Wanted(text="Late again")
    lines = [
        json.dumps({"source": "many", "source_key": key, "text": "Late again.", "channel": "web"}) for key in range(120)
    ]
    path.write_text("\n".join(lines))
    process = await amends.start("import", str(path), "--json")

    async def some_filed() -> bool:
        return bool(await desk.lists.page(Asked(wanted, limit=1)))

    await until(some_filed, "the import has begun")
    process.send_signal(signal.SIGINT)
    stopped = await finished(process)
    first = json.loads(stopped.out)
    assert (stopped.code, first["interrupted"]) == (130, True)
    assert "Repeat the command" in stopped.err
    second = await amends.json("import", str(path))
    assert second["read"] == second["filed"] + second["duplicates"] == len(lines)
    assert second["duplicates"] >= first["filed"] > 0

    async def all_projected() -> bool:
        return len(await desk.lists.page(Asked(wanted, limit=2 * len(lines)))) == len(lines)

    await until(all_projected, "every complaint is in the read model")


async def test_a_file_that_cannot_do_is_refused_before_anything_is_filed(amends: Shell, tmp_path: Path) -> None:
    nothing, wrong = tmp_path / "empty.csv", tmp_path / "wrong.csv"
    nothing.touch()
    wrong.write_text("a,b\n1,2\n")
    for path, said in ((nothing, "empty"), (wrong, "no column gives text"), (tmp_path / "none.csv", "cannot read")):
        result = await amends.quick("import", str(path), "--json")
        assert (result.code, result.out) == (2, "")
        assert said in result.error["message"]


async def test_lines_come_from_standard_input_too(amends: Shell) -> None:
    lines = b'{"source_key": "p1", "text": "Broken.", "channel": "app", "shoe_size": 43}\n'
    assert (await amends("import", "-", "--json", given=lines)).json["filed"] == 1


async def test_what_a_pipe_has_said_is_filed_while_it_pauses(amends: Shell, desk: Desk) -> None:
    """And it can be interrupted then, as any other import."""
    wanted = Wanted(text="Dripping since Tuesday")
    process = await amends.start("import", "-", "--json", give_input=True)
    assert process.stdin is not None
    process.stdin.write(b'{"source_key": "paused", "text": "Dripping since Tuesday.", "channel": "hotline"}\n')
    await process.stdin.drain()

    async def is_filed() -> bool:
        return len(await desk.lists.page(Asked(wanted, limit=2))) == 1

    await until(is_filed, "the one line is filed although the pipe is open")
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(TIME_LIMIT.total_seconds()):
        assert process.stdout is not None
        stopped = json.loads(await process.stdout.read())
        assert await process.wait() == 130
    assert (stopped["filed"], stopped["interrupted"]) == (1, True)
