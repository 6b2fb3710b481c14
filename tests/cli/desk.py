"""Complaints without the shell, for what a test needs before and after what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from starter.client import AmendsClient
from starter.intake.columns import Defaults, complaint_of
from starter.listing import Listing
from starter.read_model import ComplaintFile, MessageRow, ReadModel
from tests.support.conditions import until
from workflows.contract.views import ComplaintView
from workflows.contract.vocabulary import Channel, Status

_numbers = count(1)


@dataclass(frozen=True)
class Desk:
    """A running Amends: the workflows and the tables."""

    client: AmendsClient
    model: ReadModel
    lists: Listing

    async def file(self, text: str = "The kettle you sold me is broken, I want a refund.", **fields: str) -> str:
        """File a complaint; its reference, once it has an owner and is in the tables."""
        values = {"source_key": str(next(_numbers)), "text": text, **fields}
        filing = await self.client.file(complaint_of(values, Defaults(source="test", channel=Channel.WEB)))

        async def is_assigned() -> bool:
            file = await self.model.complaint(filing.reference)
            return file is not None and file.status is Status.ASSIGNED

        await until(is_assigned, f"{filing.reference} has an owner")
        return filing.reference

    async def view(self, reference: str) -> ComplaintView:
        """The complaint as it is now."""
        return await self.client.view(reference)

    async def row(self, reference: str) -> ComplaintFile:
        """The complaint in the tables."""
        rows: list[ComplaintFile] = []

        async def is_there() -> bool:
            row = await self.model.complaint(reference)
            rows.extend([row] if row else [])
            return row is not None

        await until(is_there, f"{reference} is in the tables")
        return rows[0]

    async def message(self, reference: str, notice: str) -> MessageRow:
        """The message of this kind, once it is sent."""
        found: list[MessageRow] = []

        async def is_sent() -> bool:
            messages = await self.model.messages(reference, limit=100)
            found[:] = [one for one in messages if one.notice == notice and one.status == "sent"]
            return bool(found)

        await until(is_sent, f"{reference} has its {notice}")
        return found[0]
