from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.survey_secret import FILE_NAME, kept_survey_secret
from workflows.contract.errors import AmendsError, ErrorCode


def test_it_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    """Links sent yesterday still work today, and no other user can sign any."""
    first = kept_survey_secret(tmp_path)
    assert kept_survey_secret(tmp_path) == first
    assert len(first.get_secret_value()) >= 64
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_those_who_ask_together_get_the_same(tmp_path: Path) -> None:
    """A worker and an API that start at the same moment agree."""
    with ThreadPoolExecutor(16) as pool:
        secrets = {secret.get_secret_value() for secret in pool.map(kept_survey_secret, [tmp_path] * 64)}
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_another_place_has_another(tmp_path: Path) -> None:
    """It is random, not derived."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert kept_survey_secret(tmp_path / "a") != kept_survey_secret(tmp_path / "b")


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    """A disk that was full once must not lead to links signed with nothing."""
    (tmp_path / FILE_NAME).touch()
    with pytest.raises(AmendsError, match="is empty") as refusal:
        kept_survey_secret(tmp_path)
    assert refusal.value.code is ErrorCode.SETUP


def test_a_missing_directory_is_an_error_of_setup(tmp_path: Path) -> None:
    """It says where it tried."""
    with pytest.raises(AmendsError, match="No such file") as refusal:
        kept_survey_secret(tmp_path / "gone")
    assert refusal.value.code is ErrorCode.SETUP
