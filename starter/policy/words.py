"""What a policy says, clock by clock, in words that its author can compare with what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from workflows.contract.assignment import AssignmentRule, AssignTo
from workflows.contract.base import Model
from workflows.contract.clock_rule import ClockKind, ClockRule, Extension, OnExpiry, Rung
from workflows.contract.limits import Counts, Days, LimitEnd, Months, Target, Weeks
from workflows.contract.vocabulary import Severity

_OF_WHAT = {Counts.CONTINUOUS: " at any hour", Counts.BUSINESS_HOUR: " of working time"}
_WHICH_DAYS = {Counts.BUSINESS_DAY: "business ", Counts.CALENDAR_DAY: "calendar "}
_ON_EXPIRY = {
    OnExpiry.BREACH: "then it is breached",
    OnExpiry.END: "then it ends quietly",
    OnExpiry.RESUME: "then work goes on",
    OnExpiry.LAPSE_MEETING: "then the meeting lapses",
    OnExpiry.CLOSE: "then the complaint is closed",
    OnExpiry.ARCHIVE: "then the complaint is archived",
}
_ON_REOPEN = {"continue": "goes on", "restart": "starts anew", "first_only": "stays as it ended"}
_UNITS = ((timedelta(hours=1), "h"), (timedelta(minutes=1), "min"), (timedelta(seconds=1), "s"))
_A_DAY = timedelta(days=1)


class ClockInWords(Model):
    """A clock as sentences; `source` says so when nobody read it in the primary text."""

    name: str
    limit: str
    runs: str
    then: str
    ladder: tuple[str, ...]
    extensions: tuple[str, ...]
    waives: tuple[str, ...]
    source: str | None
    confirmed: bool


def in_words(rule: ClockRule) -> ClockInWords:
    """What the rule says."""
    close = ", due when the last business day closes" if rule.end is LimitEnd.CLOSE else ""
    pause = "; pauses while waiting" if rule.pausable else "; never pauses"
    anew = "; anew for each department" if rule.per_department else ""
    kind = "" if rule.kind is ClockKind.OBLIGATION else f"{rule.kind.value.replace('_', ' ')}: "
    return ClockInWords(
        name=rule.name,
        limit=f"{targets_in_words(rule.target, rule.counts)}{_OF_WHAT.get(rule.counts, '')}{close}",
        runs="while the approval step is open that names it"
        if rule.is_of_a_step
        else f"from {_either(rule.start)} until {_either(rule.stop)}{pause}{anew}; reopened, it"
        f" {_ON_REOPEN[rule.on_reopen.value]}",
        then=f"{kind}{_ON_EXPIRY[rule.on_expiry]}",
        ladder=tuple(rung_in_words(rung) for rung in rule.ladder)
        + tuple(f"at {percent} % the complainant is asked again" for percent in rule.remind_complainant),
        extensions=tuple(extension_in_words(extension, rule.counts) for extension in rule.extensions),
        waives=rule.waives,
        source=rule.source and f"{rule.source}{'' if rule.confirmed else ' (unconfirmed)'}",
        confirmed=rule.confirmed,
    )


def assignment_in_words(rule: AssignmentRule) -> str:
    """Such as `new cases go to a person of their department; contractors hold none`."""
    to = {AssignTo.HEAD: "the head", AssignTo.PERSON: "a person"}[rule.to]
    contractors = "contractors may hold cases" if rule.contractors else "contractors hold none"
    return f"new cases go to {to} of their department; {contractors}"


def targets_in_words(targets: Mapping[Severity, Target], counts: Counts) -> str:
    """Such as `24 h (critical 4 h)`: what holds for most severities first."""
    lengths = {severity: target_in_words(targets[severity], counts) for severity in Severity}
    usual, _ = Counter(lengths.values()).most_common(1)[0]
    others = [f"{severity.value} {length}" for severity, length in lengths.items() if length != usual]
    return f"{usual} ({', '.join(others)})" if others else usual


def target_in_words(target: Target, counts: Counts) -> str:
    """Such as `24 h`, `15 business days`, `8 weeks` or `6 months`."""
    match target:
        case Days(days=number):
            return _many(number, f"{_WHICH_DAYS.get(counts, '')}day")
        case Weeks(weeks=number):
            return _many(number, "week")
        case Months(months=number):
            return _many(number, "month")
        case _:
            return _hours(target, counts)


def _hours(length: timedelta, counts: Counts) -> str:
    days, rest = divmod(length, _A_DAY)
    if counts is Counts.CONTINUOUS and days > 1 and not rest:
        return f"{days} x 24 h"
    parts, rest = [], length
    for unit, name in _UNITS:
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 h"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _either(events: tuple[str, ...]) -> str:
    return " or ".join(event.replace("_", " ") for event in events)


def rung_in_words(rung: Rung) -> str:
    """Such as `at 75 % the lead` or `4 h after the limit the head, then every 4 h, at most 10 times`."""
    counts = rung.counts or Counts.BUSINESS_HOUR  # in plain hours, as they were written
    moment = f"{_hours(rung.after, counts)} after the limit" if rung.after is not None else f"at {rung.percent} %"
    again = f", then every {_hours(rung.every, counts)}, at most {rung.at_most} times" if rung.every else ""
    return f"{moment} the {rung.tell.value}{again}"


def extension_in_words(extension: Extension, counts: Counts) -> str:
    """Such as `to 35 business days by head or executive: exceptional circumstances`."""
    roles = " or ".join(role.value for role in extension.roles)
    return f"to {targets_in_words(extension.to, counts)} by {roles}: {extension.requires}"
