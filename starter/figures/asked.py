"""Which complaints figures are about: those that a caller may see, of all departments or of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, literal, true

from infra.db.tables import complaints
from starter.access.caller import Caller
from starter.access.sight import sight
from starter.figures.period import Period
from workflows.contract.vocabulary import Status

# The first condition is that of the indexes on what is not archived, literally.
IS_OPEN = (complaints.c.status != literal(Status.ARCHIVED.value, literal_execute=True)) & (
    complaints.c.status != Status.CLOSED.value
)
"""Something is still to be done about it; one that is closed can be reopened, but waits for nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know.

    Attributes:
        period: the time it is about; what is open is always counted as of now.
        due_within: a complaint whose next limit ends within this time is at risk.
        department: of the complaints, as they are filed now; all, if it is none.
        caller: of whose complaints they are; all there are, if it is none.
        see_all: the departments whose people see every complaint.
    """

    period: Period
    due_within: timedelta
    department: str | None = None
    caller: Caller | None = None
    see_all: tuple[str, ...] = ()

    def seen(self) -> list[ColumnElement[bool]]:
        """What rows of `complaints` must fulfil to be counted."""
        required = [sight(self.caller, self.see_all)] if self.caller else []
        if self.department is not None:
            required.append(complaints.c.department == self.department)
        return required

    def same_for_all(self) -> Asked:
        """The same without what makes no difference to the answer: the request, and who asks, if they see all."""
        if self.caller is None:
            return self
        if sight(self.caller, self.see_all).compare(true()):
            return replace(self, caller=None, see_all=())
        return replace(self, caller=self.caller.during(None))
