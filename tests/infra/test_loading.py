from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from infra.loading import loading


@pytest.fixture(autouse=True)
def collector_as_before() -> Iterator[None]:
    """The collector is the whole process's."""
    yield
    gc.enable()


def test_the_collector_rests_while_modules_are_loaded_and_goes_on_afterwards() -> None:
    """Also when one of them cannot be."""
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()


def test_one_that_rests_already_goes_on_resting() -> None:
    with loading(), loading():
        pass
    gc.disable()
    with loading():
        pass
    assert not gc.isenabled()
