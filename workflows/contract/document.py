"""References to documents that are kept elsewhere: what they are, and where they can be fetched."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

from workflows.contract.base import STORABLE

URI_MAX_CHARACTERS = 2_000

_SCHEMES = ("https", "s3")
"""Where every machine finds the same document: a path on a disk is another file on each of them."""


def _fetchable(uri: str) -> str:
    try:
        parts = urlsplit(uri)
        host, password = parts.hostname, parts.password
    except ValueError:
        raise ValueError("is not an address, such as https://files.example/2026/letter.pdf") from None
    if parts.scheme not in _SCHEMES or not host:
        raise ValueError(f"must be an address with {' or '.join(_SCHEMES)}, such as s3://letters/2026/letter.pdf")
    if parts.username or password:
        raise ValueError("must not contain a user name or password: everybody who sees the case could use them")
    return uri


MediaType = Annotated[
    str, StringConstraints(pattern=r"^[a-z]+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$", max_length=140)
]
"""Such as `application/pdf`, as RFC 6838 writes it."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]
"""The document's SHA-256 in hexadecimal digits, by which anybody can tell whether it is still the same."""

DocumentUri = Annotated[
    str,
    StringConstraints(max_length=URI_MAX_CHARACTERS, pattern=r"^[!-~]+$"),
    STORABLE,
    AfterValidator(_fetchable),
]
"""Where the document is: an absolute address without credentials, in printable ASCII."""
