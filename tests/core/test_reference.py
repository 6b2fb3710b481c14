"""References: the same complaint has always the same, and a slip of the pen is noticed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.names import reference_of, workflow_id
from workflows.contract.reference import ALPHABET, parse_reference, reference_for

keys = st.text(min_size=1, max_size=20)
references = st.builds(reference_for, st.just("webform"), keys)
places = st.sampled_from([0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13])


def is_noticed(typed: str) -> bool:
    """It is refused as mistyped."""
    try:
        parse_reference(typed)
    except AmendsError as error:
        return (error.code, error.field) == (ErrorCode.REFERENCE_MISTYPED, "reference")
    return False


@given(keys, keys)
def test_a_reference_depends_on_source_and_key_alone(source: str, key: str) -> None:
    """Filing twice meets itself; it reads back as what it is; it names its workflow."""
    reference = reference_for(source, key)
    assert reference == reference_for(source, key) == parse_reference(reference)
    assert reference_of(workflow_id(reference)) == reference


def test_references_never_change() -> None:
    """They are printed on letters: another algorithm would orphan them."""
    assert reference_for("example", "1") == "FH7T-6KE7-9R8A"
    assert reference_for("热线", "2026-0001") == "ZD7D-63WK-EQZB"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "b\nc"), ("a\nb", "c")),
        (("a", "bc"), ("ab", "c")),
        (("a\n", "b"), ("a", "\nb")),
        (("a\nb", "c"), ("a\\nb", "c")),
    ],
)
def test_two_pairs_of_source_and_key_are_two_complaints(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Whatever characters they hold, where the source ends and the key begins is never in doubt."""
    assert reference_for(*one) != reference_for(*other)


@given(references, places, st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(reference: str, place: int, wrong: str) -> None:
    """Wherever it is, the check character itself included."""
    assume(reference[place] != wrong)
    assert is_noticed(reference[:place] + wrong + reference[place + 1 :])


@given(references, places, places)
def test_every_swap_of_two_different_characters_is_noticed(reference: str, one: int, other: int) -> None:
    """Neighbours or not."""
    assume(reference[one] != reference[other])
    swapped = list(reference)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert is_noticed("".join(swapped))


@given(references)
def test_case_blanks_and_hyphens_are_forgiven(reference: str) -> None:
    """People read references out and type them as they like."""
    assert parse_reference(reference.lower().replace("-", " ")) == reference
    assert parse_reference(f" {reference.replace('-', '')} ") == reference


@pytest.mark.parametrize("typed", ["", "   ", "----", "7K2M", "7K2M-9QXD-4TBC-1", "OOOO-0000-IIII", "ABCD" * 1_000_000])
def test_what_cannot_be_a_reference_is_refused_in_a_short_sentence(typed: str) -> None:
    """Which shows what one looks like and does not repeat the input."""
    with pytest.raises(AmendsError) as refused:
        parse_reference(typed)
    assert len(str(refused.value)) < 200


@given(st.text())
def test_any_text_is_either_a_reference_or_refused(typed: str) -> None:
    """Never an error of another kind."""
    assert is_noticed(typed) or parse_reference(typed)
