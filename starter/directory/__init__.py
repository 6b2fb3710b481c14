"""The directory for every door: who is on the staff, and changing that by those who may."""

from __future__ import annotations

from starter.directory.announcing import Changes
from starter.directory.edits import MemberChanges
from starter.directory.facade import Directory
from starter.directory.views import DepartmentRow, HistoryRow, StaffFile, StaffRow, WantedStaff

__all__ = [
    "Changes",
    "DepartmentRow",
    "Directory",
    "HistoryRow",
    "MemberChanges",
    "StaffFile",
    "StaffRow",
    "WantedStaff",
]
