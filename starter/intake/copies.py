"""What a copy of a document tells of it: name, kind, length and hash."""

from __future__ import annotations

from hashlib import file_digest
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from workflows.contract.errors import AmendsError, ErrorCode

_ANY_KIND = "application/octet-stream"


def described(copy: Path) -> dict[str, Any]:
    """The fields of a reference to the document, but for where it is kept.

    Raises:
        AmendsError: `invalid_input` for a file that cannot be read.
    """
    try:
        with copy.open("rb") as opened:
            sha256 = file_digest(opened, "sha256").hexdigest()
        size_bytes = copy.stat().st_size
    except OSError as error:
        raise AmendsError(ErrorCode.INVALID_INPUT, f"{copy} cannot be read: {error.strerror}", "copy") from error
    kind, _ = guess_type(copy.name)
    return {"file_name": copy.name, "media_type": kind or _ANY_KIND, "size_bytes": size_bytes, "sha256": sha256}
