"""What `amends show` says of the complaints that one has to do with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from workflows.contract.kinship import Kin, Link, MajorEvent
from workflows.contract.vocabulary import Kinship

_SHOWN = 20
"""References in one line; of more only the number is told."""

_INWARD = {
    Kinship.RELATED: "related",
    Kinship.DUPLICATE_OF: "has the duplicate",
    Kinship.CAUSED_BY: "the cause of",
    Kinship.FOLLOW_UP_OF: "followed up by",
    Kinship.SPLIT_INTO: "split from",
}


def kin_facts(kin: Kin) -> dict[str, object]:
    """By the words they are shown under; what there is none of, is None."""
    return {
        "linked": [_link(link) for link in kin.links] or None,
        "asked to merge": kin.merging and f"into {kin.merging.reference}, which has not answered yet",
        "merged into": kin.survivor and f"{kin.survivor}{f', which ended {kin.ended}' if kin.ended else ''}",
        "merged here": _listed(kin.absorbed),
        "asked to join": kin.joining and f"{kin.joining.reference}, which has not answered yet",
        "belongs to": kin.parent and f"the major event of {kin.parent}",
        **(_event(kin.event) if kin.event else {}),
    }


def _link(link: Link) -> str:
    relation = _INWARD[link.relation] if link.inward else link.relation.replace("_", " ")
    return f"{relation} {link.reference}"


def _event(event: MajorEvent) -> dict[str, object]:
    stand = Counter(child.standpoint for child in event.children)
    counts = ", ".join(f"{number} {standpoint.replace('_', ' ')}" for standpoint, number in sorted(stand.items()))
    silent = [f"{child.reference} ({child.code})" for child in event.children if child.code]
    return {
        "major event": f"{event.title}; {', '.join(event.departments)}",
        "spokesperson": event.spokesperson,
        "statement": event.statement,
        "children": f"{counts}: {_listed(child.reference for child in event.children)}" if event.children else None,
        "refused by": silent[:_SHOWN] or None,
    }


def _listed(references: Iterable[str]) -> str | None:
    each = list(references)
    more = f" and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
    return ", ".join(each[:_SHOWN]) + more if each else None
