"""Telling open complaints who is in charge now, and who has left: whom it concerns, and then doing it."""

from __future__ import annotations

from starter.console.administration.policy_page import rules_in_words
from starter.console.administration.rights import entitled_actor
from starter.console.administration.rollout_panel import Planned, RolloutPanel
from starter.console.administration.room import room
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.policy.migration import label_of_staff
from starter.policy.open_complaints import Scope, known_policies
from starter.policy.present_staff import present_staff


@staff_page("/administration/people/rollout", "administration.people.rollout")
async def staff_rollout(visit: Visit) -> None:
    """For those who may; all others learn why not."""
    await entitled_actor(visit)
    room(
        visit,
        "people",
        visit.say("administration.people.rollout"),
        within=visit.say("administration.people.rollout_says"),
    )

    async def plan(reason: str) -> Planned:
        engine = visit.office.engine
        template = await present_staff(engine, by=await entitled_actor(visit), reason=reason)
        policies = await known_policies(engine)
        scope = Scope(also_closed=True)
        return Planned(template, label_of_staff(template), scope, lambda complaint: policies.get(complaint.policy))

    RolloutPanel(visit, "staff", plan, await rules_in_words(visit))
