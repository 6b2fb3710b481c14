from __future__ import annotations

import pytest

from infra.private_addresses import is_private


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
