"""Staff, departments and what changed in the directory, as people read them on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from infra.directory_changes import Change
from starter.cli.terminal import add_row, plain, print_json, stdout, table, written
from starter.directory import DepartmentRow, HistoryRow, StaffFile, StaffRow
from workflows.contract.vocabulary import Language

_NOTHING = "nothing"


def print_staff(rows: Sequence[StaffRow]) -> None:
    """One line a person."""
    if not rows:
        typer.echo("Nobody matches.")
        return
    shown = table(None, "subject", "name", "department", "roles", "speaks", "skills", "team", "deputy", "absent until")
    for row in rows:
        roles = [*row.roles, *(["contractor"] if row.contractor else [])]
        away = row.absent_until
        add_row(shown, row.subject, row.name, row.department, roles, row.speaks, row.skills, row.team, row.deputy, away)
    stdout().print(shown)


def print_person(person: StaffFile) -> None:
    """All that is known of one."""
    stdout().print(plain(f"{person.subject}  {person.name}{'' if person.active else '  (has left)'}"), soft_wrap=True)
    shown = table(None, "", "")
    shown.show_header = False
    said = {
        "department": person.department,
        "team": person.team,
        "roles": person.roles,
        "contractor": person.contractor,
        "e-mail": person.email,
        "letters in": person.language,
        "speaks": person.speaks,
        "skills": person.skills,
        "calendar": person.calendar or "that of the policy",
        "deputy": person.deputy,
        "absent until": person.absent_until,
        "acting for them": person.acting_deputy,
        "stands in for": person.stands_in_for,
        "open complaints": person.open_complaints,
    }
    for what, value in said.items():
        if value not in (None, (), False):
            add_row(shown, what, value)
    for absence in person.absences:
        note = f": {absence.note}" if absence.note else ""
        add_row(shown, "absence", f"{written(absence.starts_at)} - {written(absence.ends_at)}{note}")
    stdout().print(shown)


def print_departments(rows: Sequence[DepartmentRow]) -> None:
    """One line a department."""
    shown = table(None, "department", *(language.value for language in Language), "head", "lead", "people")
    for row in rows:
        add_row(shown, row.department, *(row.names[language] for language in Language), row.head, row.lead, row.staff)
    stdout().print(shown)


def print_history(rows: Sequence[HistoryRow]) -> None:
    """One line a change, the last first."""
    if not rows:
        typer.echo("Nothing was changed.")
        return
    shown = table(None, "no.", "at", "by", "through", "action", "about", "change")
    for row in rows:
        add_row(shown, row.ordinal, row.at, row.by, row.authenticated_by, row.action, row.about, _in_words(row))
    stdout().print(shown)


def print_changes(changes: Sequence[Change], *, as_json: bool, are_planned: bool = False) -> None:
    """What a command changed, or would."""
    if as_json:
        print_json({"changes": changes})
        return
    for change in changes:
        said = _in_words(change)
        line = f"{change.about}: {change.action.replace('_', ' ')}{f' ({said})' if said else ''}"
        stdout().print(plain(line), soft_wrap=True)
    if not changes:
        typer.echo("Nothing to change: the directory says so already.")
    elif are_planned:
        typer.echo("Nothing was changed yet.")


def _in_words(change: Change) -> str:
    before, after = change.before or {}, change.after or {}
    if change.before is None:
        return ", ".join(f"{field} {_value(value)}" for field, value in after.items() if value not in (None, [], False))
    return ", ".join(
        f"{field} {_value(value)} -> {_value(after.get(field))}"
        for field, value in (before | {field: before.get(field) for field in after}).items()
        if change.after is not None and value != after.get(field)
    )


def _value(value: object) -> str:
    if isinstance(value, dict):
        return " / ".join(str(part) for part in value.values())
    return written(value) or _NOTHING
