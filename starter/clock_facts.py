"""Why a clock of a complaint is due when it is, as short facts in words: its rule, and what has happened to it."""

from __future__ import annotations

from starter.policy.words import target_in_words
from workflows.contract.views import ClockView, ComplaintView


def clock_facts(clock: ClockView, view: ComplaintView) -> dict[str, str]:
    """Facts by name. The complaint says until when the holidays of its calendar are confirmed."""
    facts = {"limit": target_in_words(clock.target, clock.counts)}
    if clock.round > 1:
        facts["round"] = str(clock.round)
    if clock.extended:
        facts["extended"] = f"{clock.extended} time{'s' if clock.extended > 1 else ''}"
    facts["pauses"] = "while we wait" if clock.pausable else "never"
    if clock.provisional:
        facts["provisional"] = f"holidays are only confirmed until {view.confirmed_until}"
    if clock.source:
        facts["source"] = clock.source
    return facts
