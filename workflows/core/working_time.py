"""An index of working time: all changes between working and free time with sums of the working time before each.

It is made in blocks of about a year as they are asked for; then an answer takes a few searches in sorted numbers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from workflows.contract.views import SegmentKind
from workflows.core.local_time import DAY, LocalTime
from workflows.core.working_days import WorkingDays

BLOCK = 52 * 7 * DAY
"""About a year, in whole weeks: blocks in which nothing special happens are then all alike."""


class Block(NamedTuple):
    """What holds from which tick on, and the working ticks before it, all since the block's own start."""

    starts: tuple[int, ...]
    kinds: tuple[SegmentKind, ...]
    worked: tuple[int, ...]
    total: int

    def worked_before(self, at: int) -> int:
        """The working ticks before this tick of the block."""
        part = bisect_right(self.starts, at) - 1
        return self.worked[part] + (at - self.starts[part] if self.kinds[part] is SegmentKind.COUNTED else 0)

    def earliest_with(self, worked: int) -> int:
        """The earliest tick before which so much was worked: more than nothing, at most the total."""
        part = bisect_left(self.worked, worked) - 1
        return self.starts[part] + worked - self.worked[part]


class WorkingTime:
    """The blocks of a calendar: block number n begins n * BLOCK ticks after the year 1."""

    def __init__(self, days: WorkingDays, local_time: LocalTime) -> None:
        self._days = days
        self._local_time = local_time
        self._special: dict[int, Block] = {}
        self._ordinary: dict[int, Block] = {}
        # A special date reaches into the date after it, and by any offset at most a day further.
        reach = (edge * DAY // BLOCK for day in days.special for edge in (day - 1, day + 3))
        self._special_numbers = {*reach, *(change // BLOCK for change in local_time.changes)}

    def block(self, number: int) -> Block:
        """The block with this number; made when it is first asked for."""
        start = number * BLOCK
        if number in self._special_numbers:
            blocks, key = self._special, number
        else:
            blocks, key = self._ordinary, self._local_time.offset_at(start)
        if key not in blocks:
            blocks[key] = self._built(start)
        return blocks[key]

    def changes(self, since: int, until: int) -> Iterator[tuple[int, SegmentKind]]:
        """Each moment in [since, until) from which on another kind holds, beginning with `since` itself."""
        last: SegmentKind | None = None
        for number in range(since // BLOCK, (until - 1) // BLOCK + 1):
            block, base = self.block(number), number * BLOCK
            first = max(bisect_right(block.starts, since - base) - 1, 0)
            for part in range(first, bisect_left(block.starts, until - base)):
                if block.kinds[part] is not last:
                    last = block.kinds[part]
                    yield max(base + block.starts[part], since), last

    def _built(self, start: int) -> Block:
        changes: dict[int, SegmentKind] = {}
        for span in self._local_time.spans(start, start + BLOCK):
            for day in range((span.start + span.offset) // DAY, (span.end + span.offset - 1) // DAY + 1):
                midnight = day * DAY - span.offset
                for since, kind in self._days.parts(day):
                    if midnight + since < span.end:
                        changes[max(midnight + since, span.start) - start] = kind
        return _summed(changes)


def _summed(changes: dict[int, SegmentKind]) -> Block:
    """An index of changes that are given in order; those that change nothing are left out."""
    starts: list[int] = []
    kinds: list[SegmentKind] = []
    worked: list[int] = []
    for start, kind in [*changes.items(), (BLOCK, None)]:
        if kinds and kind is kinds[-1]:
            continue
        lasted = start - starts[-1] if kinds and kinds[-1] is SegmentKind.COUNTED else 0
        worked.append((worked[-1] if worked else 0) + lasted)
        if kind:
            starts.append(start)
            kinds.append(kind)
    return Block(tuple(starts), tuple(kinds), tuple(worked[:-1]), worked[-1])
