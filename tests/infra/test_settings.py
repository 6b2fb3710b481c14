from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.logging import LogFormat, LogLevel
from infra.settings import Settings, default_state_dir, variable_of
from workflows.contract.errors import AmendsError, ErrorCode


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine that runs the tests has set is none of their business."""
    for variable in [name for name in os.environ if name.startswith(("AMENDS_", "XDG_STATE"))]:
        monkeypatch.delenv(variable)


def test_everything_has_a_default_that_means_the_embedded_stack() -> None:
    """Nothing needs to be set to begin."""
    settings = Settings.load()
    assert (settings.database_url, settings.smtp, settings.survey_secret) == (None, None, None)
    assert settings.policy == "default"
    assert settings.organisation.is_file()


def test_variables_are_read_with_the_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words may be in any case, and an empty variable is one that is not set."""
    monkeypatch.setenv("AMENDS_LOG_FORMAT", "JSON")
    monkeypatch.setenv("AMENDS_LOG_LEVEL", "Debug")
    monkeypatch.setenv("AMENDS_SMTP", "[::1]:2525")
    monkeypatch.setenv("AMENDS_PUBLIC_URL", "https://desk.example/")
    monkeypatch.setenv("AMENDS_DATABASE_URL", "")
    settings = Settings.load()
    assert (settings.log_format, settings.log_level) == (LogFormat.JSON, LogLevel.DEBUG)
    assert (settings.smtp, settings.public_url) == ("[::1]:2525", "https://desk.example")
    assert settings.database_url is None


def test_what_the_caller_says_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command-line option is nearer than the environment."""
    monkeypatch.setenv("AMENDS_POLICY", "default")
    assert Settings.load(policy="demo").policy == "demo"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("AMENDS_SMTP", "mail.example", "must be host:port"),
        ("AMENDS_SMTP", "mail.example:99999", "must be host:port"),
        ("AMENDS_DATABASE_URL", "mysql://user:hunter2@host/db", "must be postgresql://"),
        ("AMENDS_DATABASE_OWNER_URL", "host/db", "must be postgresql://"),
        ("AMENDS_SURVEY_SECRET", "hunter2", "at least 32 characters"),
        ("AMENDS_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("AMENDS_PUBLIC_URL", "desk", "valid URL"),
        ("AMENDS_SMTP_FROM", "desk", "e-mail address"),
        ("AMENDS_MAIL_DOMAIN", "a b", "Message-IDs"),
        ("AMENDS_TIME_ZONE", "Peking", "IANA database"),
        ("AMENDS_TIME_ZONE", "/etc/passwd", "IANA database"),
        ("AMENDS_POLCY", "demo", "did you mean AMENDS_POLICY"),
        ("AMENDS_STATE_DIRECTORY", "here", "did you mean AMENDS_STATE_DIR"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    """The message says what was expected, and never repeats the value, which may be a password."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(AmendsError) as refusal:
        Settings.load()
    assert refusal.value.code is ErrorCode.SETUP
    assert refusal.value.field == variable
    assert expected in str(refusal.value)
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_variables_of_other_parts_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded stack has some of its own."""
    monkeypatch.setenv("AMENDS_PG_BIN", "elsewhere")
    monkeypatch.setenv("AMENDS_TEMPORAL_BIN", "elsewhere")
    assert Settings.load().policy == "default"


def test_a_dotenv_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process does must not depend on where it was started."""
    (tmp_path / ".env").write_text("AMENDS_POLICY=demo", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert Settings.load().policy == "default"


def test_settings_do_not_change() -> None:
    """They are passed around, so nobody may alter them for everybody."""
    settings = Settings.load()
    with pytest.raises(ValidationError):
        settings.policy = "demo"  # type: ignore[misc]  # the point of the test


def test_secrets_stay_out_of_print() -> None:
    """A traceback or log line that shows the settings shows no password."""
    settings = Settings.load(
        database_url="postgresql://desk:hunter2@host/db",
        survey_secret="hunter2" * 5,
        smtp_password="hunter2",  # noqa: S106 - must not show
    )
    assert "hunter2" not in repr(settings)


def test_state_lies_where_the_desktop_standard_says(tmp_path: Path) -> None:
    """`XDG_STATE_HOME` if it is absolute, as the standard demands, else below the home directory."""
    assert default_state_dir({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "amends"
    assert default_state_dir({"XDG_STATE_HOME": "relative"}) == Path.home() / ".local" / "state" / "amends"
    assert default_state_dir({}) == Path.home() / ".local" / "state" / "amends"


def test_the_home_directory_may_be_abbreviated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tilde in a unit file is not expanded by a shell."""
    monkeypatch.setenv("AMENDS_STATE_DIR", "~/amends")
    assert Settings.load().state_dir == Path.home() / "amends"


def test_every_setting_says_what_it_is() -> None:
    """Errors and help texts are made from the descriptions."""
    undescribed = [variable_of(name) for name, field in Settings.model_fields.items() if not field.description]
    assert undescribed == []
