"""Whose figures somebody is shown: by their roles, in one place."""

from __future__ import annotations

import pytest

from starter.figures.leading import Lines, lines_of
from workflows.contract.parties import Actor, StandIn
from workflows.contract.vocabulary import Role

HERE, THERE = "technical_support", "legal_compliance"


def actor(*roles: Role, contractor: bool = False, stands_in_for: tuple[StandIn, ...] = ()) -> Actor:
    return Actor(
        subject="me",
        roles=roles,
        department=HERE,
        authenticated_by="test",
        contractor=contractor,
        stands_in_for=stands_in_for,
    )


HEAD_THERE = StandIn(subject="absent", roles=(Role.HEAD,), department=THERE)
AGENT_THERE = StandIn(subject="absent", roles=(Role.AGENT,), department=THERE)
EXECUTIVE = StandIn(subject="absent", roles=(Role.HEAD, Role.EXECUTIVE), department="executive")


@pytest.mark.parametrize(
    ("who", "lines"),
    [
        (actor(Role.AGENT), Lines("me")),
        (actor(Role.LEAD), Lines("me", frozenset({HERE}))),
        (actor(Role.HEAD), Lines("me", frozenset({HERE}))),
        (actor(Role.EXECUTIVE), Lines("me", everybody=True)),
        (actor(Role.AUDITOR), Lines("me", everybody=True)),
        (actor(Role.AGENT, stands_in_for=(AGENT_THERE,)), Lines("me")),
        (actor(Role.AGENT, stands_in_for=(HEAD_THERE,)), Lines("me", frozenset({THERE}))),
        (actor(Role.LEAD, stands_in_for=(HEAD_THERE,)), Lines("me", frozenset({HERE, THERE}))),
        (actor(Role.AGENT, stands_in_for=(EXECUTIVE,)), Lines("me", frozenset({"executive"}), everybody=True)),
        (actor(Role.LEAD, contractor=True, stands_in_for=(HEAD_THERE, EXECUTIVE)), Lines("me")),
    ],
)
def test_people_are_shown_to_those_who_lead_them(who: Actor, lines: Lines) -> None:
    assert lines_of(who) == lines


def test_a_line_is_shown_by_person_and_department() -> None:
    own, led, every = Lines("me"), Lines("me", frozenset({HERE})), Lines("me", everybody=True)
    assert [each.show("me", THERE) for each in (own, led, every)] == [True, True, True]
    assert [each.show("other", HERE) for each in (own, led, every)] == [False, True, True]
    assert [each.show("other", None) for each in (own, led, every)] == [False, False, True]
    assert [each.is_leading for each in (own, led, every)] == [False, True, True]
