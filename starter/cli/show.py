"""`amends show`: one complaint, live from its workflow, with what was written and what happened."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from infra.settings import Settings
from starter.cli.doors import open_database, open_desk
from starter.cli.event_text import event_text
from starter.cli.options import AsJson, Reference
from starter.cli.running import run
from starter.cli.show_clocks import draw_clocks
from starter.cli.show_kin import kin_facts
from starter.cli.show_meeting import meeting_facts
from starter.cli.terminal import add_row, plain, print_json, stdout, table, warn, written
from starter.policy.words import target_in_words
from starter.read_model import ComplaintFile, EventRow, ReadModel
from workflows.contract.consent import Consent
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.reference import parse_reference
from workflows.contract.views import ApprovalStepView, ClockView, ComplaintView

app = typer.Typer(add_completion=False)


@app.command()
def show(
    reference: Reference,
    clocks: Annotated[bool, typer.Option("--clocks", help="Draw each clock with its ledger: why this date?")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one complaint: where it stands, its clocks, what happened.

    The state and the clocks come from the workflow itself, the text and the events from the read model. When the
    workflow cannot be asked (archived long ago, no worker), the read model answers alone, and the output says so.
    """

    async def work(settings: Settings) -> None:
        known_as = parse_reference(reference)
        view = await _live(settings, known_as)
        file, events = await _projected(settings, known_as, view)
        if view is None and file is None:
            raise AmendsError(ErrorCode.UNKNOWN_REFERENCE, "no complaint has this reference", "reference")
        if as_json:
            source = "workflow" if view else "read_model"
            print_json({"reference": known_as, "source": source, "view": view, "file": file, "events": events})
        elif clocks and view:
            draw_clocks(stdout(), view, settings.time_zone)
        else:
            _print(stdout(), known_as, view, file, events)

    run(work, as_json=as_json)


async def _live(settings: Settings, reference: str) -> ComplaintView | None:
    """What the workflow says; none when Temporal has forgotten it, or cannot answer (then with a warning)."""
    try:
        return await (await open_desk(settings)).view(reference)
    except AmendsError as error:
        if not error.code.is_silence and error.code is not ErrorCode.UNKNOWN_REFERENCE:
            raise
        if error.code.is_silence:
            warn(error, "what follows is the read model, without clocks")
        return None


async def _projected(
    settings: Settings, reference: str, view: ComplaintView | None
) -> tuple[ComplaintFile | None, list[EventRow]]:
    try:
        async with open_database(settings) as engine:
            model = ReadModel(engine)
            return await model.complaint(reference), await model.events(reference)
    except AmendsError as error:
        if view is None:
            raise
        warn(error, "text and events are missing from what follows")
        return None, []


def _print(
    console: Console, reference: str, view: ComplaintView | None, file: ComplaintFile | None, events: list[EventRow]
) -> None:
    facts = table(f"Complaint {reference}", "", "")
    facts.show_header = False
    known = {**(_written_facts(file) if file else {}), **(_live_facts(view) if view else _last_facts(file))}
    for name, value in known.items():
        if value not in (None, "", (), []):
            add_row(facts, name, value)
    console.print(facts)
    if file:
        console.print()
        console.print(plain(file.text))
    if view:
        _print_clocks(console, view.clocks)
    _print_events(console, events)


def _live_facts(view: ComplaintView) -> dict[str, object]:
    summary, classified, proposal = view.summary, view.classification, view.proposal
    why = "; ".join(f"{one.label}: {', '.join(one.words)}" for one in classified.evidence) if classified else None
    return {
        "status": f"{summary.status} ({summary.outcome})" if summary.outcome else summary.status,
        "waiting for": summary.waiting_for,
        "received": f"{view.received_at:%Y-%m-%d %H:%M:%SZ} by {view.channel}, in {view.language}",
        "owner": f"{view.owner.subject} of {view.owner.department}, told up to {summary.level}",
        "classified": f"{classified.nature}, {classified.severity}, {classified.sentiment}" if classified else None,
        "because": why,
        "policy": summary.policy,
        "next limit": summary.due_at,
        **meeting_facts(view),
        "proposal": f"{proposal.round}, by {proposal.by}: {proposal.solution}" if proposal else None,
        "redress": [_redress(one.kind, one.amount, one.currency) for one in proposal.redress] if proposal else None,
        "approved by": [_consent(one) for one in proposal.consents] if proposal else None,
        "still needed": [_step(one) for one in proposal.steps if one.needed > 0] if proposal else None,
        "delegated": [f"{one.by} to {one.to} (step {one.step})" for one in proposal.delegations] if proposal else None,
        "reopened": view.reopened or None,
        **kin_facts(view.kin),
        "barred by an interest": view.conflicts,
        "on legal hold": view.hold,
    }


def _consent(consent: Consent) -> str:
    behalf = f" on behalf of {consent.on_behalf_of}" if consent.on_behalf_of else ""
    return f"{consent.by}{behalf} (step {consent.step})"


def _step(step: ApprovalStepView) -> str:
    """Such as `1 of head or executive of finance (step sign_off, waits for others)`."""
    called_on = [step.called_on.value] if step.called_on else []
    who = " or ".join(dict.fromkeys([*(role.value for role in step.roles), *called_on]))
    turn = "" if step.is_open else ", waits for others"
    return f"{step.needed} of {who} of {step.department} (step {step.step}{turn})"


def _redress(kind: str, amount: object, currency: str | None) -> str:
    return f"{kind} {amount} {currency}" if currency else kind


def _written_facts(file: ComplaintFile) -> dict[str, object]:
    who = (file.complainant_name, file.complainant_email, file.complainant_phone)
    return {
        "subject": file.subject,
        "product": file.product,
        "complainant": [part for part in who if part] or None,
        "wants": file.remedy_sought,
        "known there as": f"{file.source_key} of {file.source}",
    }


def _last_facts(file: ComplaintFile | None) -> dict[str, object]:
    """The state as it was projected last, for a workflow that cannot be asked."""
    if file is None:
        return {}
    return {
        "status": f"{file.status} ({file.outcome})" if file.outcome else file.status,
        "received": f"{file.received_at:%Y-%m-%d %H:%M:%SZ} by {file.channel}, in {file.language}",
        "owner": f"{file.owner} of {file.department}, told up to {file.level}",
        "classified": f"{file.nature}, {file.severity}" if file.nature else None,
        "policy": file.policy,
        "breached": file.breached,
        "as of": file.updated_at,
    }


def _print_clocks(console: Console, clocks: tuple[ClockView, ...]) -> None:
    shown = table(None, "clock", "round", "state", "used", "of", "%", "paused", "due")
    for clock in clocks:
        due = f"{written(clock.due_at)}{' (provisional)' if clock.provisional else ''}"
        figures = (clock.used, target_in_words(clock.target, clock.counts), clock.percent, clock.paused, due)
        add_row(shown, clock.name, clock.round, clock.state, *figures)
    console.print()
    console.print(shown)


def _print_events(console: Console, events: list[EventRow]) -> None:
    if not events:
        return
    shown = table(None, "#", "at", "by", "event", "")
    for event in events:
        add_row(shown, event.sequence, event.at, event.actor.subject, event.type, event_text(event.data))
    console.print()
    console.print(shown)
