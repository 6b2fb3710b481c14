from __future__ import annotations

import pytest

from infra.private_addresses import is_private, is_within_this_machine


@pytest.mark.parametrize(
    ("address", "beside", "private"),
    [
        ("https://login.example/realm", None, True),
        ("https://login.example/keys", "http://127.0.0.1:8080", True),
        ("http://127.0.0.1:8080", None, True),
        ("http://[::1]:8080", None, True),
        ("http://localhost", None, True),
        ("http://127.0.0.1/keys", "http://localhost:1", True),
        ("http://127.0.0.1/keys", "https://login.example", False),
        ("http://login.example", None, False),
        ("http://localhost.evil.example", None, False),
        ("http://127.0.0.1.evil.example", None, False),
        ("http://127.0.0.1@evil.example", None, False),
        ("http://10.0.0.1", None, False),
        ("https://", None, False),
        ("https://[", None, False),
        ("file:///etc/passwd", None, False),
        ("login.example", None, False),
        ("", None, False),
    ],
)
def test_where_nobody_can_change_what_is_said(address: str, beside: str | None, private: bool) -> None:
    assert is_private(address, beside=beside) is private


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8080", "http://127.1.2.3", "http://[::1]:8080", "https://localhost"]
)
def test_what_only_this_machine_reaches(address: str) -> None:
    assert is_within_this_machine(address)


@pytest.mark.parametrize(
    "address", ["http://0.0.0.0:80", "http://[::]:80", "https://desk.example.org", "http://10.0.0.1"]
)
def test_what_others_may_reach(address: str) -> None:
    assert not is_within_this_machine(address)
