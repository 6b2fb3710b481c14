"""`amends staff rollout`: open complaints learn who is in charge now, each by a recorded command of its own."""

from __future__ import annotations

import typer

from infra.settings import Settings
from starter.cli.doors import open_database, open_desk
from starter.cli.options import AsJson
from starter.cli.policy_migrate import As, DryRun, Only, Reason, entitled_actor, references_of
from starter.cli.rollouts import roll_out
from starter.cli.running import run
from starter.policy.migration import label_of_staff
from starter.policy.open_complaints import Scope, known_policies
from starter.policy.present_staff import present_staff

HINT = "Complaints that are open learn of it by: amends staff rollout --reason TEXT --as USER"


def offer(app: typer.Typer) -> None:
    """Give `app` this subcommand."""
    app.command(epilog='Such as: amends staff rollout --as xu.ming --reason "Zhou Qi has left"')(rollout)


def rollout(
    *, as_user: As, reason: Reason, dry_run: DryRun = False, only: Only = None, as_json: AsJson = False
) -> None:
    """Tell complaints that are not archived who heads and leads each department now, and who has left.

    Each has pinned the people in charge when it came in. Of those who have left, what they owned or had to decide falls
    to the head. With --dry-run each complaint is asked what would change, and nothing happens. The real run can be
    interrupted and repeated: complaints that know it already are left alone.
    """

    async def work(settings: Settings) -> int:
        references = references_of(only)
        async with open_database(settings) as engine:
            actor = await entitled_actor(engine, as_user)
            template = await present_staff(engine, by=actor, reason=reason)
            policies = await known_policies(engine)
            return await roll_out(
                engine,
                await open_desk(settings),
                Scope(only=references, also_closed=True),
                template=template,
                label=label_of_staff(template),
                policy_of=lambda complaint: policies.get(complaint.policy),
                is_dry=dry_run,
                as_json=as_json,
            )

    run(work, as_json=as_json)
