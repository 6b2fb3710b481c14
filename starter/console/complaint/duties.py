"""What has to be done now, by whom, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from starter.console.complaint.pieces import Item, Line, Section, items, theirs, words
from starter.console.complaint.wording import Wording
from workflows.contract.views import Duty, Summary
from workflows.contract.vocabulary import DutyKind

_LAST = datetime.max.replace(tzinfo=UTC)


def duties(summary: Summary, wording: Wording) -> Iterator[Section]:
    """The section; without duties it says that nothing has to be done."""
    urgent_first = sorted(summary.duties, key=lambda duty: duty.due_at or _LAST)
    found = [_item(duty, wording) for duty in urgent_first]
    section = Section(name="duties", title=wording.say("complaint.duties.title"), key="d", pieces=list(items(found)))
    yield section if found else section | {"note": wording.say("complaint.duties.none")}


def _item(duty: Duty, wording: Wording) -> Item:
    is_own = duty.subject == wording.reader
    what = words(wording.word("duty", duty.duty))
    if duty.about:
        about = words(wording.word("level", duty.about)) if duty.duty is DutyKind.ESCALATED else theirs(duty.about)
        what = wording.phrase("complaint.duties.about", duty=wording.word("duty", duty.duty), about=about)
    item = Item(icon="person" if is_own else "radio_button_unchecked", text=what, note=_who(duty, wording))
    if is_own:
        item |= {"tone": "accent", "says": wording.say("complaint.duties.own")}
    if duty.due_at:
        item["due"] = duty.due_at.isoformat()
    return item


def _who(duty: Duty, wording: Wording) -> Line:
    """A person, or whoever has one of the roles."""
    if duty.subject:
        return wording.person(duty.subject)
    roles = wording.either("role", duty.roles)
    if duty.department:
        return wording.phrase("complaint.role_of", roles=roles, department=wording.department(duty.department))
    return words(roles)
