"""Every command of the contract that people give has a dialog: asked from the contract, and in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from starter.api.commanding import OFFERED as OFFERED_BY_THE_API
from starter.console.commands.asked import Kind, questions
from starter.console.commands.duties import first_of
from starter.console.commands.offered import BESIDE, FINAL, LOOKS, OFFERED, ROOMS
from starter.console.texts import texts
from workflows.contract import commands as ask
from workflows.contract.parties import Actor, StandIn
from workflows.contract.views import Duty
from workflows.contract.vocabulary import DutyKind, Role

ZHOU = Actor(subject="zhou.qi", roles=(Role.AGENT,), department="customer_service", authenticated_by="test")
TOM = ZHOU.model_copy(update={"subject": "tom.hale", "roles": (Role.LEAD,)})


def kinds(model: type[ask.Command]) -> dict[str, Kind]:
    """Of each field that is asked for, how."""
    return {question.name: question.kind for question in questions(model)}


def test_the_console_offers_what_the_api_offers() -> None:
    assert OFFERED == OFFERED_BY_THE_API


def test_every_command_is_in_one_room_with_an_icon() -> None:
    listed = [name for names in ROOMS.values() for name in names]
    assert sorted(listed) == sorted(OFFERED) == sorted(LOOKS)
    assert {*FINAL, *BESIDE, *(each for beside in BESIDE.values() for each in beside)} <= set(OFFERED)
    assert not [room for room in ROOMS if f"commands.rooms.{room}" not in texts()]


def test_no_key_of_a_command_hides_another() -> None:
    keys = [look.key for look in LOOKS.values() if look.key]
    assert len(set(keys)) == len(keys)
    assert not [key for key in keys for other in keys if key != other and other.startswith(key)]


@pytest.mark.parametrize("name", OFFERED)
def test_every_command_and_every_field_has_its_words(name: str) -> None:
    of = f"commands.of.{name}"
    fields = [f"{of}.fields.{each.name}" for each in questions(OFFERED[name])]
    wanted = {f"{of}.title", f"{of}.says", f"{of}.button"}
    wanted |= {f"{field}.{part}" for field in fields for part in ("label", "help")}
    assert {key for key in texts() if key.startswith(f"{of}.")} == wanted


def test_nobody_is_asked_what_the_door_knows() -> None:
    for name, model in OFFERED.items():
        asked = {each.name for each in questions(model)}
        assert asked.isdisjoint({"actor", "command_id", "seen_sequence", "candidates", "candidates_of", "calendars"}), (
            name
        )
    assert not kinds(ask.Accept)


def test_fields_are_asked_for_by_their_type() -> None:
    assert kinds(ask.Propose) == {"solution": Kind.TEXT, "redress": Kind.REDRESS}
    assert kinds(ask.Reassign) == {"to": Kind.PARTY, "reason": Kind.LINE}
    assert kinds(ask.Classify) == {"nature": Kind.WORD, "severity": Kind.WORD, "reason": Kind.LINE}
    assert kinds(ask.CallMeeting) == {
        "departments": Kind.DEPARTMENTS,
        "people": Kind.PARTIES,
        "agenda": Kind.TEXT,
        "starts_at": Kind.INSTANT,
        "duration": Kind.LENGTH,
    }
    assert kinds(ask.RecordMinutes)["present"] is Kind.ATTENDANCE
    assert kinds(ask.DecideMeeting)["tasks"] is Kind.TASKS
    assert kinds(ask.Confirm)["solved"] is Kind.YES_NO
    assert kinds(ask.Merge)["into"] is Kind.REFERENCE
    assert kinds(ask.Split)["subject"] is Kind.LINE


def test_limits_come_from_the_contract() -> None:
    (_, _, _, _, duration) = questions(ask.CallMeeting)
    assert (duration.least, duration.most) == (timedelta(minutes=15), timedelta(hours=8))
    assert duration.default == timedelta(hours=1)
    (reason,) = questions(ask.Close)
    assert reason.is_required
    assert reason.most == 500


def test_what_the_reader_has_to_do_comes_first() -> None:
    duties = (
        Duty(duty=DutyKind.APPROVE, department="customer_service", roles=(Role.LEAD,), but_not=("lin.wan",)),
        Duty(duty=DutyKind.ATTEND, subject="zhou.qi"),
        Duty(duty=DutyKind.HANDLE, subject="zhou.qi"),
    )
    everything = tuple(OFFERED)
    assert first_of(duties, ZHOU, everything) == ("propose",)
    assert first_of(duties, TOM, everything) == ("approve", "refuse")
    assert first_of(duties, TOM, ("refuse", "note")) == ("refuse",)
    assert first_of(duties, TOM.model_copy(update={"subject": "lin.wan"}), everything) == ()
    assert first_of(duties, TOM.model_copy(update={"department": "legal_compliance"}), everything) == ()


def test_duties_of_absent_people_are_those_of_their_deputies() -> None:
    absent = StandIn(subject="zhou.qi", roles=(Role.AGENT,), department="customer_service")
    deputy = TOM.model_copy(update={"stands_in_for": (absent,)})
    duties = (Duty(duty=DutyKind.ACCEPT, subject="zhou.qi"),)
    assert first_of(duties, deputy, ("accept",)) == ("accept",)
    assert first_of(duties, TOM, ("accept",)) == ()
