"""The typed facade that backend services and all doors use: file a complaint, give it commands, look at it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from infra.complaint_workflows import ComplaintWorkflows
from workflows.contract.commands import AdoptPolicy, AmendCalendar, AmendStaff, Command
from workflows.contract.errors import AmendsError, ErrorCode
from workflows.contract.events import Moved
from workflows.contract.filing import FileComplaint
from workflows.contract.names import ALLOWED_QUERY, PREVIEW_QUERY, VIEW_QUERY
from workflows.contract.parties import Actor
from workflows.contract.views import ComplaintView, Filing

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
"""How far a caller's clock may be ahead of ours."""


class AmendsClient(ComplaintWorkflows):
    """Complaints as a backend service sees them. All methods raise `AmendsError` and nothing else that is expected.

    Args:
        temporal: a connected client with the pydantic data converter (`infra.connections.connect_temporal`).
        task_queue: the queue of the complaint workers.
        patience: how long any call may take before it is answered with `unreachable` or `no_answer`.
    """

    async def file(self, complaint: FileComplaint) -> Filing:
        """File a complaint. The same source and key give the same complaint, whether it is open or long archived.

        Raises:
            AmendsError: `unreachable`, `no_answer`; `reference_taken` if another source key has the same reference;
                `invalid_input` if it was received in the future.
        """
        if complaint.received_at and complaint.received_at > datetime.now(UTC) + CLOCKS_MAY_DIFFER:
            raise AmendsError(ErrorCode.INVALID_INPUT, "must not lie in the future", "received_at")
        return await self.start(complaint)

    async def signal(self, reference: str, command: Command) -> None:
        """Give a command without waiting; a refusal is recorded in the complaint's journal.

        Raises:
            AmendsError: `unknown_reference`, `archived`, `reference_mistyped`, `unreachable`.
        """
        await self._answer(self._handle(reference).signal(command.name, command, rpc_timeout=self._patience))

    async def view(self, reference: str) -> ComplaintView:
        """The complaint as it is now, straight from its workflow.

        Raises:
            AmendsError: `unknown_reference`, `reference_mistyped`, `unreachable`, `no_answer`.
        """
        handle = self._handle(reference)
        query = handle.query(VIEW_QUERY, datetime.now(UTC), result_type=ComplaintView, rpc_timeout=self._patience)
        return await self._answer(query)

    async def allowed(self, reference: str, actor: Actor) -> tuple[str, ...]:
        """The commands `actor` may give now. Raises as `view` does."""
        handle = self._handle(reference)
        query = handle.query(ALLOWED_QUERY, actor, result_type=tuple[str, ...], rpc_timeout=self._patience)
        return await self._answer(query)

    async def preview(self, reference: str, change: AdoptPolicy | AmendCalendar | AmendStaff) -> tuple[Moved, ...]:
        """The due times that a change of rules or staff would move if it were given now. Nothing happens.

        Raises:
            AmendsError: as the command would be refused; `unknown_reference`, `archived`, `reference_mistyped`,
                `unreachable`, `no_answer`.
        """
        handle = self._handle(reference)
        arguments = [change, datetime.now(UTC)]
        query = handle.query(PREVIEW_QUERY, args=arguments, result_type=tuple[Moved, ...], rpc_timeout=self._patience)
        return await self._answer(query)
