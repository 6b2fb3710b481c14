"""Who may ask for what: the relations a person has to a case, the status a command needs, and separation of duties."""

from __future__ import annotations

from workflows.contract.commands import COMMANDS
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.parties import Actor
from workflows.contract.vocabulary import Level, Role, Status
from workflows.core import approval
from workflows.core.case import Case

_STAFF_ROLES = {Role.AGENT, Role.LEAD, Role.HEAD, Role.EXECUTIVE}

_WORKING = frozenset({Status.ASSIGNED, Status.INVESTIGATING})
_OPEN = frozenset(Status) - {Status.CLOSED, Status.ARCHIVED}
_ASSESSED = _OPEN - {Status.RECEIVED}
_IN_CHARGE = frozenset({"owner", "lead", "head", "executive"})

_STATUSES: dict[str, frozenset[Status]] = {
    "accept": frozenset({Status.ASSIGNED}),
    "classify": _ASSESSED,
    "propose": _WORKING,
    "approve": frozenset({Status.APPROVING}),
    "refuse": frozenset({Status.APPROVING}),
    "reassign": _ASSESSED,
    "escalate": _ASSESSED,
    "inform": _ASSESSED,
    "call_meeting": _WORKING,
    "decide_meeting": _WORKING,
    "wait": _WORKING | {Status.EXECUTING},
    "resume": frozenset({Status.WAITING}),
    "execute": frozenset({Status.EXECUTING}),
    "answer_survey": frozenset({Status.CONFIRMING}),
    "withdraw": _ASSESSED,
    "declare_out_of_scope": _WORKING | {Status.WAITING},
    "reopen": frozenset({Status.CONFIRMING, Status.CLOSED}),
    "extend": _ASSESSED,
    "adopt_policy": _ASSESSED,
    "amend_calendar": _ASSESSED,
    "note": frozenset(Status) - {Status.ARCHIVED},
}

_RELATIONS: dict[str, frozenset[str]] = {
    "accept": frozenset({"member", "executive"}),
    "classify": _IN_CHARGE,
    "propose": _IN_CHARGE,
    "reassign": _IN_CHARGE,
    "escalate": frozenset({"staff"}),
    "inform": _IN_CHARGE,
    "call_meeting": _IN_CHARGE,
    "decide_meeting": _IN_CHARGE,
    "wait": _IN_CHARGE,
    "resume": _IN_CHARGE | {"complainant"},
    "execute": _IN_CHARGE,
    "answer_survey": frozenset({"complainant"}),
    "withdraw": _IN_CHARGE | {"complainant"},
    "declare_out_of_scope": _IN_CHARGE,
    "reopen": _IN_CHARGE | {"complainant"},
    "extend": _IN_CHARGE,
    "adopt_policy": frozenset({"head_of_any", "executive"}),
    "amend_calendar": frozenset({"head_of_any", "executive"}),
    "note": frozenset({"staff"}),
}


def relations(case: Case, actor: Actor) -> frozenset[str]:
    """What an actor is to a case: staff, member of its department, its owner, lead or head, head of any department,
    executive, complainant.
    """
    roles = set(actor.roles)
    found = set()
    if roles & _STAFF_ROLES:
        found.add("staff")
        if Role.HEAD in roles:
            found.add("head_of_any")
        if actor.subject == case.owner.subject:
            found.add("owner")
        if actor.department == case.owner.department:
            found.add("member")
            found |= {role.value for role in roles & {Role.LEAD, Role.HEAD}}
    found |= {role.value for role in roles & {Role.EXECUTIVE, Role.COMPLAINANT}}
    return frozenset(found)


def check(case: Case, command: str, actor: Actor) -> None:
    """Refuse a command that the status of the case or the standing of the actor does not allow.

    Raises:
        AmendsError: `archived`, `wrong_status`, `meeting_open`, `no_meeting`, `not_permitted`, `separation_of_duties`
            or `already_approved`.
    """
    _check_status(case, command)
    if command in ("approve", "refuse"):
        approval.check_entitled(case, actor, command)
    elif not relations(case, actor) & _RELATIONS[command]:
        needed = ", ".join(sorted(_RELATIONS[command]))
        raise AmendsError(
            ErrorCode.NOT_PERMITTED, f"{actor.subject} may not {command} here: only {needed} of this case may", "actor"
        )


def allowed(case: Case, actor: Actor) -> tuple[str, ...]:
    """The commands that would not be refused to this actor now, whatever they contain."""
    return tuple(name for name in COMMANDS if _is_allowed(case, name, actor))


def _is_allowed(case: Case, command: str, actor: Actor) -> bool:
    try:
        check(case, command, actor)
    except AmendsError:
        return False
    return True


def _check_status(case: Case, command: str) -> None:
    if case.status is Status.ARCHIVED:
        raise AmendsError(ErrorCode.ARCHIVED, "the complaint is archived; file a new one that refers to it")
    if case.status not in _STATUSES[command]:
        needed = " or ".join(status.value for status in Status if status in _STATUSES[command])
        raise AmendsError(
            ErrorCode.WRONG_STATUS, f"{command} needs a complaint that is {needed}; this one is {case.status.value}"
        )
    if command == "escalate" and case.level is Level.EXECUTIVE:
        raise AmendsError(ErrorCode.ALREADY_THERE, "the case already stands at the highest level, the executives")
    if case.meeting and command in ("propose", "call_meeting", "wait"):
        raise AmendsError(ErrorCode.MEETING_OPEN, f"meeting {case.meeting.number} has to decide first")
    if case.meeting is None and command == "decide_meeting":
        raise AmendsError(ErrorCode.NO_MEETING, "no meeting is open; call one first")
