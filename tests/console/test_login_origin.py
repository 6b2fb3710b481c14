"""The console is at one address, which the settings or its own socket say."""

from __future__ import annotations

import pytest

from infra.settings import Settings
from starter.console.cookies import cookie_name
from starter.console.origin import origin_of
from workflows.contract.errors import AmendsError, ErrorCode


def test_the_settings_win_over_the_socket() -> None:
    settings = Settings.load(console_url="https://Desk.example.org/")
    assert origin_of(settings, "http://0.0.0.0:8080") == "https://desk.example.org"
    assert origin_of(Settings.load(), "http://127.0.0.1:8080") == "http://127.0.0.1:8080"
    assert origin_of(Settings.load(), "http://[::1]:8080") == "http://[::1]:8080"


@pytest.mark.parametrize("address", ["http://0.0.0.0:8080", "http://[::]:8080"])
def test_everywhere_is_no_address(address: str) -> None:
    with pytest.raises(AmendsError, match="AMENDS_CONSOLE_URL") as refusal:
        origin_of(Settings.load(), address)
    assert refusal.value.code is ErrorCode.SETUP


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example.org",
        "https://desk.example.org/console",
        "https://me@desk.example.org",
        "desk.example.org",
        "https://",
    ],
)
def test_an_address_that_is_not_private_or_not_an_origin_is_refused(url: str) -> None:
    with pytest.raises(AmendsError, match="AMENDS_CONSOLE_URL"):
        Settings.load(console_url=url)


def test_what_is_asked_for_holds_openid() -> None:
    assert Settings.load(oidc_login_scopes="openid profile").oidc_login_scopes == "openid profile"
    with pytest.raises(AmendsError, match="must hold openid"):
        Settings.load(oidc_login_scopes="profile")


def test_consoles_of_one_machine_do_not_take_each_other_s_cookies() -> None:
    """Cookies know no ports."""
    names = {cookie_name(f"http://127.0.0.1:{port}") for port in (8080, 8081)} | {
        cookie_name("https://desk.example.org")
    }
    assert len(names) == 3
