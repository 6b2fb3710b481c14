"""In which statuses of a complaint each command makes sense."""

from __future__ import annotations

from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.vocabulary import Status
from workflows.core.case import Case

WORKING = frozenset({Status.ASSIGNED, Status.INVESTIGATING})
OPEN = frozenset(Status) - {Status.CLOSED, Status.ARCHIVED}
ASSESSED = OPEN - {Status.RECEIVED}
KEPT = frozenset(Status) - {Status.ARCHIVED}

STATUSES: dict[str, frozenset[Status]] = {
    "accept": frozenset({Status.ASSIGNED}),
    "classify": ASSESSED,
    "reassign": ASSESSED,
    "propose": WORKING,
    "approve": frozenset({Status.APPROVING}),
    "refuse": frozenset({Status.APPROVING}),
    "execute": frozenset({Status.EXECUTING}),
    "call_meeting": WORKING,
    "decide_meeting": WORKING,
    "inform": ASSESSED,
    "wait": WORKING | {Status.EXECUTING},
    "resume": frozenset({Status.WAITING}),
    "answer_survey": frozenset({Status.CONFIRMING}),
    "escalate": ASSESSED,
    "note": KEPT,
    "withdraw": ASSESSED,
    "declare_out_of_scope": WORKING | {Status.WAITING},
    "reopen": frozenset({Status.CONFIRMING, Status.CLOSED}),
    "extend": ASSESSED,
    "adopt_policy": ASSESSED,
    "amend_calendar": ASSESSED,
}


def check_status(case: Case, command: str) -> None:
    """Refuse a command that makes no sense in the status of the case.

    Raises:
        AmendsError: `archived` or `wrong_status`.
    """
    if case.status is Status.ARCHIVED:
        raise AmendsError(ErrorCode.ARCHIVED, "the complaint is archived; file a new one that refers to it")
    if case.status not in STATUSES[command]:
        needed = " or ".join(status.value for status in Status if status in STATUSES[command])
        raise AmendsError(
            ErrorCode.WRONG_STATUS, f"{command} needs a complaint that is {needed}; this one is {case.status.value}"
        )
