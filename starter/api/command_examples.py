"""An example of each command that people and services give: what the OpenAPI document shows, and what a test gives."""

from __future__ import annotations

from typing import Any

from workflows.contract.reference import reference_for

_OTHER = reference_for("hotline", "call-4711")
_TECHNICAL_SUPPORT = {"department": "technical_support"}

EXAMPLES: dict[str, dict[str, Any]] = {
    "accept": {},
    "assign": {"to": {"department": "customer_service", "subject": "zhou.qi"}, "reason": "She knows the customer."},
    "reassign": {"to": _TECHNICAL_SUPPORT, "reason": "The machine is faulty, not the delivery."},
    "take_over": {"reason": "It has waited long enough."},
    "classify": {"nature": "quality", "severity": "high", "reason": "Water near electricity is dangerous."},
    "declare_interest": {"reason": "The complainant is my neighbour."},
    "propose": {
        "solution": "We collect the machine and refund what it cost.",
        "redress": [{"kind": "refund", "amount": "480.00", "currency": "EUR"}],
    },
    "approve": {"comment": "As in the case of last week."},
    "refuse": {"reason": "A repair was not offered."},
    "delegate": {
        "to": {"department": "technical_support", "subject": "ines.vogel"},
        "reason": "I am on a journey until Friday.",
    },
    "execute": {"result": "The machine was collected and 480 EUR were refunded."},
    "call_meeting": {
        "departments": ["technical_support", "legal_compliance"],
        "people": [{"department": "marketing_pr", "subject": "su.yan"}],
        "agenda": "Do we recall the series?",
    },
    "reschedule_meeting": {"starts_at": "2030-03-04T09:30:00+08:00", "reason": "The laboratory needs one more day."},
    "cancel_meeting": {"reason": "The supplier has agreed."},
    "record_minutes": {"present": ["gao.feng", "shen.yi"], "minutes": "The series WM-7 leaks. 建议召回。"},
    "move": {"text": "We recall the series WM-7."},
    "vote": {"motion": 1, "choice": "for"},
    "decide_meeting": {
        "decision": "We recall the series WM-7.",
        "motion": 1,
        "tasks": [{"text": "Write to all buyers.", "owner": _TECHNICAL_SUPPORT, "due_at": "2030-03-08T18:00:00+08:00"}],
    },
    "complete_task": {"task": 1, "result": "All 212 buyers have a letter."},
    "acknowledge": {"how": "by telephone, spoke to Ms Roe"},
    "inform": {"text": "The workshop has the machine; you hear from us by Thursday."},
    "ask": {"question": "Which serial number is on the back of the machine?"},
    "record_answer": {"answer": "WM7-20931"},
    "wait": {"waiting_for": "complainant", "question": "Which serial number is on the back of the machine?"},
    "resume": {"answer": "WM7-20931"},
    "answer_survey": {"solved": True, "score": 5, "comment": "很满意，谢谢！"},
    "confirm": {"solved": True, "how": "by telephone, spoke to Ms Roe", "score": 4},
    "escalate": {"to": "head", "reason": "A newspaper is asking."},
    "de_escalate": {"to": "owner", "reason": "The newspaper has its answer."},
    "note": {"text": "She called again and was friendly."},
    "attach": {
        "file_name": "leak.jpg",
        "media_type": "image/jpeg",
        "size_bytes": 182_044,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "uri": "s3://complaints/2026/leak.jpg",
    },
    "legal_hold": {"reason": "A court has asked for the file."},
    "lift_hold": {"reason": "The court has decided."},
    "link": {"reference": _OTHER, "relation": "related", "reason": "The same household."},
    "merge": {"into": _OTHER, "reason": "The same machine, reported twice."},
    "split": {
        "text": "And the driver was rude to my mother.",
        "subject": "The driver",
        "reason": "Another department's.",
    },
    "declare_major_event": {
        "title": "The series WM-7 leaks",
        "departments": ["technical_support", "marketing_pr"],
        "plan": "Everybody concerned is told today, and then weekly.",
        "spokesperson": "claire.dunn",
        "statement": "Your machine may leak. Please unplug it; we collect it free of charge.",
    },
    "join_event": {"parent": _OTHER, "reason": "The same series."},
    "leave_event": {"reason": "It is another model after all."},
    "broadcast": {"text": "The new machines arrive on Monday."},
    "withdraw": {"reason": "It has settled itself."},
    "declare_out_of_scope": {"reason": "The machine is another maker's.", "referral": "The maker's own service line."},
    "close": {"reason": "The complainant has the solution and does not answer."},
    "reopen": {"reason": "It leaks again."},
    "extend": {"clock": "resolution", "reason": "The expert is ill."},
}
