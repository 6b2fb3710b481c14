"""What is typed for a command and is not what its option expects: the answer shows the form, not a pattern."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from starter.cli.acts.options import length, moment, party
from workflows.contract.errors import AmendsError, ErrorCode


@pytest.mark.parametrize(
    ("read", "typed", "form"),
    [
        (party, "fang.min", "legal_compliance/fang.min"),
        (party, "/fang.min", "legal_compliance/fang.min"),
        (party, "", "legal_compliance/fang.min"),
        (moment, "tomorrow", "2026-03-05T17:00"),
        (moment, "2026-03-05T17:00", "with its zone"),
        (length, "90m", "PT90M"),
    ],
)
def test_a_slip_is_answered_with_the_form_that_is_expected(
    read: Callable[[str, str], object], typed: str, form: str
) -> None:
    """The option is named, and so is something that would have been understood."""
    with pytest.raises(AmendsError, match=form) as refused:
        read(typed, "to")
    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, "to")


def test_what_is_typed_well_is_passed_on() -> None:
    """A department alone stands for its head, a time stays as it was written."""
    assert party("technical_support", "to") == {"department": "technical_support", "subject": None}
    assert party("technical_support/he.jun", "to")["subject"] == "he.jun"
    assert moment("2026-03-05T17:00+08:00", "starts_at") == "2026-03-05T17:00+08:00"
    assert str(length("PT90M", "duration")) == "1:30:00"
