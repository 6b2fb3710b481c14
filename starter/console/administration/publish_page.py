"""Putting a policy in force for new complaints: written or chosen as a file, looked at, then published."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime
from functools import partial

from nicegui import ui
from nicegui.events import GenericEventArguments

from infra.db import directory
from infra.db.transaction import transact
from infra.policy_in_force import unconfirmed
from infra.rule_sets import RuleSet
from starter.console.administration.policies_page import address_of
from starter.console.administration.policy_page import read_out, rules_in_words
from starter.console.administration.rights import entitled_actor
from starter.console.administration.room import notice, room, title, today
from starter.console.drafts import Draft
from starter.console.frame import staff_page
from starter.console.visit import Visit
from starter.policy.drafting import TEXT_MAX_CHARACTERS, as_text, drafted
from starter.policy.findings import Finding, findings
from starter.policy.publishing import Published, check_publishable, publish
from starter.policy.sources import in_force
from workflows.contract.errors import AmendsError, ErrorCode

_READ_FILE = "async (event) => { const file = event.target.files[0]; if (file) emit(await file.text()); }"


@staff_page("/administration/policies/publish", "administration.policies.publish")
async def publishing(visit: Visit) -> None:
    """For those who may; all others learn why not."""
    await entitled_actor(visit)
    room(
        visit, "policies", visit.say("administration.policies.publish"), within=visit.say("administration.publish.says")
    )
    like = visit.query.get("like")
    text = ""
    if like:
        rules, _ = await in_force(like, lambda: nullcontext(visit.office.engine), today(visit))
        text = as_text(rules.policy)
    _Press(visit, like or "").build(text)


class _Press:
    """The form, what was found in what is written, and the way to publish it."""

    def __init__(self, visit: Visit, like: str) -> None:
        self._visit = visit
        self._draft = Draft(visit, f"publish-{like}")
        self._label = partial(self._said, "administration.publish")

    def build(self, text: str) -> None:
        """Put it on the page."""
        visit, draft = self._visit, self._draft
        with ui.element("section").classes("card part press"):
            self._text = draft.keep("text", ui.textarea(self._label("text"), value=text).props("outlined dense"))
            self._text.classes("policy-text").props(f"maxlength={TEXT_MAX_CHARACTERS + 1} spellcheck=false")
            with ui.element("label").classes("file"):
                ui.label(self._label("file"))
                chosen = ui.element("input").props('type="file" accept=".yaml,.yml,text/yaml"')
                chosen.props["aria-label"] = self._label("file")
                chosen.on("change", self._file_chosen, js_handler=_READ_FILE)
            with ui.element("div").classes("fields"):
                self._from, self._to = (
                    draft.keep(name, ui.input(self._label(name)).props("outlined dense type=date stack-label"))
                    for name in ("valid_from", "valid_to")
                )
                self._note = draft.keep("note", ui.input(self._label("note")).props("outlined dense").classes("wide"))
            with ui.element("div").classes("room-tools"):
                check = ui.button(self._label("check"), icon="fact_check", on_click=visit.guarded(self._check))
                check.props("unelevated no-caps")
        self._found = ui.element("div")
        self._found.props["aria-live"] = "polite"
        draft.put_back()

    async def _file_chosen(self, event: GenericEventArguments) -> None:
        self._text.value = str(event.args)[: TEXT_MAX_CHARACTERS + 1]

    async def _read(self) -> RuleSet:
        days = {name: _day(field.value, name) for name, field in (("valid_from", self._from), ("valid_to", self._to))}
        office, text = self._visit.office, self._text.value or ""
        return await drafted(office.engine, office.settings, text, today(self._visit), **days)

    async def _check(self, *_: object) -> None:
        visit = self._visit
        self._found.clear()
        try:
            rules = await self._read()
        except AmendsError as error:
            with self._found:
                notice(visit.refusal(error), icon="error", tone="bad")
            return
        departments = await transact(visit.office.engine, directory.responsible)
        found = findings(rules, datetime.now(UTC), today(visit), list(departments))
        words = await rules_in_words(visit)
        with self._found:
            self._say_findings(rules, found)
            read_out(visit, rules, words)

    def _say_findings(self, rules: RuleSet, found: list[Finding]) -> None:
        visit = self._visit
        with ui.element("section").classes("card part"):
            title(visit.say("administration.publish.findings", policy=rules.label))
            if not found:
                notice(self._label("nothing_found"), icon="check_circle", tone="good")
            for finding in found:
                with ui.element("div").classes("finding"):
                    ui.icon("warning").props('aria-hidden="true"')
                    with ui.element("div"):
                        ui.label(visit.say(f"administration.concern.{finding.concern.value}"))
                        clock = f"{finding.clock}: " if finding.clock else ""
                        ui.label(f"{clock}{visit.told(finding.message)}").classes("quiet")
            self._accepts = ui.checkbox(self._label("accept"))
            self._accepts.set_visibility(bool(unconfirmed(rules.policy)))
            ui.label(self._label("what_happens")).classes("quiet")
            with ui.element("div").classes("room-tools"):
                button = ui.button(self._label("publish"), icon="publish", on_click=visit.guarded(self._publish))
                button.props("unelevated no-caps data-publish")
        self._shown = rules

    async def _publish(self, *_: object) -> None:
        visit = self._visit
        actor = await entitled_actor(visit)
        rules = await self._read()
        if rules != self._shown:
            raise AmendsError(ErrorCode.INVALID_INPUT, self._label("check_again"), "text")
        check_publishable(rules, today(visit), accept_unconfirmed=bool(self._accepts.value))
        note = (self._note.value or "").strip() or None
        published = await publish(visit.office.engine, rules, by=actor.subject, note=note, today=today(visit))
        self._draft.forget()
        self._found.clear()
        with self._found:
            self._done(published)

    def _done(self, published: Published) -> None:
        visit, row = self._visit, published.publication
        if not published.is_new:
            words = visit.say("administration.publish.already", policy=row.label)
        elif row.valid_from and row.valid_from > today(visit):
            words = visit.say("administration.publish.from_then", policy=row.label, day=row.valid_from.isoformat())
        elif published.in_force and published.in_force.label != row.label:
            words = visit.say("administration.publish.newer", policy=row.label, other=published.in_force.label)
        else:
            words = visit.say("administration.publish.done", policy=row.label)
        with ui.element("section").classes("card part").props('role="status"'):
            notice(words, icon="check_circle", tone="good")
            with ui.element("div").classes("room-tools"):
                ui.link(self._label("show"), address_of(row.label)).classes("tool")
                ui.link(visit.say("administration.policies.migrate"), f"{address_of(row.label)}/migrate").classes(
                    "tool"
                )

    def _said(self, where: str, name: str) -> str:
        return self._visit.say(f"{where}.{name}")


def _day(typed: str | None, field: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise AmendsError(ErrorCode.INVALID_INPUT, "expected a date such as 2026-03-02", field) from None
