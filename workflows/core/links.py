"""Links between complaints, and a part of one that becomes a complaint of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workflows.contract import commands as ask
from workflows.contract import events as fact
from workflows.contract.base import LIST_MAX_ITEMS
from workflows.contract.effects import Effect, FileSplit
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Entry, Event
from workflows.contract.kinship import SPLIT_SOURCE, Link, split_key
from workflows.contract.parties import SYSTEM, Actor
from workflows.contract.reference import reference_for
from workflows.contract.replies import Answer
from workflows.contract.vocabulary import Kinship
from workflows.core.case import Case
from workflows.core.kin import is_yes, other, refusal, relay, tell_who_asked, with_kin
from workflows.core.room import Changes, Conditions, Decisions, Effects

_KNOWS_NO_SUCH_CASE = frozenset({ErrorCode.UNKNOWN_REFERENCE, ErrorCode.REFERENCE_TAKEN})


def _check_room_for_links(case: Case, _actor: Actor) -> None:
    if len(case.kin.links) >= LIST_MAX_ITEMS:
        raise AmendsError(ErrorCode.TOO_MANY, f"a complaint has at most {LIST_MAX_ITEMS} links")


def _link(case: Case, command: ask.LinkTo, _now: datetime) -> tuple[Event, ...]:
    reference = other(case, command.reference, "reference")
    _check_new(case, Link(reference=reference, relation=command.relation, by=command.actor.subject))
    return (
        fact.Linked(reference=reference, relation=command.relation, by=command.actor.subject, reason=command.reason),
    )


def _link_from(case: Case, command: ask.LinkFrom, _now: datetime) -> tuple[Event, ...]:
    _check_new(case, Link(reference=command.reference, relation=command.relation, inward=True, by=command.by))
    return (fact.LinkedFrom(reference=command.reference, relation=command.relation, by=command.by),)


def _check_new(case: Case, wanted: Link) -> None:
    if any(link == wanted.model_copy(update={"by": link.by}) for link in case.kin.links):
        raise AmendsError(ErrorCode.ALREADY_THERE, f"it is already linked so with {wanted.reference}", "reference")


def _split(case: Case, command: ask.Split, _now: datetime) -> tuple[Event, ...]:
    reference = reference_for(SPLIT_SOURCE, split_key(case.reference, case.sequence + 1))
    return (
        fact.SplitOff(
            reference=reference,
            text=command.text,
            subject=command.subject,
            by=command.actor.subject,
            reason=command.reason,
        ),
    )


def hear_of_link(case: Case, answer: Answer) -> tuple[Event, ...]:
    """The other complaint shows the link, or does not."""
    link = next((each for each in case.kin.links if each.reference == answer.reference and not each.inward), None)
    if is_yes(answer) or link is None:
        return ()
    code, message = refusal(answer)
    return (fact.LinkRefused(reference=answer.reference, by=link.by, code=code, message=message),)


def _linked(case: Case, link: Link) -> dict[str, Any]:
    return with_kin(case, links=(*case.kin.links, link))


def _link_refused(case: Case, event: fact.LinkRefused) -> dict[str, Any]:
    if event.code not in _KNOWS_NO_SUCH_CASE:
        return {}
    return with_kin(
        case, links=tuple(link for link in case.kin.links if link.inward or link.reference != event.reference)
    )


def _tell_the_linked(entry: Entry, event: fact.Linked, case: Case) -> tuple[Effect, ...]:
    command = ask.LinkFrom(actor=SYSTEM, reference=case.reference, relation=event.relation, by=event.by)
    return relay(entry, (event.reference,), command)


def _tell_of_refused_link(entry: Entry, event: fact.LinkRefused, _case: Case) -> tuple[Effect, ...]:
    return tell_who_asked(entry, event, "link", event.reference)


def _file_the_part(entry: Entry, event: fact.SplitOff, case: Case) -> tuple[Effect, ...]:
    part = FileSplit(
        sequence=entry.sequence,
        reference=event.reference,
        channel=case.channel,
        language=case.language,
        received_at=case.received_at,
        text=event.text,
        subject=event.subject,
        by=event.by,
    )
    return (part,)


CONDITIONS: Conditions = {
    "link": _check_room_for_links,
    "link_from": _check_room_for_links,
    "split": _check_room_for_links,
}
DECISIONS: Decisions = {"link": _link, "link_from": _link_from, "split": _split}
CHANGES: Changes = {
    fact.Linked: lambda case, event: _linked(
        case, Link(reference=event.reference, relation=event.relation, by=event.by)
    ),
    fact.LinkedFrom: lambda case, event: _linked(
        case, Link(reference=event.reference, relation=event.relation, inward=True, by=event.by)
    ),
    fact.SplitOff: lambda case, event: _linked(
        case, Link(reference=event.reference, relation=Kinship.SPLIT_INTO, by=event.by)
    ),
    fact.LinkRefused: _link_refused,
}
EFFECTS: Effects = {
    fact.Linked: _tell_the_linked,
    fact.LinkRefused: _tell_of_refused_link,
    fact.SplitOff: _file_the_part,
}
