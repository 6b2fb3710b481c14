"""Other complaints that this one has to do with: links, the one it follows, and its major event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from starter.console.complaint.pieces import (
    Item,
    Line,
    Piece,
    Row,
    Section,
    facts,
    items,
    link,
    prose,
    row,
    theirs,
    words,
)
from starter.console.complaint.wording import Wording
from workflows.contract.kinship import Kin, Link, MajorEvent
from workflows.contract.views import ComplaintView

SHOWN = 20
"""Of many, so many are named; the queue lists the others."""


def kin(view: ComplaintView, wording: Wording) -> Iterator[Section]:
    """The section, when there is any."""
    if pieces := list(_pieces(view.kin, view.reference, wording)):
        yield Section(name="kin", title=wording.say("complaint.kin.title"), key="k", pieces=pieces)


def _pieces(found: Kin, reference: str, wording: Wording) -> Iterator[Piece]:
    say = wording.say
    yield from items(_link(each, wording) for each in found.links)
    yield from facts(_ties(found, wording))
    yield from facts(row(say("complaint.kin.absorbed"), _some(found.absorbed, wording)))
    if found.event:
        yield from _event(found.event, reference, wording)


def _link(found: Link, wording: Wording) -> Item:
    direction = "complaint.kin.inward" if found.inward else "vocabulary.kinship"
    text = wording.phrase(
        "complaint.kin.link",
        relation=wording.say(f"{direction}.{found.relation.value}"),
        reference=wording.case(found.reference),
    )
    return Item(icon="link", text=text, note=wording.phrase("complaint.kin.by", person=wording.person(found.by)))


def _ties(found: Kin, wording: Wording) -> Iterator[Row]:
    """Those to one other complaint each."""
    say, case = wording.say, wording.case
    if found.merging:
        yield from row(say("complaint.kin.merging"), case(found.merging.reference))
    if found.survivor:
        yield from row(say("complaint.kin.survivor"), case(found.survivor))
    if found.ended:
        yield from row(say("complaint.kin.ended"), wording.word("outcome", found.ended))
    if found.left:
        yield from row(say("complaint.kin.left"), case(found.left))
    if found.joining:
        yield from row(say("complaint.kin.joining"), case(found.joining.reference))
    if found.parent:
        yield from row(say("complaint.kin.parent"), case(found.parent))


def _event(event: MajorEvent, reference: str, wording: Wording) -> Iterator[Piece]:
    say = wording.say
    rows: list[Row] = [
        *row(say("complaint.kin.event"), theirs(event.title)),
        *row(say("complaint.kin.departments"), wording.departments(event.departments)),
        *row(say("complaint.kin.spokesperson"), wording.person(event.spokesperson) if event.spokesperson else None),
    ]
    stand = Counter(child.standpoint for child in event.children)
    counts = [say(f"complaint.kin.{point.value}", count=number) for point, number in stand.items()]
    every = link(say("complaint.kin.all_children"), f"/queue?parent={reference}")
    yield from facts([*rows, *row(say("complaint.kin.children"), wording.several(counts))])
    yield from prose(event.plan, label=say("events.field.plan"))
    yield from prose(event.statement, label=say("events.field.statement"))
    children = [child.reference for child in event.children]
    if children:
        yield from facts(row(say("complaint.kin.references"), wording.several([_some(children, wording), every])))
    silent = [child for child in event.children if child.code]
    refused = (
        Item(icon="error", tone="bad", text=wording.case(child.reference), note=words(say(f"refusals.{child.code}")))
        for child in silent[:SHOWN]
    )
    yield from items(refused, label=say("complaint.kin.refused"))


def _some(references: Iterable[str], wording: Wording) -> Line:
    each = list(references)
    return wording.several(wording.case(reference) for reference in each[:SHOWN])
