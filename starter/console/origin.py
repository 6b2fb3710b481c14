"""Where browsers find the console: cookies, the identity provider and websockets know it by this address alone."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from infra.settings import Settings, variable_of
from workflows.contract.errors import AmendsError, ErrorCode


def origin_of(settings: Settings, address: str) -> str:
    """What the settings say, else the address that the console listens on.

    Raises:
        AmendsError: `setup`, when it listens everywhere, which is no address that a browser could ask for.
    """
    if settings.console_url is not None:
        return settings.console_url
    host = urlsplit(address).hostname or ""
    if ip_address(host).is_unspecified:
        raise AmendsError(
            ErrorCode.SETUP,
            f"must be set when the console listens on {host}: the address at which browsers find it, such as"
            " https://desk.example.org",
            variable_of("console_url"),
        )
    return address
