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
    "assign": frozenset({Status.ASSIGNED}),
    "classify": ASSESSED,
    "reassign": ASSESSED,
    "take_over": ASSESSED,
    "declare_interest": ASSESSED,
    "propose": WORKING | {Status.APPROVING},
    "approve": frozenset({Status.APPROVING}),
    "refuse": frozenset({Status.APPROVING}),
    "delegate": frozenset({Status.APPROVING}),
    "execute": frozenset({Status.EXECUTING}),
    "call_meeting": WORKING,
    "reschedule_meeting": WORKING,
    "cancel_meeting": WORKING,
    "record_minutes": WORKING,
    "move": WORKING,
    "vote": WORKING,
    "decide_meeting": WORKING,
    "complete_task": ASSESSED,
    "acknowledge": ASSESSED,
    "inform": ASSESSED,
    "ask": ASSESSED,
    "record_answer": ASSESSED,
    "wait": WORKING | {Status.EXECUTING},
    "resume": frozenset({Status.WAITING}),
    "answer_survey": frozenset({Status.CONFIRMING}),
    "confirm": frozenset({Status.CONFIRMING}),
    "escalate": ASSESSED,
    "de_escalate": ASSESSED,
    "note": KEPT,
    "attach": KEPT,
    "legal_hold": ASSESSED | {Status.CLOSED},
    "lift_hold": ASSESSED | {Status.CLOSED},
    "link": KEPT,
    "merge": WORKING | {Status.WAITING, Status.APPROVING},
    "split": ASSESSED,
    "declare_major_event": ASSESSED,
    "join_event": ASSESSED,
    "leave_event": ASSESSED,
    "broadcast": ASSESSED | {Status.CLOSED},
    "link_from": KEPT,
    "absorb": OPEN - {Status.CONFIRMING},
    "let_go": ASSESSED | {Status.CLOSED},
    "follow": WORKING | {Status.WAITING, Status.APPROVING, Status.CLOSED},
    "adopt_child": ASSESSED,
    "pass_on": ASSESSED,
    "apply_decision": ASSESSED | {Status.CLOSED},
    "withdraw": ASSESSED,
    "declare_out_of_scope": WORKING | {Status.WAITING},
    "close": frozenset({Status.WAITING, Status.CONFIRMING}),
    "reopen": frozenset({Status.CONFIRMING, Status.CLOSED}),
    "extend": ASSESSED,
    "adopt_policy": ASSESSED,
    "amend_calendar": ASSESSED,
    "amend_staff": ASSESSED | {Status.CLOSED},
}


def makes_sense(case: Case, command: str) -> bool:
    """The case is in a status for which the command is meant."""
    return case.status in _statuses(case, command)


def check_status(case: Case, command: str) -> None:
    """Refuse a command that makes no sense in the status of the case.

    Raises:
        AmendsError: `archived` or `wrong_status`.
    """
    if case.status is Status.ARCHIVED:
        raise AmendsError(ErrorCode.ARCHIVED, "the complaint is archived; file a new one that refers to it")
    statuses = _statuses(case, command)
    if case.status not in statuses:
        needed = " or ".join(status.value for status in Status if status in statuses)
        raise AmendsError(
            ErrorCode.WRONG_STATUS, f"{command} needs a complaint that is {needed}; this one is {case.status.value}"
        )


def _statuses(case: Case, command: str) -> frozenset[Status]:
    statuses = STATUSES[command]
    if command == "answer_survey" and case.kin.asked:  # about the solution of the one it was merged into
        return statuses | {Status.CLOSED}
    return statuses
