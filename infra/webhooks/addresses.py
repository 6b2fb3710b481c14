"""Which addresses webhooks may go to: public ones. A subscriber must not make Amends call what stands beside it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from workflows.contract.errors import AmendsError, ErrorCode

Address: TypeAlias = IPv4Address | IPv6Address

URL_MAX_CHARACTERS = 500
SETTING = "AMENDS_WEBHOOK_PRIVATE_ADDRESSES"

_LOCALHOST = "localhost"
_ALLOTTED = IPv6Network("2000::/3")
"""Where addresses of the new kind that are reached from anywhere begin; all others have some other use, or none yet."""

_NAT64 = IPv6Network("64:ff9b::/96")
_FIELD = "url"


def check_url(url: str, *, private_allowed: bool) -> None:
    """See to it that a URL is one that webhooks may be sent to, as far as can be said without asking for its address.

    Raises:
        AmendsError: `invalid_input`, field `url`.
    """
    parts = _split(url)
    host = parts.hostname
    if not host:
        raise _refused("must be a web address with a host, such as https://hooks.example.org/amends")
    if parts.username is not None or parts.password is not None:
        raise _refused("must not hold a user or a password; the signature says who sends")
    if parts.fragment:
        raise _refused("must not have a fragment")
    is_local = host == _LOCALHOST or _is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local and private_allowed):
        raise _refused(f"must begin with https://; plain http is for this machine alone, and only with {SETTING}")
    address = _literal(host)
    if not private_allowed and (host == _LOCALHOST or (address is not None and not is_public(address))):
        raise _refused(f"must be a public address; addresses of private networks need {SETTING}")


def is_public(address: Address) -> bool:
    """Anybody could reach it, whatever it is wrapped in."""
    if isinstance(address, IPv6Address) and address not in _ALLOTTED and address not in _NAT64:
        return False
    return address.is_global and not address.is_multicast and all(is_public(inner) for inner in _inside(address))


def _inside(address: Address) -> tuple[IPv4Address, ...]:
    """The addresses of the old kind that one of the new kind leads to."""
    if isinstance(address, IPv4Address):
        return ()
    if address in _NAT64:
        return (IPv4Address(address.packed[-4:]),)
    teredo = address.teredo or ()
    found = (address.sixtofour, *teredo)
    return tuple(each for each in found if each is not None)


def _split(url: str) -> SplitResult:
    if len(url) > URL_MAX_CHARACTERS or not url.isascii() or not url.isprintable() or " " in url:
        raise _refused(f"must be printable ASCII without spaces, of at most {URL_MAX_CHARACTERS} characters")
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise _refused("must be a web address, such as https://hooks.example.org/amends") from None
    return parts


def _literal(host: str) -> Address | None:
    """The address, where a host is written as one."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _literal(host)
    return address is not None and address.is_loopback


def _refused(message: str) -> AmendsError:
    return AmendsError(ErrorCode.INVALID_INPUT, message, _FIELD)
