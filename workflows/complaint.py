"""The complaint workflow: from the minute a complaint is received until its file is archived, days or years later.

It only sequences. What may happen is decided in `core`; what has happened is written and sent by the posting lane.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from workflows.alarm import Alarm
    from workflows.contract.base import LINE_MAX_CHARACTERS, Instant
    from workflows.contract.commands import AdoptPolicy, AmendCalendar, AmendStaff, Command
    from workflows.contract.effects import ExportHistory
    from workflows.contract.errors import AmendsError, ErrorCode
    from workflows.contract.events import (
        CalendarAmended,
        CommandRefused,
        Entry,
        Filed,
        Moved,
        PolicyAdopted,
        StaffAmended,
    )
    from workflows.contract.filing import FileComplaint, Start
    from workflows.contract.names import ALLOWED_QUERY, PREVIEW_QUERY, VIEW_QUERY, WORKFLOW_TYPE, workflow_id
    from workflows.contract.parties import SYSTEM, Actor
    from workflows.contract.ports import AssessmentPort, Unassessed
    from workflows.contract.replies import Reply
    from workflows.contract.views import ComplaintView, Receipt, Summary
    from workflows.contract.vocabulary import Status
    from workflows.core.appointments import in_words, next_appointment
    from workflows.core.assess import assess, procedure_of
    from workflows.core.authority import allowed
    from workflows.core.case import Case, opened
    from workflows.core.react import react
    from workflows.core.step import Step, catch_up, heard, obey
    from workflows.core.view import summary, view
    from workflows.door import as_application_error, as_query_failure, read_argument, read_command
    from workflows.insist import attempt_here, insist
    from workflows.postings import PostingLane
    from workflows.receipts import Receipts
    from workflows.relays import RelayLane
    from workflows.state import State, restore

NO_START = RawValue(Payload())
"""Stands for an argument that was not given, which would otherwise be a fault the engine repeats for ever."""

_CHANGES_OF_RULES = PolicyAdopted | CalendarAmended | StaffAmended

HISTORY_LENGTH_CEILING = 20_000
"""Events at which a run ends even with a posting in flight (the server terminates it at 51,200)."""


class _Foreseen(NamedTuple):
    """What a command leads to, by all that this depends on."""

    case: Case
    command: Command
    now: datetime
    step: Step

    def is_of(self, case: Case, command: Command, now: datetime) -> bool:
        """It is this command, at this moment, to the very same case."""
        return self.case is case and self.command == command and self.now == now


@workflow.defn(name=WORKFLOW_TYPE)
class Complaint:
    """One complaint.

    Every command of the contract is an update and a signal of the same name. A refused update answers with a code and
    leaves no trace; a refused or unreadable signal is recorded, because nobody waits for its answer. Queries: `view`,
    `allowed`.
    """

    @workflow.init
    def __init__(self, start: RawValue = NO_START) -> None:
        self._fault: AmendsError | None = None
        try:
            state, first = _begin(start)
        except AmendsError as error:
            self._fault = error
            return
        self._case = first.case
        self._unassessed = state is None
        self._origin_run_id = state.origin_run_id if state else workflow.info().run_id
        self._receipts = Receipts(state.receipts, state.digests) if state else Receipts()
        self._lane = PostingLane(self._case.reference, self._origin_run_id, lambda: summary(self._case), self._hear)
        self._lane.undelivered = state.undelivered if state else ()
        self._relays = RelayLane(self._case.reference, self._hear)
        self._relays.waiting = state.relays if state else ()
        self._lane.add(first)
        self._lane.is_open = state is not None
        self._alarm = Alarm()
        self._deadlines_moved = True
        self._foreseen: _Foreseen | None = None

    @workflow.run
    async def run(self, start: RawValue = NO_START) -> Summary:
        """Live until the file is archived and everything promised has been written and sent."""
        if self._fault:
            raise as_application_error(self._fault)
        # Beside this loop, because a cancellation from outside strikes whatever the loop itself waits for.
        lanes = (self._lane.post(), self._lane.deliver(), self._relays.speak())
        works = [asyncio.create_task(lane) for lane in lanes]
        if self._unassessed:
            works.append(asyncio.create_task(self._assess(_start_of(start))))
        while not self._is_done:
            if self._deadlines_moved:
                self._set_alarm()
            await self._attention(works)
            if self._alarm.rang:
                self._alarm.acknowledge()
                self._advance(catch_up(self._case, workflow.now()))
                self._deadlines_moved = True
            if self._should_continue_as_new:
                workflow.continue_as_new(Start(carried=self._carried()))
        return summary(self._case)

    @workflow.update(dynamic=True)
    def command(self, name: str, arguments: Sequence[RawValue]) -> Receipt:
        """Carry out a command. A repeated command id is answered with the receipt of the first."""
        command = read_command(name, arguments, _update_id())
        return self._receipts.answer(command) or self._carry_out(command)

    @command.validator
    def check_command(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Refuse what is not allowed, before anything is recorded."""
        if self._fault:
            raise as_application_error(self._fault)
        try:
            command = read_command(name, arguments, _update_id())
            if self._receipts.answer(command) is None:
                now = workflow.now()
                self._foreseen = _Foreseen(self._case, command, now, obey(self._case, command, now))
        except AmendsError as error:
            raise as_application_error(error) from error

    @workflow.signal(dynamic=True)
    def signalled(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Carry out a command nobody waits for; what is refused is recorded instead."""
        if self._fault:
            return
        try:
            command = read_command(name, arguments, f"signal-{self._case.sequence + 1}")
            if self._receipts.answer(command) is None:
                self._carry_out(command)
        except AmendsError as error:
            message = str(error)[:LINE_MAX_CHARACTERS]
            command_name = repr(name)[:LINE_MAX_CHARACTERS]
            refused = CommandRefused(command=command_name, code=error.code, message=message)
            self._advance(Step(self._case).then((refused,), workflow.now(), SYSTEM))

    @workflow.query(name=VIEW_QUERY)
    def view(self, at: Instant | None = None) -> ComplaintView:
        """Everything there is to see at the caller's time; in a query the workflow's own is that of its last task."""
        if self._fault:
            raise as_application_error(self._fault)
        return view(self._case, max(at or workflow.now(), workflow.now()))

    @workflow.query(name=ALLOWED_QUERY)
    def allowed(self, actor: Actor) -> tuple[str, ...]:
        """The commands this actor may give now."""
        if self._fault:
            raise as_application_error(self._fault)
        return allowed(self._case, actor)

    @workflow.query(name=PREVIEW_QUERY)
    def preview(self, command: AdoptPolicy | AmendCalendar | AmendStaff, at: Instant) -> tuple[Moved, ...]:
        """The due times that other rules or people would move at the caller's time; nothing happens."""
        if self._fault:
            raise as_application_error(self._fault)
        try:
            entries = obey(self._case, command, max(at, workflow.now())).entries
        except AmendsError as error:
            raise as_query_failure(error) from error
        changes = (entry.event for entry in entries if isinstance(entry.event, _CHANGES_OF_RULES))
        return next(changes).moved

    @property
    def _is_done(self) -> bool:
        archived = self._case.status is Status.ARCHIVED and self._lane.is_empty and self._relays.is_empty
        return archived or self._lane.already_on_file

    @property
    def _should_continue_as_new(self) -> bool:
        """When the server suggests it and nothing is in flight; in a long outage, once the history is far too long."""
        info = workflow.info()
        between_beginning_and_end = self._case.procedure is not None and self._case.status is not Status.ARCHIVED
        if not info.is_continue_as_new_suggested() or not between_beginning_and_end:
            return False
        is_time = not self._lane.in_flight or info.get_current_history_length() > HISTORY_LENGTH_CEILING
        return is_time and self._lane.can_be_carried_with(self._relays.waiting)

    async def _attention(self, works: list[asyncio.Task[None]]) -> None:
        """Wait until there is something to do. A cancellation from outside is recorded and refused: a complaint ends
        by a command, never by an operator's slip.
        """
        try:
            await workflow.wait_condition(
                lambda: (
                    self._alarm.rang
                    or self._deadlines_moved
                    or self._is_done
                    or self._should_continue_as_new
                    or any(work.done() for work in works)
                )
            )
        except asyncio.CancelledError:
            if workflow.cancellation_reason() is None:
                raise
            refused = CommandRefused(
                command="cancel", code=ErrorCode.NOT_PERMITTED, message="withdraw ends a complaint; cancelling does not"
            )
            self._advance(Step(self._case).then((refused,), workflow.now(), SYSTEM))
        for work in [work for work in works if work.done()]:
            works.remove(work)
            work.result()

    async def _assess(self, complaint: FileComplaint) -> None:
        """Assess the complaint. The first posting waits for the first attempt, because it then tells the whole
        beginning in one transaction; when that attempt fails, filing and acknowledgement go ahead without it.
        """
        unassessed = Unassessed(reference=self._case.reference, complaint=complaint)
        try:
            assessment = await attempt_here(AssessmentPort.assess, unassessed)
        except FailureError:  # a local activity's failure comes as it is, not wrapped in an ActivityError
            self._lane.open()
            assessment = await insist(AssessmentPort.assess, unassessed)
        self._case = self._case.model_copy(update={"procedure": procedure_of(assessment)})
        self._advance(Step(self._case).then(assess(self._case, assessment, workflow.now()), workflow.now(), SYSTEM))
        self._lane.open()

    def _carry_out(self, command: Command) -> Receipt:
        step = self._obey(command)
        self._advance(step)
        self._advance(catch_up(self._case, workflow.now()))
        receipt = Receipt(
            reference=self._case.reference,
            command_id=command.command_id,
            sequence=step.case.sequence,
            at=step.case.changed_at,
            status=step.case.status,
            events=tuple(entry.event.type for entry in step.entries),
        )
        self._receipts.keep(command, receipt)
        return receipt

    def _obey(self, command: Command) -> Step:
        """What the validator has just decided, if it has: a replay asks none."""
        foreseen, self._foreseen = self._foreseen, None
        now = workflow.now()
        return (
            foreseen.step if foreseen and foreseen.is_of(self._case, command, now) else obey(self._case, command, now)
        )

    def _hear(self, reply: Reply) -> None:
        self._advance(heard(self._case, reply, workflow.now()))

    def _advance(self, step: Step) -> None:
        """Make a step's case the present one and queue what it led to."""
        was_archived = self._case.status is Status.ARCHIVED
        self._case = step.case
        self._lane.add(self._relays.add(step))
        self._deadlines_moved = True
        if self._case.status is Status.ARCHIVED and not was_archived:
            export = ExportHistory(sequence=self._case.sequence, run_id=workflow.info().run_id, final=True)
            self._lane.add(Step(self._case, effects=(export,)))

    def _set_alarm(self) -> None:
        self._deadlines_moved = False
        if appointment := next_appointment(self._case):
            self._alarm.set(appointment.due_at, in_words(appointment))

    def _carried(self) -> dict[str, Any]:
        return State(
            origin_run_id=self._origin_run_id,
            case=self._case,
            entries=self._lane.entries,
            effects=self._lane.effects,
            undelivered=self._lane.undelivered,
            relays=self._relays.waiting,
            receipts=self._receipts.kept,
            digests=self._receipts.digests,
        ).model_dump(mode="json")


def _begin(start: RawValue) -> tuple[State | None, Step]:
    """The state carried over, if any, and the step this run begins with.

    Raises:
        AmendsError: the argument is not a start that this build can read.
    """
    read = _read_start(start)
    if read.carried is not None:
        previous = workflow.info().continued_run_id
        if previous is None:
            raise AmendsError(ErrorCode.INVALID_INPUT, "only a run that went before can carry a state over", "carried")
        state = restore(read.carried)
        # The run before this one has just ended, so its history is complete: export it while the server still has it.
        export = ExportHistory(sequence=state.case.sequence, run_id=previous, final=False)
        return state, Step(state.case, state.entries, (*state.effects, export))
    if read.complaint is None:
        raise AmendsError(ErrorCode.INVALID_INPUT, "the complaint to be filed is missing", "complaint")
    expected_id = workflow_id(read.complaint.reference)
    if workflow.info().workflow_id != expected_id:
        raise AmendsError(
            ErrorCode.INVALID_INPUT, f"the workflow id of this source and key must be {expected_id}", "workflow_id"
        )
    now = workflow.now()
    received_at = min(read.complaint.received_at or now, now)
    entry = Entry(
        sequence=1, at=now, actor=SYSTEM, command_id="", event=Filed(complaint=read.complaint, received_at=received_at)
    )
    case = opened(entry)
    return None, Step(case, (entry,), react(entry, case))


def _read_start(start: RawValue) -> Start:
    return read_argument("a start", start, Start)


def _start_of(start: RawValue) -> FileComplaint:
    complaint = _read_start(start).complaint
    if complaint is None:
        raise AmendsError(ErrorCode.INVALID_INPUT, "the complaint to be filed is missing", "complaint")
    return complaint


def _update_id() -> str:
    update = workflow.current_update_info()
    return update.id if update else ""
