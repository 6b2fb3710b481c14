"""Things to post: a complaint, its entries and the summary after them, with defaults for what does not matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from workflows.contract.effects import Effect
from workflows.contract.events import Entry, Event, Filed, Noted
from workflows.contract.filing import Complainant, FileComplaint
from workflows.contract.parties import SYSTEM
from workflows.contract.ports import Posting
from workflows.contract.views import Summary
from workflows.contract.vocabulary import Channel, Language, Level, Status

RECEIVED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORIGIN = "run-1"
EMAIL = "wang.fang@customer.example"


def complaint(
    key: str = "1",
    *,
    language: Language = Language.ZH,
    name: str | None = "王芳",
    email: str | None = EMAIL,
    text: str = "洗衣机送来就是坏的，我要求退款。",
    subject: str | None = "洗衣机损坏",
) -> FileComplaint:
    """A complaint by somebody with an address."""
    return FileComplaint(
        source="test",
        source_key=key,
        channel=Channel.WEB,
        language=language,
        text=text,
        subject=subject,
        complainant=Complainant(name=name, email=email),
    )


def filed(filing: FileComplaint) -> Entry:
    """The first entry."""
    return entry(1, Filed(complaint=filing, received_at=RECEIVED_AT))


def entry(sequence: int, event: Event | None = None) -> Entry:
    """The entry with this number; a note, unless the event matters."""
    return Entry(
        sequence=sequence,
        at=RECEIVED_AT + timedelta(minutes=sequence),
        actor=SYSTEM,
        command_id=f"command-{sequence}",
        event=event or Noted(text=f"note {sequence}"),
    )


def summary(sequence: int, *, status: Status = Status.RECEIVED) -> Summary:
    """The complaint's row after entry number `sequence`."""
    return Summary(
        status=status,
        outcome=None,
        nature=None,
        severity=None,
        department="customer_service",
        owner="lin.wan",
        level=Level.OWNER,
        waiting_for=None,
        breached=False,
        due_at=None,
        policy=None,
        sequence=sequence,
        at=RECEIVED_AT + timedelta(minutes=sequence),
    )


def posting(
    filing: FileComplaint,
    *entries: Entry,
    effects: tuple[Effect, ...] = (),
    status: Status = Status.RECEIVED,
    sequence: int | None = None,
    origin: str = ORIGIN,
) -> Posting:
    """Entries and effects, with the summary after the last entry or, without entries, after `sequence`."""
    last = entries[-1].sequence if entries else sequence or 1
    return Posting(
        reference=filing.reference,
        origin_run_id=origin,
        entries=entries,
        summary=summary(sequence or last, status=status),
        effects=effects,
    )


def opening(filing: FileComplaint, *effects: Effect) -> Posting:
    """The posting that puts a complaint on file."""
    return posting(filing, filed(filing), effects=effects)
