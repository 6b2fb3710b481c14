"""Each clock as a bar: what of its time was used, paused, or outside hours, drawn to scale, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from starter.console.complaint.ledger import LedgerLine, ledger
from starter.console.complaint.pieces import Row, row
from starter.console.complaint.why import why
from starter.console.complaint.wording import Wording
from workflows.contract.limits import Counts
from workflows.contract.views import ClockState, ClockView, ComplaintView, SegmentKind

_SECOND = timedelta(seconds=1)

LIVE = (ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)

_LOOKS = {
    ClockState.PENDING: ("schedule", ""),
    ClockState.RUNNING: ("play_circle", ""),
    ClockState.PAUSED: ("pause_circle", "warn"),
    ClockState.BREACHED: ("alarm", "bad"),
    ClockState.MET: ("check_circle", "good"),
    ClockState.MET_LATE: ("running_with_errors", "bad"),
    ClockState.EXPIRED: ("timer_off", ""),
    ClockState.WAIVED: ("remove_circle_outline", ""),
}


class Stretch(TypedDict):
    """A part of the bar, in milliseconds since the epoch; without an end it goes on."""

    start: int
    end: int | None
    kind: str
    says: str


class Mark(TypedDict):
    """A moment on the bar."""

    at: int
    kind: str
    says: str


class Bar(TypedDict):
    """A clock. `stops` is where its bar ends if it does not run; `due` counts down if it does."""

    name: str
    title: str
    state: str
    state_says: str
    icon: str
    tone: str
    is_live: bool
    limit: str
    due_says: str
    due: NotRequired[str]
    stops: int | None
    ends: int
    stretches: list[Stretch]
    marks: list[Mark]
    label: str
    facts: list[Row]
    why: list[str]
    ledger: list[LedgerLine]


def bars(view: ComplaintView, wording: Wording, now: datetime) -> list[Bar]:
    """All clocks: those that run first, by when they are due; then those that have ended, the last one first."""
    live = sorted((clock for clock in view.clocks if _is_live(clock)), key=lambda clock: clock.due_at)
    ended = [clock for clock in reversed(view.clocks) if not _is_live(clock)]
    return [_bar(clock, view, wording, now) for clock in (*live, *ended)]


def kinds_of_time(wording: Wording) -> dict[str, str]:
    """What the looks of a bar's parts mean."""
    return {kind.value: wording.word("segment", kind) for kind in SegmentKind}


def _is_live(clock: ClockView) -> bool:
    return clock.state in LIVE and clock.stopped_at is None


def _bar(clock: ClockView, view: ComplaintView, wording: Wording, now: datetime) -> Bar:
    is_live, moments = _is_live(clock), wording.moments
    until = clock.stopped_at or now
    icon, tone = _LOOKS[clock.state]
    last = max((line.end or until for line in clock.ledger), default=until)
    due_says = wording.say(f"complaint.clock_line.{_due(clock)}", due=moments.short(clock.due_at))
    bar = Bar(
        name=f"{clock.name}-{clock.round}",
        title=_title(clock, wording),
        state=clock.state.value,
        state_says=wording.word("clock_state", clock.state),
        icon=icon,
        tone=tone,
        is_live=is_live,
        limit=wording.target(clock.target, clock.counts),
        due_says=due_says,
        stops=None if is_live else _milliseconds(last),
        ends=_milliseconds(max(clock.due_at, last) if is_live else last),
        stretches=[_stretch(clock, number, wording) for number in range(len(clock.ledger))],
        marks=list(_marks(clock, last, wording, is_live=is_live)),
        label=_label(clock, due_says, wording),
        facts=list(_facts(clock, wording, now)),
        why=list(why(clock, view, wording)),
        ledger=ledger(clock, wording, now),
    )
    if is_live:
        bar["due"] = clock.due_at.isoformat()
    return bar


