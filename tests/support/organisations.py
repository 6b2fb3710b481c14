"""Organisations that differ from the shipped one."""

from __future__ import annotations

from infra.organisation import Organisation, load_organisation


def without_department(department: str) -> Organisation:
    """The shipped organisation, as if nobody had founded this department."""
    shipped = load_organisation()
    return Organisation(
        departments=tuple(each for each in shipped.departments if each.department != department),
        staff=tuple(member for member in shipped.staff if member.department != department),
    )
