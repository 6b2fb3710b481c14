"""What changed between two states of the organisation, person by person and department by department."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from infra.db.tables import DirectoryAction
from infra.organisation import Department, Member, Organisation
from workflows.contract.base import Model, Name
from workflows.contract.vocabulary import Role

Described = dict[str, JsonValue]


class Change(Model):
    """One line of the directory's journal: what was done to a person or a department.

    Of what is changed, `before` and `after` hold only the fields that differ; one of them is missing where there was
    nothing before, or nothing is left after.
    """

    action: DirectoryAction
    about: Name
    before: Described | None = None
    after: Described | None = None


def differences(before: Organisation, after: Organisation) -> tuple[Change, ...]:
    """The changes that lead from one state to the other: departments first, each in the order of the state."""
    return (*_of_departments(before, after), *_of_staff(before, after))


def _of_departments(before: Organisation, after: Organisation) -> Iterator[Change]:
    old, new = ({each.department: _department(state, each) for each in state.departments} for state in (before, after))
    actions = DirectoryAction.DEPARTMENT_ADDED, DirectoryAction.DEPARTMENT_CHANGED, DirectoryAction.DEPARTMENT_CLOSED
    return _changes(old, new, *actions)


def _of_staff(before: Organisation, after: Organisation) -> Iterator[Change]:
    old, new = ({member.subject: _member(member) for member in state.staff} for state in (before, after))
    return _changes(old, new, DirectoryAction.ENGAGED, DirectoryAction.CHANGED, DirectoryAction.LEFT)


def _changes(
    old: dict[str, Described],
    new: dict[str, Described],
    added: DirectoryAction,
    changed: DirectoryAction,
    removed: DirectoryAction,
) -> Iterator[Change]:
    for about, after in new.items():
        before = old.get(about)
        if before is None:
            yield Change(action=added, about=about, after=after)
        elif differing := [field for field in after if after[field] != before[field]]:
            yield Change(
                action=changed,
                about=about,
                before={field: before[field] for field in differing},
                after={field: after[field] for field in differing},
            )
    for about in sorted(old.keys() - new.keys()):
        yield Change(action=removed, about=about, before=old[about])


def _member(member: Member) -> Described:
    return member.model_dump(mode="json", exclude={"subject"})


def _department(state: Organisation, department: Department) -> Described:
    """With who answers for it, as far as somebody does: a directory that was changed by hand may be incomplete."""
    head, lead = (
        next((member.subject for member in state.holders(role, department.department)), None)
        for role in (Role.HEAD, Role.LEAD)
    )
    names: JsonValue = department.model_dump(mode="json")["names"]
    return {"names": names, "head": head, "lead": lead}
