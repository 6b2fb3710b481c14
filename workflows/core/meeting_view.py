"""What others may see of a meeting."""

from __future__ import annotations

from workflows.contract.meeting import Motion
from workflows.contract.views import MeetingView, MotionView
from workflows.core.attendance import is_quorate
from workflows.core.case import Case, Meeting, procedure_in
from workflows.core.motions import counted, is_carried
from workflows.core.seats import filled, represented


def meeting_view(case: Case, meeting: Meeting) -> MeetingView:
    """The open meeting of a case, or its last one."""
    there = represented(meeting, filled(meeting.seats, meeting.present or ()))
    return MeetingView(
        number=meeting.number,
        call=meeting.call,
        revision=meeting.revision,
        chair=meeting.chair,
        departments=meeting.departments,
        seats=meeting.seats,
        agenda=meeting.agenda,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        because=meeting.because,
        present=meeting.present,
        represented=there,
        quorum_percent=procedure_in(case).policy.meeting.quorum_percent,
        is_quorate=is_quorate(case, meeting, there),
        minutes=meeting.minutes,
        motions=tuple(_motion_view(case, meeting, motion) for motion in meeting.motions),
        fallback=meeting.fallback,
        decision=meeting.decision,
    )


def _motion_view(case: Case, meeting: Meeting, motion: Motion) -> MotionView:
    return MotionView(
        number=motion.number,
        text=motion.text,
        by=motion.by,
        votes=motion.votes,
        count=counted(motion),
        is_carried=is_carried(case, meeting, motion),
    )
