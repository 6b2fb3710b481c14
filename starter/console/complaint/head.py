"""What the top of the page says: which complaint it is, where it stands, who answers for it, and what is unusual."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from starter.console.complaint.pieces import Line, Row, row, theirs, words
from starter.console.complaint.wording import Wording
from starter.read_model import ComplaintFile
from workflows.contract.views import ComplaintView, Summary
from workflows.contract.vocabulary import Level, Severity, Status

EXCERPT_CHARACTERS = 90
"""Of the text of a complaint without a subject."""

_STATUS_ICONS = {
    Status.RECEIVED: "inbox",
    Status.ASSIGNED: "assignment_ind",
    Status.INVESTIGATING: "manage_search",
    Status.WAITING: "hourglass_empty",
    Status.APPROVING: "how_to_vote",
    Status.EXECUTING: "construction",
    Status.CONFIRMING: "phone_callback",
    Status.CLOSED: "done_all",
    Status.ARCHIVED: "inventory_2",
}

_SEVERITY_LOOKS = {
    Severity.LOW: ("keyboard_arrow_down", ""),
    Severity.NORMAL: ("drag_handle", ""),
    Severity.HIGH: ("keyboard_arrow_up", "warn"),
    Severity.CRITICAL: ("keyboard_double_arrow_up", "bad"),
}


class Chip(TypedDict):
    """A word with its icon; `about` says what it is the word for."""

    icon: str
    tone: str
    text: str
    about: str


class Banner(TypedDict):
    """Something unusual that everybody should know before they act."""

    icon: str
    tone: str
    text: Line


class Head(TypedDict):
    """The top of the page."""

    reference: str
    title: Line
    chips: list[Chip]
    due: NotRequired[str]
    due_says: NotRequired[str]
    facts: list[Row]
    banners: list[Banner]


def head(file: ComplaintFile, view: ComplaintView | None, wording: Wording) -> Head:
    """Of the complaint as its workflow has it, or else as the tables do."""
    of: Summary | ComplaintFile = view.summary if view else file
    said = Head(
        reference=file.reference,
        title=_title(file, wording),
        chips=list(_chips(of, wording)),
        facts=list(_facts(file, of, wording)),
        banners=list(_banners(view, wording)) if view else [],
    )
    if of.due_at and of.status is not Status.ARCHIVED:
        said |= {"due": of.due_at.isoformat(), "due_says": wording.moments.short(of.due_at)}
    return said


def _title(file: ComplaintFile, wording: Wording) -> Line:
    if file.subject:
        return theirs(file.subject)
    excerpt = " ".join(file.text[: EXCERPT_CHARACTERS * 2].split())
    cut = len(excerpt) > EXCERPT_CHARACTERS
    return theirs(f"{excerpt[:EXCERPT_CHARACTERS]}…" if cut else excerpt) or words(wording.say("complaint.no_subject"))


def _chips(of: Summary | ComplaintFile, wording: Wording) -> Iterator[Chip]:
    about = {name: wording.say(f"complaint.fact.{name}") for name in ("status", "severity", "nature", "level")}
    status = wording.word("status", of.status)
    if of.waiting_for:
        status = wording.say("complaint.status_with", status=status, more=wording.word("waiting_for", of.waiting_for))
    if of.outcome:
        status = wording.say("complaint.status_with", status=status, more=wording.word("outcome", of.outcome))
    yield Chip(icon=_STATUS_ICONS[of.status], tone="accent", text=status, about=about["status"])
    if of.severity:
        icon, tone = _SEVERITY_LOOKS[of.severity]
        yield Chip(icon=icon, tone=tone, text=wording.word("severity", of.severity), about=about["severity"])
    if of.nature:
        yield Chip(icon="sell", tone="", text=wording.word("nature", of.nature), about=about["nature"])
    if of.level is not Level.OWNER:
        level = wording.say("complaint.escalated_to", level=wording.word("level", of.level))
        yield Chip(icon="trending_up", tone="warn", text=level, about=about["level"])
    if of.breached:
        yield Chip(
            icon="alarm", tone="bad", text=wording.say("complaint.breached"), about=wording.say("complaint.limits")
        )


def _facts(file: ComplaintFile, of: Summary | ComplaintFile, wording: Wording) -> Iterator[Row]:
    say = wording.say
    yield from row(say("complaint.fact.owner"), wording.person(of.owner))
    yield from row(say("complaint.fact.department"), wording.department(of.department))
    if file.complainant_name:
        yield from row(say("complaint.fact.complainant"), theirs(file.complainant_name))
    yield from row(say("complaint.fact.channel"), wording.word("channel", file.channel))
    yield from row(say("complaint.fact.received"), wording.moments.short(file.received_at))


def _banners(view: ComplaintView, wording: Wording) -> Iterator[Banner]:
    kin, phrase = view.kin, wording.phrase
    if view.hold:
        yield Banner(icon="lock", tone="warn", text=phrase("complaint.banner.hold", reason=theirs(view.hold)))
    if kin.survivor:
        yield Banner(icon="merge", tone="", text=phrase("complaint.banner.merged", into=wording.case(kin.survivor)))
    if kin.parent:
        yield Banner(icon="campaign", tone="", text=phrase("complaint.banner.child", parent=wording.case(kin.parent)))
    if kin.event:
        count = str(len(kin.event.children))
        text = phrase("complaint.banner.event", title=theirs(kin.event.title), count=count)
        yield Banner(icon="campaign", tone="warn", text=text)
    if view.closing:
        outcome = wording.word("outcome", view.closing.outcome)
        yield Banner(icon="pending_actions", tone="", text=phrase("complaint.banner.closing", outcome=outcome))
    if view.conflicts:
        people = wording.people(view.conflicts)
        yield Banner(icon="visibility_off", tone="warn", text=phrase("complaint.banner.conflicts", people=people))
    if view.reopened:
        yield Banner(
            icon="restart_alt", tone="warn", text=phrase("complaint.banner.reopened", count=str(view.reopened))
        )
