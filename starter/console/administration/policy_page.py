"""One version of a policy, read out in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext

from nicegui import ui

from infra.db.policy_store import Publication
from infra.rule_sets import RuleSet
from starter.console.administration.policies_page import address_of, term
from starter.console.administration.rights import may_change_rules
from starter.console.administration.room import PLACE, notice, room, title, today
from starter.console.administration.rules_in_words import ClockInWords, RulesInWords
from starter.console.complaint.names import read_names
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.policy.drafting import as_text
from starter.policy.sources import in_force


@staff_page("/administration/policies/of/{label}", "administration.rooms.policies")
async def policy(visit: Visit) -> None:
    """What it says, and who published it."""
    label = visit.query["label"]
    rules, publication = await in_force(label, lambda: nullcontext(visit.office.engine), today(visit))
    room(visit, "policies", rules.policy.title, within=rules.label)
    _tools(visit, rules)
    _origin(visit, rules, publication)
    read_out(visit, rules, await rules_in_words(visit))
    with ui.expansion(visit.say("administration.policy.document"), icon="data_object").classes("card part document"):
        document = ui.element("pre").classes("mono")
        document.props["tabindex"] = "0"
        with document:
            ui.label(as_text(rules.policy)).classes("theirs")


async def rules_in_words(visit: Visit) -> RulesInWords:
    """Reads rules out in the reader's language, with the departments as they are called in it.

    Raises:
        AmendsError: `unreachable`, `setup`.
    """
    names = await read_names(visit.office.engine)
    departments = {each: names.department(each, visit.language) or each for each in names.departments}
    return RulesInWords(visit.language, departments)


def read_out(visit: Visit, rules: RuleSet, words: RulesInWords) -> None:
    """Put all it says where the page is being built."""
    policy = rules.policy
    with ui.element("section").classes("card part"):
        title(visit.say("administration.policy.clocks", count=len(policy.clocks)))
        with ui.element("div").classes("clocks"):
            for rule in policy.clocks:
                _clock(visit, words.clock(rule))
    with ui.element("div").classes("halves"):
        _section(visit, "approval", map(words.approval, policy.approval))
        _section(visit, "authority", map(words.authority, policy.authority))
        _section(visit, "meeting", words.meeting(policy.meeting))
        _section(visit, "routing", (words.assignment(policy.assignment), *words.routing(policy)))


def _tools(visit: Visit, rules: RuleSet) -> None:
    with ui.element("div").classes("room-tools"):
        links = [("compare", f"{PLACE}/policies/compare?after={rules.label}", "difference")]
        if may_change_rules(visit):
            links.append(("migrate", f"{address_of(rules.label)}/migrate", "move_up"))
            links.append(("publish_again", f"{PLACE}/policies/publish?like={rules.label}", "publish"))
        for name, address, icon in links:
            with ui.link(target=address).classes("tool"):
                ui.icon(icon).props('aria-hidden="true"')
                ui.label(visit.say(f"administration.policies.{name}"))


def _origin(visit: Visit, rules: RuleSet, publication: Publication | None) -> None:
    say, calendar = visit.say, rules.calendar
    facts = {"valid": term(visit, rules.policy.valid_from, rules.policy.valid_to)}
    if calendar is not None:
        until = calendar.confirmed_until
        confirmed = say("administration.policy.confirmed_until", day=until.isoformat()) if until else ""
        facts["calendar"] = f"{calendar.name}@{calendar.version} ({calendar.timezone}) {confirmed}"
    if publication is not None:
        at, by = visit.moments.full(publication.published_at), publication.published_by
        facts["published"] = say("administration.policy.published_by", at=at, by=by)
        if publication.note:
            facts["note"] = publication.note
    else:
        facts["published"] = say("administration.policies.with_amends")
    with ui.element("dl").classes("card part facts"):
        for name, value in facts.items():
            with ui.element("dt"):
                ui.label(say(f"administration.policy.facts.{name}"))
            with ui.element("dd"):
                ui.label(value)


def _clock(visit: Visit, clock: ClockInWords) -> None:
    with ui.element("article").classes("clock"):
        title(clock.name, level=3)
        ui.label(clock.limit).classes("clock-limit")
        _lines(clock.sentences)
        if clock.source:
            ui.label(visit.say("administration.policy.source", source=clock.source)).classes("quiet clock-source")
        if not clock.is_confirmed:
            notice(visit.say("administration.policy.unconfirmed"), icon="warning", tone="warn small")


def _section(visit: Visit, name: str, lines: Iterable[str]) -> None:
    said = list(lines)
    with ui.element("section").classes("card part"):
        title(visit.say(f"administration.policy.{name}"))
        ui.label(
            visit.say(f"administration.policy.{name}_says" if said else "administration.policy.as_built_in")
        ).classes("quiet")
        _lines(said)


def _lines(lines: Iterable[str]) -> None:
    with ui.element("ul").classes("lines"):
        for line in lines:
            with ui.element("li"):
                ui.label(line)
