"""A complaint as the page's parts show it, to one reader: plain data, part by part, so that only changes are sent."""

from __future__ import annotations

from typing import Any

from starter.console.complaint.classified import classification
from starter.console.complaint.clocks import bars
from starter.console.complaint.dossier import LETTERS_AT_ONCE, Dossier
from starter.console.complaint.duties import duties
from starter.console.complaint.head import head
from starter.console.complaint.kin import kin
from starter.console.complaint.letters import letters
from starter.console.complaint.meeting import last_meeting, meeting, tasks
from starter.console.complaint.person import complainant
from starter.console.complaint.pieces import Section
from starter.console.complaint.proposal import proposal
from starter.console.complaint.wording import Wording


def head_of(dossier: Dossier, wording: Wording) -> dict[str, Any]:
    """The top of the page."""
    return dict(head(dossier.file, dossier.view, wording))


def duties_of(dossier: Dossier, wording: Wording) -> list[Section]:
    """What is to be done."""
    return list(duties(dossier.view.summary, wording)) if dossier.view else []


def work_of(dossier: Dossier, wording: Wording) -> list[Section]:
    """What is under way."""
    view = dossier.view
    if view is None:
        return []
    return [
        *proposal(view, wording),
        *meeting(view, wording),
        *tasks(view, wording),
    ]


def about_of(dossier: Dossier, wording: Wording) -> list[Section]:
    """Who complains, what about, and which other complaints it has to do with."""
    view = dossier.view
    if view is None:
        return list(complainant(dossier.file, wording))
    return [
        *complainant(dossier.file, wording),
        *classification(view, dossier.allowed, wording),
        *kin(view, wording),
        *last_meeting(view, wording),
    ]


def clocks_of(dossier: Dossier, wording: Wording) -> list[dict[str, Any]]:
    """The clocks, which only the case itself knows."""
    return [dict(bar) for bar in bars(dossier.view, wording, dossier.at)] if dossier.view else []


def letters_of(dossier: Dossier, wording: Wording, shown: int = LETTERS_AT_ONCE) -> list[dict[str, Any]]:
    """The last letters."""
    return [dict(letter) for letter in letters(dossier.letters[:shown], wording)]