def _title(clock: ClockView, wording: Wording) -> str:
    name = wording.clock(clock.name)
    return wording.say("complaint.clock_line.round", clock=name, round=clock.round) if clock.round > 1 else name


def _due(clock: ClockView) -> str:
    if not _is_live(clock):
        return "was_due"
    return "due_if_resumed" if clock.state is ClockState.PAUSED else "due"


def _stretch(clock: ClockView, number: int, wording: Wording) -> Stretch:
    line = clock.ledger[number]
    end = None if _goes_on(clock, number) else line.end or clock.stopped_at
    until = wording.moments.short(end) if end else wording.say("complaint.clock_line.until_now")
    says = f"{wording.word('segment', line.kind)} · {wording.moments.short(line.start)} – {until}"
    return Stretch(
        start=_milliseconds(line.start), end=_milliseconds(end) if end else None, kind=line.kind.value, says=says
    )


def _goes_on(clock: ClockView, number: int) -> bool:
    """Whether the browser may draw this stretch on as time passes: not where the night may have begun since."""
    line = clock.ledger[number]
    lasts = clock.counts is Counts.CONTINUOUS or line.kind is SegmentKind.PAUSED
    return lasts and _is_live(clock) and number == len(clock.ledger) - 1


def _marks(clock: ClockView, last: datetime, wording: Wording, *, is_live: bool) -> Iterator[Mark]:
    """The thresholds, and when it is due; of one that has ended, what lies behind its end does not matter."""
    for threshold in clock.thresholds:
        if threshold.at and threshold.at != clock.due_at and (is_live or threshold.at <= last):
            says = wording.say(
                "complaint.clock_line.threshold",
                percent=wording.percent(threshold.percent / 100),
                at=wording.moments.short(threshold.at),
            )
            yield Mark(at=_milliseconds(threshold.at), kind="threshold", says=says)
    if is_live or clock.due_at <= last:
        says = wording.say("complaint.clock_line.due", due=wording.moments.short(clock.due_at))
        yield Mark(at=_milliseconds(clock.due_at), kind="due", says=says)


def _label(clock: ClockView, due_says: str, wording: Wording) -> str:
    """The bar for those who do not see it."""
    in_hours = clock.counts.is_in_hours
    return wording.say(
        "complaint.clock_line.label",
        clock=_title(clock, wording),
        state=wording.word("clock_state", clock.state),
        used=wording.length(clock.used, in_hours=in_hours),
        limit=wording.target(clock.target, clock.counts),
        paused=wording.length(clock.paused, in_hours=in_hours),
        due=due_says,
    )


def _facts(clock: ClockView, wording: Wording, now: datetime) -> Iterator[Row]:
    say, moments, in_hours = wording.say, wording.moments, clock.counts.is_in_hours
    yield from row(say("complaint.clock_line.started"), moments.full(clock.started_at))
    if clock.stopped_at:
        yield from row(say("complaint.clock_line.stopped"), moments.full(clock.stopped_at))
    yield from row(say("complaint.clock_line.due_at"), moments.full(clock.due_at))
    if clock.breached_at:
        yield from row(say("complaint.clock_line.breached"), moments.full(clock.breached_at))
    used = say(
        "complaint.clock_line.used_of",
        used=wording.length(clock.used, in_hours=in_hours),
        percent=wording.percent(clock.percent / 100),
        now=moments.short(clock.stopped_at or now),
    )
    yield from row(say("complaint.clock_line.used"), used)
    if clock.paused:
        yield from row(say("complaint.clock_line.paused"), wording.length(clock.paused, in_hours=in_hours))
    ranked = sorted(clock.by_department.items(), key=lambda each: -each[1])
    counted = ((name, used) for name, used in ranked if used >= _SECOND)
    parts = [f"{wording.department(name)} {wording.length(used, in_hours=in_hours)}" for name, used in counted]
    yield from row(say("complaint.clock_line.by_department"), wording.several(parts))


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
