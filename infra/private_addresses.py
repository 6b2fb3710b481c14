"""Web addresses between which and here nobody can change what is said."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_private(address: str, *, beside: str | None = None) -> bool:
    """By https, or within this machine; with `beside`, within this machine only if that other address is, too."""
    try:
        parts = urlsplit(address)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        return False
    if scheme == "https":
        return bool(host)
    is_ours = scheme == "http" and _is_loopback(host)
    return is_ours and (beside is None or urlsplit(beside).scheme == "http")


def is_within_this_machine(address: str) -> bool:
    """Nobody on another machine finds anything there."""
    return _is_loopback(urlsplit(address).hostname)


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return host is not None
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
