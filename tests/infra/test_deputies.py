from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.deputies import Deputies, acting_deputy, stood_in_for

PEOPLE = st.sampled_from("abcdef")
ABSENT = st.dictionaries(PEOPLE, st.none() | PEOPLE)


@pytest.mark.parametrize(
    ("absent", "acting", "meaning"),
    [
        ({}, None, "who is there acts for themselves"),
        ({"a": None}, None, "no deputy is named"),
        ({"a": "b"}, "b", "the deputy is there"),
        ({"a": "b", "b": "c"}, "c", "the deputy's deputy, when both are absent"),
        ({"a": "b", "b": None}, None, "a deputy who is absent and has none"),
        ({"a": "a"}, None, "their own deputy"),
        ({"a": "b", "b": "a"}, None, "two who stand in for each other are both absent"),
        ({"a": "b", "b": "c", "c": "b"}, None, "a cycle further on"),
        ({"b": "c"}, None, "others are absent"),
    ],
)
def test_the_first_who_is_there_acts(absent: Deputies, acting: str | None, meaning: str) -> None:
    assert acting_deputy("a", absent) == acting, meaning


@pytest.mark.parametrize(
    ("absent", "found"),
    [
        ({}, ()),
        ({"b": "a"}, ("b",)),
        ({"b": "a", "c": "b"}, ("b", "c")),
        ({"b": "a", "c": "d"}, ("b",)),
        ({"c": "b"}, ()),
        ({"a": "b", "b": "a"}, ("b",)),
        ({"a": "b", "b": "c", "c": "a"}, ("b", "c")),
        ({"a": "a"}, ()),
    ],
)
def test_a_person_stands_in_for_all_whose_chain_leads_to_them(absent: Deputies, found: tuple[str, ...]) -> None:
    """Whether or not they are said to be absent themselves; who acts is there."""
    assert stood_in_for("a", absent) == found


def leads_to(person: str, deputy: str, absent: Deputies) -> bool:
    """By the definition: there is a chain of absent people, each naming the next, that ends at the deputy."""
    chain = [person]
    while (named := absent.get(chain[-1])) is not None and named not in chain:
        chain.append(named)
        if named == deputy:
            return all(absent[one] == following for one, following in pairwise(chain))
    return False


@given(PEOPLE, ABSENT)
def test_standing_in_is_what_its_definition_says(person: str, absent: Deputies) -> None:
    expected = {each for each in absent if each != person and leads_to(each, person, absent)}
    assert set(stood_in_for(person, absent)) == expected


@given(PEOPLE, ABSENT)
def test_who_acts_is_there_and_stands_in_for_them(person: str, absent: Deputies) -> None:
    """The two questions never contradict each other: letters go to somebody who may decide."""
    acting = acting_deputy(person, absent)
    if acting is not None:
        assert acting not in absent
        assert person in stood_in_for(acting, absent)
