"""What random commands say: anything for each of them, and what makes the sensible payload of one fit a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from tests.core import builders as b
from tests.core.fitting_kin import FITTING_KIN
from tests.core.procedures import CALENDARS, OBLIGATIONS, procedure
from workflows.contract.commands import COMMANDS
from workflows.contract.parties import SYSTEM
from workflows.contract.vocabulary import Choice, Level, Nature, Role, Severity, WaitingFor
from workflows.core.case import Case

departments = st.sampled_from((*b.DEPARTMENTS, "nowhere"))
PEOPLE = {person.subject: person for person in (*b.EVERYBODY, SYSTEM)}
people = st.sampled_from(sorted(PEOPLE))
some_departments = st.lists(st.sampled_from(b.DEPARTMENTS), min_size=1, max_size=4)
hours = st.sampled_from((0, 1, 2, 4, 12, 24, 120))
decisions = st.sampled_from((*["approve"] * 4, *["delegate"] * 4, "refuse"))
absences = st.sets(st.sampled_from(b.STAFF), max_size=2)

procedures = st.integers(0, 399).map(procedure)
calendars = st.sampled_from(CALENDARS)
classifications = st.fixed_dictionaries(
    {"confidence": st.sampled_from((0.2, 0.9)), "in_scope": st.booleans(), "severity": st.sampled_from(Severity)}
)

SEATED = ("service.agent", "service.head", "quality.head", "quality.lead", "legal.head", "intake_desk.head")

A_CANDIDATE = {"subject": "service.agent", "languages": ("en",), "load": 1}

PAYLOADS: dict[str, st.SearchStrategy[dict[str, Any]]] = dict.fromkeys(COMMANDS, st.just({})) | {
    "classify": st.fixed_dictionaries({"nature": st.sampled_from(Nature), "severity": st.sampled_from(Severity)}),
    "propose": st.fixed_dictionaries(
        {"redress": st.sampled_from([(), ({"kind": "refund", "amount": "2000", "currency": "CNY"},)])}
    ),
    "reassign": st.fixed_dictionaries(
        {
            "to": st.fixed_dictionaries(
                {"department": departments, "subject": st.sampled_from([None, *(person.subject for person in b.STAFF)])}
            )
        }
    ),
    "assign": st.sampled_from(
        (
            {},
            {"to": {"department": "service", "subject": "service.agent"}},
            {"to": None, "candidates": (A_CANDIDATE,)},
            {"to": None, "candidates": (A_CANDIDATE | {"absent": True},)},
        )
    ),
    "declare_interest": st.fixed_dictionaries({"subject": st.none() | people}),
    "amend_staff": st.fixed_dictionaries(
        {
            "departments": st.fixed_dictionaries(
                {
                    name: st.fixed_dictionaries(
                        {
                            "head": st.sampled_from((f"{name}.head", f"{name}.agent")),
                            "lead": st.sampled_from((None, f"{name}.lead")),
                        }
                    )
                    for name in b.DEPARTMENTS
                }
            ),
            "executive": st.sampled_from((b.EXECUTIVE.subject, b.OTHER_EXECUTIVE.subject)),
            "left": st.lists(people, max_size=2),
        }
    ),
    "confirm": st.fixed_dictionaries({"solved": st.booleans()}),
    "delegate": st.fixed_dictionaries(
        {"to": (st.just(b.COLLEAGUE) | st.sampled_from([one for one in b.EVERYBODY if one.department])).map(b.party)}
    ),
    "escalate": st.fixed_dictionaries({"to": st.sampled_from([None, *Level])}),
    "de_escalate": st.fixed_dictionaries({"to": st.sampled_from(Level)}),
    "call_meeting": st.fixed_dictionaries({"departments": some_departments}),
    "reschedule_meeting": st.fixed_dictionaries({"starts_at": st.integers(0, 300).map(lambda h: b.START + h * b.HOUR)}),
    "record_minutes": st.fixed_dictionaries({"present": st.lists(st.sampled_from(SEATED), max_size=5)}),
    "vote": st.fixed_dictionaries({"motion": st.integers(1, 3), "choice": st.sampled_from(Choice)}),
    "decide_meeting": st.fixed_dictionaries(
        {
            "present": st.just(()) | some_departments,
            "motion": st.sampled_from((None, None, 1)),
            "tasks": st.lists(
                st.fixed_dictionaries(
                    {
                        "text": st.just("Call the carrier."),
                        "owner": st.fixed_dictionaries(
                            {"department": departments, "subject": st.sampled_from((None, *SEATED))}
                        ),
                        "due_at": st.integers(0, 600).map(lambda h: b.START + h * b.HOUR),
                    }
                ),
                max_size=2,
            ),
        }
    ),
    "complete_task": st.fixed_dictionaries({"task": st.integers(1, 3)}),
    "wait": st.fixed_dictionaries({"waiting_for": st.sampled_from(WaitingFor)}),
    "answer_survey": st.fixed_dictionaries({"solved": st.booleans()}),
    "extend": st.fixed_dictionaries({"clock": st.sampled_from([name for name, *_ in OBLIGATIONS])}),
    "adopt_policy": st.fixed_dictionaries({"policy": procedures, "calendar": calendars | st.none()}),
    "amend_calendar": st.fixed_dictionaries({"calendar": calendars}),
}


ABOUT_ONE_OF_SEVERAL = {"extend", "vote", "complete_task"}
"""Whether they are possible depends on which clock, motion or task they are about."""

ABOUT_MEETINGS = ("call_meeting", "record_minutes", "move", "vote", "decide_meeting", "complete_task")

EARLY_ENDS = {"withdraw", "declare_out_of_scope", "close"}


def fitting(name: str, case: Case) -> dict[str, Any]:
    """What makes the sensible payload of a command fit this case."""
    if name in FITTING_KIN:
        return FITTING_KIN[name](case)
    assert case.procedure
    assert case.classification
    policy, severity = case.procedure.policy, case.classification.severity
    somebody = {"to": {"department": case.owner.department, "subject": "somebody.new"}}
    others = {department: {"head": f"{department}.newer"} for department in case.procedure.departments}
    fits: dict[str, dict[str, Any]] = {
        "classify": {"severity": Severity.LOW if severity.rank else Severity.HIGH},
        "assign": somebody,
        "delegate": {"to": b.party(b.staff(Role.AGENT, "elsewhere", "somebody.new"))},
        "reassign": somebody,
        "de_escalate": {"to": Level.OWNER},
        "decide_meeting": _as_met(case),
        "record_minutes": {"present": [seat.subject for seat in case.meeting.seats] if case.meeting else ()},
        "adopt_policy": {
            "policy": policy.model_copy(update={"title": "Again"}),
            "calendar": case.procedure.calendar,
        },
        "amend_staff": {"departments": others, "left": ()},
    }
    return fits.get(name, {})


def fitting_any(name: str, case: Case, now: datetime) -> list[dict[str, Any]]:
    """Payloads of which one should fit, whoever gives the command."""
    match name:
        case "vote":
            return [{"motion": motion.number} for motion in (case.meeting.motions if case.meeting else ())]
        case "complete_task":
            return [{"task": task.number} for task in case.tasks if task.is_open]
        case "reschedule_meeting":
            return [{"starts_at": now + b.HOUR}, {"starts_at": now + 2 * b.HOUR}]
        case "extend":
            return [{"clock": clock.name} for clock in case.clocks if clock.is_live]
    return [fitting(name, case)]


def _as_met(case: Case) -> dict[str, Any]:
    """Where the minutes say who came, the decision does not."""
    if case.meeting is None or case.meeting.present is not None or case.meeting.fallback:
        return {"present": ()}
    return {"present": case.meeting.departments}
