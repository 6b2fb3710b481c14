"""The form in which a run's history is kept, and the seal that chains each archived run to the one before it."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from temporalio.api.history.v1 import History, HistoryEvent

from workflows.contract.errors import AmendsError, ErrorCode


@dataclass(frozen=True, slots=True)
class PackedHistory:
    """A history as Temporal's `History` message, compressed, and the SHA-256 of the message before compression."""

    content: bytes
    sha256: str
    events: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of one archived run. `ordinal` counts all archived runs from 1; the first has no predecessor."""

    ordinal: int
    reference: str
    run_id: str
    final: bool
    events: int
    sha256: str
    archived_at: datetime
    previous_seal: str | None

    @property
    def seal(self) -> str:
        """SHA-256 over the manifest, and through the predecessor's seal over all archived before: nothing among them
        can be changed, left out or put in without changing every later seal.
        """
        fields = asdict(self) | {"archived_at": self.archived_at.isoformat()}
        canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def pack(events: Iterable[HistoryEvent]) -> PackedHistory:
    """A history to keep. The same events always give the same bytes."""
    history = History(events=events)
    message = history.SerializeToString(deterministic=True)
    return PackedHistory(
        content=gzip.compress(message, mtime=0), sha256=hashlib.sha256(message).hexdigest(), events=len(history.events)
    )


def unpack(content: bytes, sha256: str) -> History:
    """The history that was packed.

    Raises:
        AmendsError: `history_differs`, when it is not the one that had this SHA-256.
    """
    try:
        message = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise AmendsError(
            ErrorCode.HISTORY_DIFFERS, "the archived history is damaged: it cannot be unpacked"
        ) from error
    if hashlib.sha256(message).hexdigest() != sha256:
        raise AmendsError(
            ErrorCode.HISTORY_DIFFERS, "the archived history is not the one that was archived: its SHA-256 differs"
        )
    return History.FromString(message)
