"""How the page says things to one reader: sentences with names and links in them, lengths of time, money, limits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from string import Formatter
from typing import Any

from babel.numbers import format_currency, format_percent

from starter.console.complaint.names import Names
from starter.console.complaint.pieces import Line, Segment, link, words
from starter.console.moments import LOCALES, Moments
from starter.console.texts import texts
from workflows.contract.limits import Counts, Days, Months, Target, Weeks
from workflows.contract.parties import Actor, Owner
from workflows.contract.redress import Redress
from workflows.contract.vocabulary import Language, Role

_A_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_UNITS = (("days", _A_DAY), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))
_FIELDS = Formatter()
_COUNT = "count"


class Wording:
    """What one reader is told.

    Args:
        language: theirs.
        zone: the time zone in which they read times.
        names: of people and departments.
        reader: whom the directory knows them as.
    """

    def __init__(self, language: Language, zone: str, names: Names, *, reader: str = "") -> None:
        self.language = language
        self.moments = Moments(language, zone)
        self.names = names
        self.reader = reader

    def say(self, key: str, **values: Any) -> str:
        """A text of the console."""
        return texts().say(self.language, key, **values)

    def word(self, vocabulary: str, value: object) -> str:
        """A word of the contract."""
        return self.say(f"vocabulary.{vocabulary}.{value}")

    def known(self, vocabulary: str, value: str) -> str:
        """A word that a policy may have made up: then as it is written there."""
        key = f"{vocabulary}.{value}"
        return self.say(key) if key in texts() else value.replace("_", " ")

    def phrase(self, key: str, **values: str | Line) -> Line:
        """A text with names and links in it."""
        key_of_one = f"{key}.one"
        is_one = values.get(_COUNT) == "1" and key_of_one in texts()
        said: Line = []
        for literal, name, _, _ in _FIELDS.parse(self.say(key_of_one if is_one else key)):
            said += words(literal) if literal else []
            if name:
                value = values[name]
                said += words(value) if isinstance(value, str) else value
        return said

    def several(self, lines: Iterable[str | Line]) -> Line:
        """One after the other."""
        said: Line = []
        for line in lines:
            said += words(self.say("complaint.between")) if said else []
            said += words(line) if isinstance(line, str) else line
        return said

    def person(self, subject: str) -> Line:
        """Somebody by name."""
        return [Segment(text=self.names.person(subject), mark="who")]

    def people(self, subjects: Iterable[str]) -> Line:
        """Some people by name."""
        return self.several(self.person(subject) for subject in subjects)

    def department(self, department: str) -> str:
        """A department by name."""
        return self.names.department(department, self.language) or self.known("complaint.department", department)

    def departments(self, departments: Iterable[str]) -> Line:
        """Some departments by name."""
        return self.several(self.department(each) for each in departments)

    def owner(self, owner: Owner) -> Line:
        """Who answers for something, and for which department."""
        return self.phrase(
            "complaint.person_of", person=self.person(owner.subject), department=self.department(owner.department)
        )

    def who(self, actor: Actor) -> Line:
        """Who did something: a member of staff by name, and others by what they are."""
        if Role.SYSTEM in actor.roles:
            return words(self.word("role", Role.SYSTEM))
        if Role.COMPLAINANT in actor.roles:
            return [Segment(text=self.word("role", Role.COMPLAINANT), mark="who")]
        return self.person(actor.subject)

    def case(self, reference: str) -> Line:
        """Another complaint."""
        return link(reference, f"/complaints/{reference}")

    def clock(self, name: str) -> str:
        """A limit by name."""
        return self.known("vocabulary.clock" if f"vocabulary.clock.{name}" in texts() else "complaint.clock", name)

    def command(self, name: str) -> str:
        """A command by its title."""
        key = f"commands.of.{name}.title"
        return self.say(key) if key in texts() else name.replace("_", " ")

    def length(self, length: timedelta, *, in_hours: bool = False) -> str:
        """How long exactly, to the minute where it takes minutes. Hours of work are never gathered into days."""
        parts, rest = [], length
        for name, unit in _UNITS[1:] if in_hours else _UNITS:
            number, rest = divmod(rest, unit)
            if number:
                parts.append(self.say(f"complaint.length.{name}", count=number))
        return " ".join(parts) or self.say("complaint.length.seconds", count=rest // _SECOND)

    def target(self, target: Target, counts: Counts) -> str:
        """How long a limit is."""
        match target:
            case Days(days=number):
                return self.say(f"complaint.target.{counts.value}", count=number)
            case Weeks(weeks=number):
                return self.say("complaint.target.weeks", count=number)
            case Months(months=number):
                return self.say("complaint.target.months", count=number)
            case _:
                return self._hours(target, counts)

    def _hours(self, length: timedelta, counts: Counts) -> str:
        days, rest = divmod(length, _A_DAY)
        if counts is Counts.CONTINUOUS and days > 1 and not rest:
            return self.say("complaint.length.whole_days", count=days)
        return self.length(length, in_hours=True)

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount."""
        return str(format_currency(amount, currency, locale=LOCALES[self.language]))

    def percent(self, share: float) -> str:
        """How much of a whole."""
        return str(format_percent(share, locale=LOCALES[self.language]))

    def redress(self, redress: Redress) -> str:
        """One thing that the complainant gets."""
        amount = self.money(redress.amount, redress.currency) if redress.currency else None
        parts = (self.word("redress", redress.kind), amount, redress.note)
        return " · ".join(part for part in parts if part)

    def either(self, vocabulary: str, of: Iterable[StrEnum]) -> str:
        """One of some words."""
        return self.say("complaint.or").join(self.word(vocabulary, word) for word in of)
