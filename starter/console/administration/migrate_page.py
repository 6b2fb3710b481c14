"""Bringing open complaints under a version of a policy: which due times would move, and then doing it."""

from __future__ import annotations

from starter.console.administration.policy_page import rules_in_words
from starter.console.administration.rights import entitled_actor
from starter.console.administration.rollout_panel import Planned, RolloutPanel
from starter.console.administration.room import room, today
from starter.console.administration.sieve import among, sieve
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.policy.migration import command_of, migratable
from starter.policy.open_complaints import Scope
from starter.policy.shelf import shelf
from workflows.contract.commands import AdoptPolicy


@staff_page("/administration/policies/of/{label}/migrate", "administration.policies.migrate")
async def migrate(visit: Visit) -> None:
    """For those who may, and policies that may be put in force today; otherwise why not."""
    label = visit.query["label"]
    await entitled_actor(visit)
    rules = await migratable(visit.office.engine, label, today(visit))
    within = visit.say("administration.migrate.says", policy=rules.label)
    room(visit, "policies", visit.say("administration.migrate.title", policy=rules.policy.title), within=within)
    found = await shelf(visit.office.engine, today(visit))
    counts = {each.label: each.open_complaints for each in found.policies} | found.elsewhere
    others = {other: f"{other} ({count})" for other, count in counts.items() if count and other != rules.label}
    below = among(visit, "from", visit.say("administration.migrate.below"), others)
    sieve(visit, [below])

    async def plan(reason: str) -> Planned:
        actor = await entitled_actor(visit)
        now = await migratable(visit.office.engine, rules.label, today(visit))
        template = command_of(AdoptPolicy, policy=now.policy, calendar=now.calendar, reason=reason, actor=actor)
        scope = Scope(beyond=now.label, below=below["value"] or None)
        return Planned(template, now.label, scope, lambda _: now.policy)

    RolloutPanel(visit, rules.label, plan, await rules_in_words(visit))
