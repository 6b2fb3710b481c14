"""The present solution: what it is, who has approved it by whose right, and who is still asked."""

from __future__ import annotations

from collections.abc import Iterator

from starter.console.complaint.pieces import Item, Line, Section, facts, items, prose, row, words
from starter.console.complaint.wording import Wording
from workflows.contract.consent import Consent, Delegation
from workflows.contract.views import ApprovalStepView, ComplaintView, ProposalView
from workflows.contract.vocabulary import Status


def proposal(view: ComplaintView, wording: Wording) -> Iterator[Section]:
    """The section, while there is a proposal."""
    if (found := view.proposal) is None:
        return
    say = wording.say
    by = wording.phrase("complaint.proposal.by", person=wording.person(found.by), round=str(found.round))
    redress = (Item(icon="redeem", text=words(wording.redress(each))) for each in found.redress)
    yield Section(
        name="proposal",
        title=say("complaint.proposal.title"),
        key="p",
        pieces=[
            *facts(row(say("complaint.proposal.proposed"), by)),
            *prose(found.solution),
            *items(redress, label=say("complaint.proposal.redress")),
            *items(_approvals(found, view, wording), label=say("complaint.proposal.approvals")),
            *items(_delegations(found.delegations, wording), label=say("complaint.proposal.delegations")),
        ],
    )


def _approvals(found: ProposalView, view: ComplaintView, wording: Wording) -> Iterator[Item]:
    for consent in found.consents:
        says = wording.say("complaint.proposal.consented")
        yield Item(
            icon="check_circle",
            tone="good",
            says=says,
            text=_consent(consent, wording),
            note=_step(consent.step, wording),
        )
    if view.summary.status is Status.APPROVING:
        for step in found.steps:
            if step.needed > 0:
                yield _missing(step, wording)


def _consent(consent: Consent, wording: Wording) -> Line:
    person = wording.person(consent.by)
    if consent.on_behalf_of is None:
        return person
    return wording.phrase("complaint.on_behalf", person=person, of=wording.person(consent.on_behalf_of))


def _missing(step: ApprovalStepView, wording: Wording) -> Item:
    asked = wording.either("role", step.roles)
    if step.called_on:
        asked = wording.say("complaint.or").join((asked, wording.word("level", step.called_on)))
    text = wording.phrase(
        "complaint.proposal.missing",
        count=str(step.needed),
        roles=asked,
        department=wording.department(step.department),
    )
    turn = "open" if step.is_open else "later"
    return Item(
        icon="radio_button_unchecked" if step.is_open else "more_horiz",
        text=text,
        note=[*_step(step.step, wording), *words(wording.say(f"complaint.proposal.{turn}"))],
    )


def _step(step: str, wording: Wording) -> Line:
    return wording.phrase("complaint.proposal.step", step=wording.known("complaint.step", step))


def _delegations(delegations: tuple[Delegation, ...], wording: Wording) -> Iterator[Item]:
    for each in delegations:
        text = wording.phrase("complaint.proposal.delegated", by=wording.person(each.by), to=wording.person(each.to))
        yield Item(icon="forward", text=text, note=_step(each.step, wording))
