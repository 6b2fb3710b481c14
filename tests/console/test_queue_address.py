"""The address of the queue says what it shows, in both directions, and what means nothing in it is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from starter.console.queue.address import (
    FILTERS,
    ROWS_DEFAULT,
    DuePlace,
    Fault,
    Tab,
    View,
    reference_in,
    view_of,
    view_of_query,
)
from starter.console.texts import texts
from starter.cursor import cursor_of
from starter.inbox import InboxPlace
from starter.listing import ListPlace
from starter.wanted import Wanted
from workflows.contract.reference import reference_for
from workflows.contract.vocabulary import Channel, Nature, Severity, Status

AT = datetime(2026, 3, 2, 8, 15, 0, 123456, tzinfo=UTC)
REFERENCE = reference_for("test", "1")
EVERYTHING = Wanted(
    status=Status.WAITING,
    department="marketing_pr",
    owner="zhou.qi",
    nature=Nature.PRICE,
    severity=Severity.HIGH,
    channel=Channel.WEB,
    breached=False,
    policy="default@0123456789ab",
    text="退款 & delivery=1?",
    parent=REFERENCE,
    archived=True,
)
PLACES: tuple[InboxPlace, ListPlace, DuePlace] = (
    InboxPlace(due_at=None, severity=None, received_at=AT, reference=REFERENCE, place=1),
    ListPlace(received_at=AT, reference=REFERENCE),
    DuePlace(due_at=AT, reference=REFERENCE),
)


@pytest.mark.parametrize(
    "view",
    [
        View(),
        View(tab=Tab.ALL),
        View(tab=Tab.ALL, wanted=EVERYTHING, rows=100),
        View(wanted=Wanted(severity=Severity.LOW), rows=25),
        View(due_within=timedelta(hours=72), after=PLACES[0]),
        View(after=PLACES[0]),
        View(tab=Tab.ALL, after=PLACES[1]),
        View(tab=Tab.ALL, due_within=timedelta(hours=1), after=PLACES[2]),
    ],
)
def test_what_an_address_says_is_what_it_was_made_of(view: View) -> None:
    """So a link shows a colleague the same."""
    assert view_of_query(view.query()) == (view, ())
    assert view.address() == f"/queue?{view.query()}".removesuffix("?")


def test_whoever_looks_for_something_looks_among_all_complaints() -> None:
    """As the search above every page does, and the links of other pages, unless they say otherwise."""
    assert view_of({})[0].tab is Tab.MINE
    assert view_of({"text": "退款"})[0] == View(tab=Tab.ALL, wanted=Wanted(text="退款"))
    assert view_of({"text": " ", "status": ""})[0] == View()
    assert view_of({"tab": "all", "status": "waiting", "breached": "true"})[0].query() == "status=waiting&breached=true"
    assert view_of({"tab": "mine", "status": "waiting"})[0].query() == "tab=mine&status=waiting"


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("tab", "yours"),
        ("status", "gone"),
        ("severity", "terrible"),
        ("department", "Customer Service"),
        ("owner", "x" * 201),
        ("due_within", "0"),
        ("due_within", "soon"),
        ("due_within", "99999999999999999999"),
        ("archived", "perhaps"),
        ("nature", "wild"),
        ("channel", "fax"),
        ("breached", "perhaps"),
        ("policy", "x" * 501),
        ("parent", "1234"),
        ("text", "a\0b"),
        ("rows", "1000000"),
        ("after", "…"),
        ("after", cursor_of(PLACES[1].model_dump())),
    ],
)
def test_a_value_that_means_nothing_is_named_and_left_out(parameter: str, value: str) -> None:
    """Everything else holds; a place of another list is none."""
    view, faults = view_of({parameter: value})
    assert faults == (Fault(parameter, value, parameter),)
    assert (view.wanted, view.due_within, view.rows, view.after) == (Wanted(), None, ROWS_DEFAULT, None)
    assert f"queue.faults.{parameter}" in texts()


def test_a_parameter_that_there_is_not_is_named() -> None:
    assert view_of({"colour": "red"}) == (View(), (Fault("colour", "red", "unknown"),))
    assert "queue.faults.unknown" in texts()


def test_every_filter_has_a_name() -> None:
    assert set(FILTERS) - {"due_within"} == set(Wanted.__slots__)
    assert not [name for name in FILTERS if f"queue.filters.{name}" not in texts()]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (REFERENCE, REFERENCE),
        (f" {REFERENCE.lower().replace('-', '')} ", REFERENCE),
        (REFERENCE[:-1] + ("2" if REFERENCE[-1] != "2" else "3"), None),
        ("退款", None),
        ("", None),
        (None, None),
    ],
)
def test_a_whole_reference_is_known_as_one(text: str | None, reference: str | None) -> None:
    assert reference_in(text) == reference
