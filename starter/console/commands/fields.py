"""The control of each field: made for its kind, kept in a draft, and marked where it is at fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from starter.console.commands.asked import Kind, Question
from starter.console.commands.choices import Case, options_for, preselected
from starter.console.commands.reading import FaultError, read
from starter.console.commands.staff import Option, parties
from starter.console.commands.widgets import Choice, Column, Rows
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import RedressKind

_SEVERAL = frozenset({Kind.PARTIES, Kind.ATTENDANCE, Kind.DEPARTMENTS})
_ALL_AT_ONCE = frozenset({Kind.YES_NO, Kind.ATTENDANCE, Kind.MOTION, Kind.TASK, Kind.CLOCK})
_WRITTEN_OTHERWISE = frozenset({Kind.MOTION, Kind.TASK, Kind.CLOCK})
"""What can be typed where no complaint is there to choose from."""

_FEW = 5
"""So many words fit on the screen at once."""

_NEARLY_FULL = 0.8
"""From this share of its longest on, a text says how much is left."""

_CURRENCY_CHARACTERS = 3


class Field:
    """One field of a form.

    Args:
        question: what it asks.
        case: whom, and of which complaint.
    """

    def __init__(self, question: Question, case: Case) -> None:
        self.question = question
        self._case = case
        self._visit = case.visit
        self._help = self._visit.say(question.text("help"))
        if _is_read_outside(question) and case.view:
            tongue = self._visit.word("language", case.view.language)
            self._help = f"{self._help} {self._visit.say('commands.facts.they_read', tongue=tongue)}"
        self.element = self._made()
        self.element.props["data-field"] = question.name
        self.element.on_value_change(self._measure)
        self._first_value = self.element.value
        self._hint(self._help)

    def clear(self) -> None:
        """Make it what it was at first."""
        self.element.value = self._first_value
        self.right()
        self.note(None)

    def value(self) -> Any:
        """What was entered, as a command takes it; None where nothing was and nothing has to be.

        Raises:
            AmendsError: `invalid_input`: it cannot be used, and says so.
        """
        self.right()
        try:
            return read(self.question, self.element.value, self._visit.moments.zone)
        except FaultError as fault:
            words = self._words(fault)
            self.wrong(words, fault.at)
            raise AmendsError(ErrorCode.INVALID_INPUT, words, self._visit.say(self.question.text("label"))) from fault

    def wrong(self, words: str, at: str | None = None) -> None:
        """Say at the field what is wrong; `at` is the place in rows, such as `0.amount`."""
        if isinstance(self.element, Rows):
            self.element.props["faults"] = {at: words} if at else {}
            self.element.props["fault"] = None if at else words
        elif isinstance(self.element, ui.input):
            self.element.error = words
        else:
            self.element.props["fault"] = words

    def right(self) -> None:
        """Nothing is wrong with it, as far as is known."""
        if isinstance(self.element, ui.input):
            self.element.error = None
            return
        for name, value in (("fault", None), ("faults", {})):
            if self.element.props.get(name):
                self.element.props[name] = value

    def note(self, words: str | None) -> None:
        """Say something about what was entered, in place of the help."""
        self._hint(words or self._help)

    def _words(self, fault: FaultError) -> str:
        shown = {
            name: self._visit.moments.length(value) if isinstance(value, timedelta) else value
            for name, value in fault.values.items()
        }
        return self._visit.say(f"commands.faults.{fault.name}", **shown)

    def _hint(self, words: str) -> None:
        self.element.props["hint"] = words

    def _made(self) -> ValueElement[Any]:
        options = options_for(self.question, self._case)
        if options is not None and (options or self.question.kind not in _WRITTEN_OTHERWISE):
            return self._choice(options)
        makers: dict[Kind, Callable[[], ValueElement[Any]]] = {
            Kind.TEXT: self._text,
            Kind.NUMBER: self._number,
            Kind.MOTION: self._number,
            Kind.TASK: self._number,
            Kind.LENGTH: self._length,
            Kind.INSTANT: self._instant,
            Kind.REDRESS: self._redress,
            Kind.TASKS: self._tasks,
        }
        return makers.get(self.question.kind, self._line)()

    def _label(self) -> str:
        label = self._visit.say(self.question.text("label"))
        if self.question.kind is Kind.INSTANT:
            label = self._visit.say("commands.parts.in_zone", label=label, zone=self._visit.moments.zone.key)
        return self._visit.say("commands.dialog.optional", label=label) if self._may_be_empty else label

    @property
    def _may_be_empty(self) -> bool:
        """Nothing need be entered, and nothing is there unless it is."""
        has_default = self.question.default not in (None, ())
        return not (self.question.is_required or has_default or self.question.kind is Kind.ATTENDANCE)

    def _choice(self, options: list[Option]) -> Choice:
        kind = self.question.kind
        is_several = kind in _SEVERAL
        value = preselected(self.question, self._case, options)
        choice = Choice(
            options,
            [] if is_several else value,
            nothing=self._visit.say("commands.choices.nothing_found"),
            all_at_once=kind in _ALL_AT_ONCE or (kind is Kind.WORD and self.question.is_required and _few(options)),
            multiple=is_several,
            clearable=self._may_be_empty and not is_several,
            written=kind is Kind.ANYBODY,
        )
        choice.props["label"] = self._label()
        return choice

    def _line(self) -> ui.input:
        field = ui.input(self._label())
        field.props("outlined dense")
        return field

    def _text(self) -> ui.textarea:
        field = ui.textarea(self._label())
        field.props("outlined dense autogrow")
        return field

    def _number(self) -> ui.input:
        field = self._line()
        field.props["inputmode"] = "numeric"
        return field

    def _length(self) -> ui.input:
        field = self._number()
        field.props["suffix"] = self._visit.say("commands.parts.minutes")
        if self.question.default is not None:
            field.value = str(self.question.default // timedelta(minutes=1))
        return field

    def _instant(self) -> ui.input:
        field = self._line()
        field.props("type=datetime-local stack-label")
        return field

    def _redress(self) -> Rows:
        say = self._visit.say
        kinds = [Option(value=kind.value, label=self._visit.word("redress", kind)) for kind in RedressKind]
        columns: list[Column] = [
            Column(name="kind", label=say("commands.rows.kind"), width="2 1 110px", options=kinds),
            Column(name="amount", label=say("commands.rows.amount"), width="2 1 90px", inputmode="decimal"),
            Column(name="currency", label=say("commands.rows.currency"), width="1 1 70px", again=True),
            Column(name="note", label=say("commands.rows.note"), width="4 1 160px"),
        ]
        return self._rows(columns, "add_redress")

    def _tasks(self) -> Rows:
        say, visit = self._visit.say, self._visit
        whose = parties(visit, self._case.staff)
        due = say("commands.rows.due_at", zone=visit.moments.zone.key)
        columns: list[Column] = [
            Column(name="text", label=say("commands.rows.text"), width="4 1 200px"),
            Column(name="owner", label=say("commands.rows.owner"), width="3 1 170px", options=whose),
            Column(name="due_at", label=due, width="2 1 190px", type="datetime-local", again=True),
        ]
        return self._rows(columns, "add_task")

    def _rows(self, columns: list[Column], add: str) -> Rows:
        rows = Rows(
            columns,
            most=self.question.most,
            add=self._visit.say(f"commands.rows.{add}"),
            remove=self._visit.say("commands.rows.remove", number="{number}"),
            nothing=self._visit.say("commands.choices.nothing_found"),
        )
        rows.props["label"] = self._label()
        return rows

    def _measure(self) -> None:
        """Say how much is left before it is too long; what is too long is kept, and said."""
        most = self.question.most
        if self.question.kind not in (Kind.LINE, Kind.TEXT) or not isinstance(most, int):
            self.right()
            return
        count = len(str(self.element.value or "").strip())
        if count > most:
            self.wrong(self._visit.say("commands.faults.too_long", most=most, count=count))
            return
        self.right()
        nearly_full = count > most * _NEARLY_FULL
        self.note(self._visit.say("commands.parts.left", count=most - count) if nearly_full else None)


def _few(options: list[Option]) -> bool:
    return len(options) <= _FEW


_READ_OUTSIDE = frozenset(
    {
        ("inform", "text"),
        ("ask", "question"),
        ("wait", "question"),
        ("execute", "result"),
        ("broadcast", "text"),
        ("declare_major_event", "statement"),
        ("withdraw", "reason"),
        ("declare_out_of_scope", "reason"),
        ("declare_out_of_scope", "referral"),
        ("close", "reason"),
        ("reopen", "reason"),
    }
)
"""What letters to the complainant quote."""


def _is_read_outside(question: Question) -> bool:
    return (question.command, question.name) in _READ_OUTSIDE
