"""What `amends show` says of other complaints."""

from __future__ import annotations

from starter.cli.show_kin import kin_facts
from workflows.contract.errors import ErrorCode
from workflows.contract.kinship import Child, Kin, Link, MajorEvent, Request, Standpoint
from workflows.contract.vocabulary import Kinship, Outcome

ONE, TWO = "7K2M-9QXD-4TBC", "4RQY-KHRS-3NVT"


def shown(kin: Kin) -> dict[str, object]:
    """The lines that there are."""
    return {name: value for name, value in kin_facts(kin).items() if value}


def test_a_complaint_alone_says_nothing() -> None:
    """No empty lines."""
    assert shown(Kin()) == {}


def test_links_read_from_this_complaint() -> None:
    """Whichever of the two was linked."""
    links = (
        Link(reference=ONE, relation=Kinship.CAUSED_BY, by="lin.wan"),
        Link(reference=TWO, relation=Kinship.SPLIT_INTO, inward=True, by="lin.wan"),
    )
    assert shown(Kin(links=links)) == {"linked": [f"caused by {ONE}", f"split from {TWO}"]}


def test_a_merge_is_shown_on_its_way_and_when_it_is_done() -> None:
    """And how the survivor ended."""
    asked = Request(reference=ONE, sequence=4, by="lin.wan", reason="the same parcel")
    assert shown(Kin(merging=asked)) == {"asked to merge": f"into {ONE}, which has not answered yet"}
    assert shown(Kin(survivor=ONE)) == {"merged into": ONE}
    assert shown(Kin(survivor=ONE, ended=Outcome.RESOLVED)) == {"merged into": f"{ONE}, which ended resolved"}
    assert shown(Kin(absorbed=(ONE, TWO))) == {"merged here": f"{ONE}, {TWO}"}


def test_a_major_event_shows_its_children_and_who_refused() -> None:
    """Of many, the first and how many more."""
    children = tuple(
        Child(reference=f"{number:04}", standpoint=Standpoint.DECIDED if number else Standpoint.OWN_WAY)
        for number in range(30)
    )
    refused = Child(reference=TWO, code=ErrorCode.ARCHIVED)
    event = MajorEvent(title="A fire", departments=("legal",), plan="Tell all.", children=(*children, refused))
    lines = shown(Kin(event=event))
    assert lines["major event"] == "A fire; legal"
    assert str(lines["children"]).startswith("29 decided, 1 joined, 1 own way: 0000, 0001,")
    assert str(lines["children"]).endswith(" and 11 more")
    assert lines["refused by"] == [f"{TWO} (archived)"]
    assert shown(Kin(parent=ONE)) == {"belongs to": f"the major event of {ONE}"}
