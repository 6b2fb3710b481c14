"""What an address says of the form: `/file?phone=…&text=…`, by which a telephone system can open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from starter.console.filing.entered import FIELDS
from workflows.contract.vocabulary import Channel, Language

_CHOICES: Mapping[str, type[StrEnum]] = {"channel": Channel, "language": Language}


class LeftOut(NamedTuple):
    """A parameter that the form has no use for, and a text of the console that says why."""

    key: str
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The fields that an address fills, and what of it was left out."""

    fields: Mapping[str, str]
    left_out: tuple[LeftOut, ...]

    @classmethod
    def by(cls, query: Mapping[str, str], zone: ZoneInfo) -> Prefilled:
        """What the parameters of an address say. A moment is one with its zone, or one in the desk's, `zone`."""
        fields, left_out = {}, []
        for parameter, value in query.items():
            if parameter not in FIELDS:
                left_out.append(LeftOut("filing.prefilled.unknown", parameter, value))
            elif parameter in _CHOICES and value not in set(_CHOICES[parameter]):
                left_out.append(LeftOut("filing.prefilled.no_choice", parameter, value))
            elif parameter == "received_at" and (local := _local(value, zone)) is None:
                left_out.append(LeftOut("filing.prefilled.no_moment", parameter, value))
            else:
                fields[parameter] = local if parameter == "received_at" and local else value
        return cls(fields, tuple(left_out))


def _local(moment: str, zone: ZoneInfo) -> str | None:
    """As the field shows it: the time in a zone, to the minute."""
    try:
        # In addresses, a plus that is not escaped is a blank.
        at = datetime.fromisoformat(moment.replace(" ", "+") if "T" in moment else moment)
        return (at.astimezone(zone) if at.tzinfo else at).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, OverflowError):
        return None
