"""`make pictures`: photographs every page of the console, on invented complaints in every state, into docs/pictures."""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from infra.devstack.layout import StateDir
from infra.devstack.ports import Ports
from infra.process import run_main
from starter.access.gate import OIDC
from starter.console.commands.offered import OFFERED
from starter.demo.scenes import Scene, written_scenes
from starter.giving import give, ready_command
from starter.projection import projected
from starter.staff import actor_of
from tests.support.chromium import chromium
from tests.support.console import Taste, browser_of, chromium_at, console_process
from tests.support.desk import Desk, running_desk, working
from workflows.contract.errors import AmendsError

FOLDER = Path("docs/pictures")

PLACES = {
    "queue": ("lin.wan", "/queue"),
    "queue-all": ("lin.wan", "/queue?tab=all"),
    "complaint": ("lin.wan", "/complaints/{met}"),
    "command": ("lin.wan", "/complaints/{met}?act=approve"),
    "file": ("mary.okoro", "/file?text=The+kettle+leaks+from+its+base.&phone=13800138000"),
    "board": ("xu.ming", "/board"),
    "policies": ("gao.feng", "/administration/policies"),
    "people": ("lin.wan", "/administration/people"),
    "letters": ("lin.wan", "/administration/letters"),
    "deliveries": ("lin.wan", "/administration/deliveries"),
}
"""Of each picture who looks at what; `{met}` is a complaint that a meeting was about."""

TASTES = {"light": Taste(language="en"), "dark": Taste(language="zh", dark=True)}

LEADS = {
    "customer_service": ("tom.hale", "lin.wan"),
    "technical_support": ("ines.vogel", "gao.feng"),
    "marketing_pr": ("su.yan", "claire.dunn"),
    "legal_compliance": ("nora.lind", "shen.yi"),
    "executive": ("xu.ming", "grace.adler"),
}
"""Of each department who solves its cases, and who approves."""

UP_TO_THE_PROPOSAL = 4
"""Steps: then the meeting is past, and the approval to come."""

APPROVER = "lin.wan"
"""Who approves what is in the pictures."""

APART = timedelta(hours=13)
"""Between two complaints: some limits have passed, others have not."""


class Staging:
    """Complaints that have come as far as their number says."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.met = ""

    async def play(self, scene: Scene, number: int) -> None:
        """File a complaint and take it some steps on its way."""
        received_at = datetime.now(UTC) - (number + 1) * APART
        complaint = scene.complaint.model_copy(update={"received_at": received_at})
        filing = await self._desk.client.file(complaint)
        await projected(self._desk.engine, filing.reference, 3)
        view = await self._desk.client.view(filing.reference)
        solver, approver = LEADS[view.summary.department]
        words = scene.words
        steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
            (solver, "take_over", {"reason": words.question}),
            (solver, "call_meeting", {"departments": words.departments, "agenda": words.question}),
            (
                solver,
                "decide_meeting",
                {"present": words.departments, "minutes": words.answer, "decision": words.refusal},
            ),
            (solver, "propose", {"solution": words.solution, "redress": words.redress}),
            (approver, "approve", {}),
            (solver, "execute", {"result": words.result}),
            (approver, "confirm", {"solved": number % 4 != 0, "how": "phone", "score": 5 - number % 3}),
        )
        taken = number % (len(steps) + 1)
        for who, name, fields in steps[:taken]:
            with suppress(AmendsError):  # what is not allowed in this case does not happen in it
                await self._give(filing.reference, who, name, fields)
        if taken == UP_TO_THE_PROPOSAL and approver == APPROVER:
            self.met = self.met or filing.reference

    async def _give(self, reference: str, who: str, name: str, fields: dict[str, Any]) -> None:
        actor = await actor_of(self._desk.engine, who, authenticated_by=OIDC)
        command = await ready_command(self._desk.engine, OFFERED[name], fields, actor)
        receipt = await give(self._desk.engine, self._desk.client, reference, command)
        await projected(self._desk.engine, reference, receipt.sequence)


async def photograph(desk: Desk, browser: Browser, address: str, met: str) -> None:
    """All places, in both tastes."""
    for taste_name, taste in TASTES.items():
        for name, (subject, path) in PLACES.items():
            context = await browser_of(browser, desk.engine, address, subject, taste)
            page = await context.new_page()
            await page.goto(path.format(met=met))
            await page.wait_for_function("window.did_handshake")
            await page.wait_for_load_state("networkidle")
            await page.wait_for_timeout(1500)  # charts draw themselves slowly
            await page.screenshot(path=FOLDER / f"{name}-{taste_name}.png")
            await context.close()


async def main() -> int:
    """Stage, photograph; 2 without a browser."""
    program = chromium()
    if program is None:
        sys.stderr.write("There is no Chromium: `python -m tests.support.chromium` installs it.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="amends-pictures-") as directory:
        state_dir = Path(directory) / "state"
        state = StateDir(state_dir)
        state.create()
        Ports.unused().remember(state)
        async with running_desk(state_dir) as desk, working(desk), console_process(state_dir) as process:
            staging = Staging(desk)
            for number, scene in enumerate(written_scenes("pictures")):
                await staging.play(scene, number)
            async with chromium_at(program) as browser:
                await photograph(desk, browser, process.address, staging.met)
    return 0


if __name__ == "__main__":
    run_main(main)
